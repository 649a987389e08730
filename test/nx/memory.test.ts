// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { FC } from '../../lib/nx.js'
import { textLike } from '../support/data.js'
import { openUnit, RawJob } from '../support/unit.js'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

const MEGABYTE = 1 << 20
/* The jobs of a round have 625 MiB of target in all: what the collector leaves behind is far less. */

describe('the memory of finished jobs', () => {
  const source = textLike(1, 100)

  for (const residency of ['all', 'none'] as const) {
    it(`is let go: 10000 jobs with 64 KiB each leave none behind (residency ${residency})`, async () => {
      const { window } = openUnit({ residency })
      window.runSync({ fc: FC.WRAP, source, target: new Uint8Array(65536) })
      collectGarbage()
      const before = process.memoryUsage().arrayBuffers
      for (let round = 0; round < 5000; round++) {
        window.runSync({ fc: FC.WRAP, source, target: new Uint8Array(65536) })
      }
      for (let round = 0; round < 500; round++) {
        const jobs = Array.from({ length: 10 }, () =>
          window.run({ fc: FC.WRAP, source, target: [new Uint8Array(32768), new Uint8Array(32768)] }),
        )
        await Promise.all(jobs)
      }
      // What the last turn still refers to goes with the second collection.
      collectGarbage()
      await new Promise(setImmediate)
      collectGarbage()
      const grown = process.memoryUsage().arrayBuffers - before
      assert.ok(grown < 100 * MEGABYTE, `${grown} bytes are still held`)
    })
  }

  it('is not mapped any more: its address faults', () => {
    const { window } = openUnit({ residency: 'none' })
    window.runSync({ fc: FC.WRAP, source: new Uint8Array(8), target: new Uint8Array(8) })
    const { faults } = window.runSync({ fc: FC.WRAP, source, target: new Uint8Array(200) })
    assert.equal(faults.length, 2)
    for (const address of faults) {
      const job = new RawJob(window, 0x1e).target(new Uint8Array(200)).dde(16, 0, 100, address)
      job.run()
      const csb = '8000fa40' + '00000000' + address.toString(16).padStart(16, '0')
      assert.equal(job.run(), csb)
    }
  })

  it('is not mapped any more after a job that failed or was refused', async () => {
    const { window } = openUnit({ sendCredits: 1 })
    collectGarbage()
    const before = process.memoryUsage().arrayBuffers
    for (let round = 0; round < 1000; round++) {
      window.runSync({ fc: 0x3e, source, target: new Uint8Array(65536) })
      await window.run({ fc: 64, source, target: new Uint8Array(65536) }).catch(() => undefined)
    }
    collectGarbage()
    const grown = process.memoryUsage().arrayBuffers - before
    assert.ok(grown < 100 * MEGABYTE, `${grown} bytes are still held`)
  })
})
