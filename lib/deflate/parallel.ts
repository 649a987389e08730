// SPDX-License-Identifier: MIT
import { availableParallelism } from 'node:os'

import { runSteps, runStepsSync, type ForkingSteps, type Steps } from './steps.js'
import { Turn } from './turns.js'

/**
 * Branches of one fork that are under way at a time: one for each processor, and one that the event loop prepares or collects.
 * More: nothing but memory. Fewer: idle processors.
 */
const BRANCHES_AT_A_TIME = availableParallelism() + 1

/**
 * Goes through steps that do not depend on each other at the same time, if the runner does not block.
 *
 * @param branches begun in this order
 * @returns what came of them, in this order
 */
export function* inParallel<T>(branches: readonly Steps<T>[]): ForkingSteps<T[]> {
  const results: T[] = []
  yield {
    runAllSync(runner) {
      for (const branch of branches) results.push(runStepsSync(runner, branch))
    },
    async runAll(runner) {
      const left = branches.entries()
      let failed = false
      const lane = async () => {
        for (const [index, branch] of left) {
          // Those that were begun go on, but nobody waits for them.
          if (failed) return
          const turn = new Turn(runner)
          try {
            await turn.begin()
            results[index] = await runSteps(turn, branch)
          } catch (error) {
            failed = true
            throw error
          } finally {
            turn.end()
          }
        }
      }
      await Promise.all(Array.from({ length: Math.min(BRANCHES_AT_A_TIME, branches.length) }, lane))
    },
  }
  return results
}
