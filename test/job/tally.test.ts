import assert from 'node:assert/strict'
import { FC } from '../../lib/format/function-codes.js'
import { Tally } from '../../lib/job/tally.js'
import { openUnit } from '../support/unit.js'

const job = () => ({ fc: FC.WRAP, source: new Uint8Array(10), target: new Uint8Array(10) })

describe('Tally', () => {
  it('counts jobs, faults and the pastes beyond the first', async () => {
    const tally = new Tally(openUnit({ residency: 'none' }).window)
    tally.runSync(job())
    await tally.runOwned(job())
    // The first job also meets its control structures' page.
    assert.deepEqual([tally.jobs, tally.faults, tally.retries], [2, 4, 4])
  })

  it('does not count jobs that never ran', async () => {
    const tally = new Tally(openUnit().window)
    assert.throws(() => tally.runSync({ ...job(), fc: 64 }))
    await assert.rejects(tally.runOwned({ ...job(), fc: 64 }))
    assert.deepEqual([tally.jobs, tally.faults, tally.retries], [0, 0, 0])
  })

  it("knows the window's job limit", () => {
    assert.equal(new Tally(openUnit({ maxByteCountHigh: 12345 }).window).jobLimit, 12345)
  })
})
