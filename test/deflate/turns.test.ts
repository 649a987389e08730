import assert from 'node:assert/strict'

import type { JobResult } from '../../lib/job/job.js'
import { Turn } from '../../lib/deflate/turns.js'
import { ended } from './runners.js'
import { job } from '../job/fake-devices.js'

/** The most writes that have a turn at a time. */
const MOST = 8

describe('turns', () => {
  it('let eight run jobs, and each end lets the one go on that waited longest', async () => {
    const begun: number[] = []
    const turns = Array.from({ length: MOST + 2 }, (_, index) => {
      const runner = {
        jobLimit: Infinity,
        runSync: (): JobResult => ended(0),
        runOwned: () => {
          begun.push(index)
          return Promise.resolve(ended(0))
        },
      }
      return new Turn(runner)
    })
    const running = turns.map((turn) => turn.runOwned(job()))
    await Promise.all(running.slice(0, MOST))
    assert.deepEqual(begun, [0, 1, 2, 3, 4, 5, 6, 7])
    turns[3].end()
    await running[MOST]
    assert.deepEqual(begun.slice(MOST), [MOST])
    turns[0].end()
    await running[MOST + 1]
    assert.deepEqual(begun.slice(MOST), [MOST, MOST + 1])
    for (const turn of [...turns.slice(1, 3), ...turns.slice(4)]) turn.end()
  })

  it('are not needed by a write without jobs', () => {
    const runner = { jobLimit: 7, runSync: () => ended(0), runOwned: () => Promise.resolve(ended(0)) }
    const turn = new Turn(runner)
    turn.end()
    assert.equal(turn.jobLimit, 7)
  })
})
