import type { Job, JobResult } from './job.js'
import type { Window } from './window.js'

/** Runs jobs in a window and counts what they took. */
export class Tally {
  /** Jobs that ran to a completion code. */
  jobs = 0
  /** Page faults that they met. */
  faults = 0
  /** Pastes beyond each job's first. */
  retries = 0

  constructor(private readonly window: Window) {}

  get jobLimit(): number {
    return this.window.jobLimit
  }

  runSync(job: Job): JobResult {
    return this.#count(this.window.runSync(job))
  }

  async runOwned(job: Job): Promise<JobResult> {
    return this.#count(await this.window.runOwned(job))
  }

  #count(result: JobResult): JobResult {
    this.jobs++
    this.faults += result.faults.length
    this.retries += Math.max(0, result.attempts - 1)
    return result
  }
}
