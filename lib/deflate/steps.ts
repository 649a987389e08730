// SPDX-License-Identifier: MIT
import type { Job, JobResult } from '../job/job.js'

/**
 * Work that needs jobs: it yields each job, is given its result, and returns what came of all of them. The same steps
 * serve the blocking and the non-blocking way.
 */
export type Steps<T> = Generator<Job, T, JobResult>

/** Steps of which some do not depend on each other: those are yielded together, and keep what came of them themselves. */
export type ForkingSteps<T> = Generator<Job | Fork, T, JobResult>

/** Steps that do not depend on each other. Throws what one of them throws. */
export interface Fork {
  runAllSync(runner: JobRunner): void
  runAll(runner: JobRunner): Promise<void>
}

/** What runs jobs; a `Window` is one. */
export interface JobRunner {
  runSync(job: Job): JobResult
  /** For steps that keep their memory to themselves. */
  runOwned(job: Job): Promise<JobResult>
  /** Leave to run a job by `runSync` also for who must not block; see `Window.admitBrief`. Default: none. */
  admitBrief?(job: Job): boolean
  /** Bytes of source (compress) or target (decompress) after which the device suspends a job. */
  readonly jobLimit: number
  /** The device does not look at hints. Default false. */
  readonly ignoresHints?: boolean
}

/** Goes through the steps and blocks while jobs run. What a job fails with is thrown where it was yielded. */
export function runStepsSync<T>(runner: JobRunner, steps: ForkingSteps<T>): T {
  let step = steps.next()
  while (!step.done) {
    let result
    try {
      result = awaitedSync(runner, step.value)
    } catch (error) {
      step = steps.throw(error)
      continue
    }
    step = steps.next(result)
  }
  return step.value
}

/** The same without blocking the event loop. Nobody may change the memory that the steps work on meanwhile. */
export async function runSteps<T>(runner: JobRunner, steps: ForkingSteps<T>): Promise<T> {
  let step = steps.next()
  while (!step.done) {
    let result
    try {
      result = await awaited(runner, step.value)
    } catch (error) {
      step = steps.throw(error)
      continue
    }
    step = steps.next(result)
  }
  return step.value
}

/** What steps are given that did not wait for the result of a job. */
export const NO_RESULT = undefined as unknown as JobResult

function awaitedSync(runner: JobRunner, value: Job | Fork): JobResult {
  if (!('runAllSync' in value)) return runner.runSync(value)
  value.runAllSync(runner)
  return NO_RESULT
}

function awaited(runner: JobRunner, value: Job | Fork): Promise<JobResult> {
  return 'runAll' in value ? value.runAll(runner).then(() => NO_RESULT) : runner.runOwned(value)
}
