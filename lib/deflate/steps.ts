import type { Job, JobResult } from '../job/job.js'

/**
 * Work that needs jobs: it yields each job, is given its result, and returns what came of all of them. The same steps
 * serve the blocking and the non-blocking way.
 */
export type Steps<T> = Generator<Job, T, JobResult>

/** What runs jobs; a `Window` is one. */
export interface JobRunner {
  runSync(job: Job): JobResult
  /** For steps that keep their memory to themselves. */
  runOwned(job: Job): Promise<JobResult>
  /** Bytes of source (compress) or target (decompress) after which the device suspends a job. */
  readonly jobLimit: number
}

/** Goes through the steps and blocks while jobs run. */
export function runStepsSync<T>(runner: JobRunner, steps: Steps<T>): T {
  let step = steps.next()
  while (!step.done) step = steps.next(runner.runSync(step.value))
  return step.value
}

/** Goes through the steps without blocking the event loop. Nobody may change the memory that they work on meanwhile. */
export async function runSteps<T>(runner: JobRunner, steps: Steps<T>): Promise<T> {
  let step = steps.next()
  while (!step.done) step = steps.next(await runner.runOwned(step.value))
  return step.value
}
