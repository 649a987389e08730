// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import { emulate } from './emulated.js'
import type { FunctionsReport } from './programs/functions.js'
import type { TroubleReport } from './programs/trouble.js'

describe(`windows that are refused or lost, on ${process.env.NXZLIB_PPC64LE_CPU ?? 'nothing'}`, () => {
  for (const [settings, reason] of [
    ['open=EACCES', /udev/],
    ['open=ENOENT', /modprobe/],
    ['ioctl=ENODEV', /vas-user-space/],
    ['ioctl=EBUSY', /moved/],
    ['ioctl=EINVAL', /vasId/],
    ['mmap=EACCES', /try again/],
  ] as const) {
    it(`${settings}: native serves, and the status says why`, async () => {
      const { result } = await emulate<FunctionsReport>('functions', { standIn: settings })
      assert.deepEqual([result.engine, result.right], ['native', true])
      assert.match(result.reason ?? '', reason)
    })
  }

  describe('in a partition', () => {
    let files = ''
    const file = (path: string, text: string) => {
      mkdirSync(dirname(join(files, path)), { recursive: true })
      writeFileSync(join(files, path), text)
    }

    beforeEach(() => {
      files = mkdtempSync(join(tmpdir(), 'nxzlib-partition-'))
      file('proc/powerpc/lparcfg', 'lparcfg 1.9\n')
      file('sys/devices/vio/ibm,compression-v1/nx_gzip_caps/req_max_processed_len', '1048576\n')
      const credits = 'sys/devices/virtual/misc/vas/vas0/gzip/default_capabilities'
      file(`${credits}/nr_total_credits`, '20\n')
      file(`${credits}/nr_used_credits`, '21\n')
    })

    afterEach(() => {
      rmSync(files, { recursive: true })
    })

    /** How many windows it took for all jobs to be right. */
    async function windowsOf(standIn: string): Promise<number> {
      const { result, counters } = await emulate<TroubleReport>('trouble', { standIn, argument: { jobs: 4 } })
      const right = Array.from({ length: 4 }, () => 'right')
      assert.deepEqual([result.blocking, result.background, result.missing], [right, right, 0])
      return counters.windows
    }

    it('a window that was suspended is opened anew, and the bytes are right', async () => {
      assert.equal(await windowsOf(`credits=1,suspend=3,files=${files}`), 2)
    })

    it('a window that is suspended for a time waits', async () => {
      assert.ok((await windowsOf(`credits=1,suspend=3:400,files=${files}`)) >= 1)
    })

    it('jobs are held to the limit of the hypervisor', async () => {
      const { result } = await emulate<FunctionsReport>('functions', {
        standIn: `credits=1,limit=1048576,files=${files}`,
      })
      assert.deepEqual([result.engine, result.right], ['hardware', true])
    })
  })
})
