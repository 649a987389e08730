// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'

import { SuspensionWatch } from '../../lib/device/suspension.js'
import type { PartitionCredits } from '../../lib/device/system.js'

/** A watch with a clock and credits that the test sets. */
class Bench {
  time = 0
  readonly watch: SuspensionWatch

  constructor(public credits: PartitionCredits | undefined = { total: 40, used: 5 }) {
    this.watch = new SuspensionWatch(
      () => this.credits,
      () => this.time,
    )
  }

  /** Refuses a paste at each millisecond and gives the times at which another window was asked for. */
  refuseFor(milliseconds: number): number[] {
    const asked: number[] = []
    for (const end = this.time + milliseconds; this.time <= end; this.time++) {
      if (this.watch.refused()) asked.push(this.time)
    }
    return asked
  }
}

describe('a window that takes no paste', () => {
  it('is busy as long as the partition has its credits', () => {
    assert.deepEqual(new Bench().refuseFor(1000), [])
  })

  it('is suspended when the partition has fewer credits than at the start', () => {
    const bench = new Bench()
    bench.credits = { total: 20, used: 5 }
    assert.deepEqual(bench.refuseFor(300), [31, 93, 218, 249])
  })

  it('is suspended when more credits are used than there are', () => {
    assert.deepEqual(new Bench({ total: 40, used: 41 }).refuseFor(40), [31])
  })

  it('may be suspended where credits cannot be read', () => {
    const bench = new Bench()
    bench.credits = undefined
    assert.deepEqual(bench.refuseFor(40), [31])
  })

  it('gets its patience back with every paste that is accepted', () => {
    const bench = new Bench({ total: 40, used: 41 })
    bench.refuseFor(92)
    bench.watch.accepted()
    const start = bench.time
    assert.deepEqual(bench.refuseFor(40), [start + 31])
  })
})
