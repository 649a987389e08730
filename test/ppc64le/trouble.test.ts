import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import { emulate, type Emulated } from './emulated.js'
import type { FunctionsReport } from './programs/functions.js'
import type { TroubleArgument, TroubleReport } from './programs/trouble.js'

const times = (count: number, outcome: string) => Array.from({ length: count }, () => outcome)

const makeTrouble = (standIn: string, argument: TroubleArgument = {}, neverEnds = false) =>
  emulate<TroubleReport>('trouble', { standIn, argument, neverEnds })

function assertRight({ result }: Emulated<TroubleReport>, jobs = 2): void {
  assert.deepEqual(result.blocking, times(jobs, 'right'))
  assert.deepEqual(result.background, times(jobs, 'right'))
  assert.equal(result.missing, 0)
}

describe(`a device that makes trouble, on ${process.env.NXZLIB_PPC64LE_CPU ?? 'nothing'}`, () => {
  for (const settings of ['busy=5', 'busy=5,so=1', 'fault=once', 'delay=30', 'credits=1', 'fifo=1']) {
    it(`${settings}: the bytes are right`, async () => {
      const emulated = await makeTrouble(settings)
      assertRight(emulated)
      if (settings.startsWith('busy')) assert.ok(emulated.counters.rejected >= 5 * 4)
      if (settings.startsWith('fault')) assert.ok(emulated.counters.faults >= 4)
    })
  }

  it('busy for ever: ERR_NX_BUSY within its time', async () => {
    const { result } = await makeTrouble('busy=always', { pasteTimeout: 200 })
    assert.deepEqual([result.blocking, result.background], [times(2, 'ERR_NX_BUSY'), times(2, 'ERR_NX_BUSY')])
    assert.ok(result.slowest < 5000, `${result.slowest} ms`)
    assert.equal(result.missing, 0)
  })

  it('pages that never stay: CC=250 after a bounded number of tries', async () => {
    const { result, counters } = await makeTrouble('fault=always')
    assert.deepEqual([result.blocking, result.background], [times(2, 'CC=250'), times(2, 'CC=250')])
    assert.ok(counters.faults <= 4 * 40)
  })

  it('jobs that never end: ERR_NX_TIMEOUT within their time, and their credits stay away', async () => {
    const { result } = await makeTrouble('hang=1-2', { timeout: 300 }, true)
    assert.deepEqual(result.blocking, times(2, 'ERR_NX_TIMEOUT'))
    assert.deepEqual(result.background, times(2, 'right'))
    assert.ok(result.slowest < 5000, `${result.slowest} ms`)
    assert.equal(result.missing, 2)
  })

  it('jobs that end after their time: their credits and their memory come back then', async () => {
    const { result } = await makeTrouble('delay=5000@1', { timeout: 1000, linger: 8000 })
    assert.deepEqual(result.blocking, ['ERR_NX_TIMEOUT', 'right'])
    assert.deepEqual(result.background, times(2, 'right'))
    assert.deepEqual([result.missing, result.stillMissing], [1, 0])
  })

  for (const cc of [10, 20, 90, 224, 255]) {
    it(`CC=${cc} of one job: it is told, and the others are right`, async () => {
      const { result } = await makeTrouble(`cc=${cc}@1`)
      assert.deepEqual(result.blocking, [`CC=${cc}`, 'right'])
      assert.deepEqual(result.background, times(2, 'right'))
    })
  }

  for (const settings of [
    'limit=65536',
    'cc=13@1-3',
    'cc=224@2',
    'cc=250@all',
    'fault=always',
    'hang=3,credits=2',
  ]) {
    it(`${settings}: the functions of the package give right bytes`, async () => {
      // A hung job must be over before the test is.
      const { result } = await emulate<FunctionsReport>('functions', { standIn: settings })
      assert.deepEqual([result.engine, result.right], ['hardware', true])
    }).timeout(300_000)
  }

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

    it('a window that was suspended is opened anew, and the bytes are right', async () => {
      const emulated = await makeTrouble(`credits=1,suspend=3,files=${files}`, { jobs: 4 })
      assertRight(emulated, 4)
      assert.equal(emulated.counters.windows, 2)
    })

    it('a window that is suspended for a time waits', async () => {
      assertRight(await makeTrouble(`credits=1,suspend=3:400,files=${files}`, { jobs: 4 }), 4)
    })

    it('jobs are held to the limit of the hypervisor', async () => {
      const { result } = await emulate<FunctionsReport>('functions', {
        standIn: `credits=1,limit=1048576,files=${files}`,
      })
      assert.deepEqual([result.engine, result.right], ['hardware', true])
    })
  })
})
