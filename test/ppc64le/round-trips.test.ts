// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'

import { FC, openDevice } from '../../lib/nx.js'
import { digestOf, digestsOn, sixteenMebibytes } from './inputs.js'
import { emulate, type Emulated } from './emulated.js'
import type { LargeReport } from './programs/large.js'
import type { ManyReport } from './programs/many.js'
import { runStepsSync } from '../../lib/deflate/steps.js'
import { compressAll } from '../../lib/zlib/one-shot.js'

describe(`hardware on ${process.env.NXZLIB_PPC64LE_CPU ?? 'nothing'}`, () => {
  describe('every form of compression', () => {
    let emulated: Emulated<Record<string, string>>

    before(async () => {
      emulated = await emulate('round-trips')
    })

    for (const engine of ['native', 'model'] as const) {
      it(`makes the bytes that ${engine} makes on this machine`, () => {
        assert.deepEqual(emulated.result, digestsOn(openDevice({ engine }).openWindow()))
      })
    }

    it('came by copy and paste, each job of it', () => {
      const { counters } = emulated
      assert.ok(counters.accepted > 100)
      assert.equal(counters.copies, counters.pastes)
      assert.equal(counters.pastes, counters.accepted + counters.rejected)
      assert.equal(counters.completed + counters.faults, counters.accepted)
      assert.ok(counters.jobs(FC.DECOMPRESS) + counters.jobs(FC.DECOMPRESS_RESUME) > 20)
    })

    it('used one window for the process, and one for the test', () => {
      assert.equal(emulated.counters.windows, 2)
    })

    it('never sent an odd function code', () => {
      for (let fc = 1; fc < 64; fc += 2) assert.equal(emulated.counters.jobs(fc), 0)
    })
  })

  it('16 MiB go there and back, blocking and in pieces, to the bytes that native makes', async () => {
    const { result, counters } = await emulate<LargeReport>('large')
    const { jobLimit } = result
    const native = openDevice({ engine: 'native' }).openWindow()
    const options = { level: 1, fixed: false, jobLimit: jobLimit ?? Infinity, ignoresHints: true }
    const expected = runStepsSync(native, compressAll('gzip', sixteenMebibytes(), options))
    assert.equal(result.digest, digestOf(expected))
    assert.ok(counters.accepted > 50)
  })

  it('many jobs are under way at a time', async () => {
    const { result, counters } = await emulate<ManyReport>('many', { standIn: 'delay=20' })
    assert.deepEqual(result, { right: 300, credits: 1024 })
    assert.ok(counters.mostCredits > 100, `${counters.mostCredits} at a time`)
    assert.ok(counters.accepted >= 300)
  })

  it('three workers have a window each', async () => {
    const { result, counters } = await emulate<string[]>('workers')
    assert.deepEqual(result, ['hardware: right', 'hardware: right', 'hardware: right'])
    assert.equal(counters.windows, 3)
  })
})
