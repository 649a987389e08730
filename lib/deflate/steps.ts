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

/** Goes through the steps and blocks while jobs run. What a job fails with is thrown where it was yielded. */
export function runStepsSync<T>(runner: JobRunner, steps: Steps<T>): T {
  let step = steps.next()
  while (!step.done) {
    let result
    try {
      result = runner.runSync(step.value)
    } catch (error) {
      step = steps.throw(error)
      continue
    }
    step = steps.next(result)
  }
  return step.value
}

/** The same without blocking the event loop. Nobody may change the memory that the steps work on meanwhile. */
export async function runSteps<T>(runner: JobRunner, steps: Steps<T>): Promise<T> {
  let step = steps.next()
  while (!step.done) {
    let result
    try {
      result = await runner.runOwned(step.value)
    } catch (error) {
      step = steps.throw(error)
      continue
    }
    step = steps.next(result)
  }
  return step.value
}
