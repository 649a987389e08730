// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'

import type { JobResult } from '../../lib/job/job.js'
import { MOST_AT_A_TIME, Turn } from '../../lib/deflate/turns.js'
import { ended } from './runners.js'
import { job } from '../job/fake-devices.js'

describe('turns', () => {
  it('let so many run jobs, and each end lets the one go on that waited longest', async () => {
    const begun: number[] = []
    const turns = Array.from({ length: MOST_AT_A_TIME + 2 }, (_, index) => {
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
    await Promise.all(running.slice(0, MOST_AT_A_TIME))
    assert.deepEqual(begun, [...Array(MOST_AT_A_TIME).keys()])
    turns[1].end()
    await running[MOST_AT_A_TIME]
    assert.deepEqual(begun.slice(MOST_AT_A_TIME), [MOST_AT_A_TIME])
    turns[0].end()
    await running[MOST_AT_A_TIME + 1]
    assert.deepEqual(begun.slice(MOST_AT_A_TIME), [MOST_AT_A_TIME, MOST_AT_A_TIME + 1])
    for (const turn of turns.slice(2)) turn.end()
  })

  it('begin at once where one is free, and no sooner than all that wait where none is', async () => {
    const runner = { jobLimit: Infinity, runSync: () => ended(0), runOwned: () => Promise.resolve(ended(0)) }
    const turns = Array.from({ length: MOST_AT_A_TIME }, () => new Turn(runner))
    assert(turns.every((turn) => turn.beginAtOnce()))
    const [waiting, late] = [new Turn(runner), new Turn(runner)]
    const waits = waiting.begin()
    assert(!late.beginAtOnce())
    turns[0].end()
    await waits
    assert(!late.beginAtOnce())
    for (const turn of [...turns.slice(1), waiting]) turn.end()
    assert(late.beginAtOnce())
    late.end()
  })

  it('are not needed by a write without jobs', () => {
    const runner = { jobLimit: 7, runSync: () => ended(0), runOwned: () => Promise.resolve(ended(0)) }
    const turn = new Turn(runner)
    turn.end()
    assert.equal(turn.jobLimit, 7)
  })
})
