// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'

import { runStepsSync, type Steps } from '../../lib/deflate/steps.js'
import { withOtherMemory } from '../../lib/deflate/other-memory.js'
import { Background } from '../../lib/zlib/handle-background.js'
import type { Job, JobResult } from '../../lib/job/job.js'
import { job } from '../job/fake-devices.js'
import { ended } from '../deflate/runners.js'

/** Two jobs, each with a target of its own; gives how many targets were made. */
function* twoJobs(targets: Uint8Array[]): Steps<number> {
  for (let count = 0; count < 2; count++) {
    yield* withOtherMemory(() => {
      const target = new Uint8Array(1)
      targets.push(target)
      return { ...job(), target }
    })
  }
  return targets.length
}

/** A runner whose jobs end when the test says so, or where the caller blocks. */
function heldJobs() {
  const ends: ((result: JobResult) => void)[] = []
  const owned: Job[] = []
  const sync: Job['target'][] = []
  return {
    ends,
    owned,
    sync,
    jobLimit: Infinity,
    runSync: ({ target }: Job): JobResult => {
      sync.push(target)
      return ended(0)
    },
    runOwned: (job: Job) => {
      owned.push(job)
      return new Promise<JobResult>((resolve) => ends.push(resolve))
    },
  }
}

const turn = () => new Promise(setImmediate)

describe('steps in the background', () => {
  it('go on by themselves to their end', async () => {
    const runner = heldJobs()
    const work = new Background(runner, twoJobs([]))
    for (let count = 0; count < 2; count++) {
      await turn()
      assert(!work.isOver)
      runner.ends[count](ended(0))
    }
    await work.over
    assert.equal(work.value, 2)
  })

  it('give what they throw to whoever asks for their value, and to nobody else', async () => {
    const runner = { ...heldJobs(), runOwned: () => Promise.reject(new TypeError('a defect')) }
    const work = new Background(runner, twoJobs([]))
    await work.over
    assert(work.isOver)
    assert.throws(() => work.value, /a defect/)
  })

  it('are taken over by who cannot wait, with other memory for the job that is under way', async () => {
    const runner = heldJobs()
    const targets: Uint8Array[] = []
    const work = new Background(runner, twoJobs(targets))
    await turn()
    assert.equal(runStepsSync(runner, work.takenOver()), 3)
    assert.deepEqual(runner.sync, targets.slice(1))
    assert.deepEqual(
      runner.owned.map(({ isAbandoned }) => isAbandoned),
      [true],
    )
    // The job ends late, and nobody cares.
    runner.ends[0](ended(0))
    await work.over
  })

  it('are taken over before they had their turn', () => {
    const runner = heldJobs()
    const work = new Background(runner, twoJobs([]))
    assert.equal(runStepsSync(runner, work.takenOver()), 2)
  })
})
