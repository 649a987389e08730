// SPDX-License-Identifier: MIT

import type { Engine, Submission } from '../device/device.js'
import { debug, JOB_END, JOB_FAULT, JOB_RETRY, JOB_START } from '../diagnostics.js'
import { bytesOf, type Job, type JobResult } from './job.js'
import { isRecording, recordEnd, recordFailure } from './recording.js'
import type { Slot } from './slot.js'
import { clock } from '../timers.js'

/** Who wants to know of a window's jobs. */
export interface JobAudience {
  /** What executes the jobs, for the messages of the diagnostics channels. */
  readonly engine?: Engine
  /** Its jobs check those of others, and are not recorded. */
  readonly isChecking?: boolean
  /**
   * Told of each job that has a completion code.
   *
   * @param ms milliseconds from its first paste to the last look at which it was not finished: the device took at least
   * that long. When it was seen to be finished says less, as that also depends on when the event loop came round.
   */
  readonly onJob?: (job: Job, result: JobResult, ms: number) => void
}

let jobs = 0

/** Tells what befalls one job to those who listen. */
export class JobReport {
  readonly #number = ++jobs
  /** When it began and when it was last seen unfinished; not looked at where nobody wants to know. */
  readonly #start: number
  #unfinished: number

  constructor(
    private readonly audience: JobAudience,
    private readonly job: Job,
  ) {
    const isTimed = audience.onJob !== undefined || JOB_END.isHeard || isRecording()
    this.#start = isTimed ? clock() : 0
    this.#unfinished = this.#start
  }

  started(submission: Submission): void {
    const { fc, source, target } = this.job
    JOB_START.announce(() => ({
      ...this.#who,
      fc,
      sourceBytes: bytesOf(source),
      targetBytes: bytesOf(target),
      submission,
    }))
  }

  /** It is about to be pasted: `attempt` is 1 for the first time. */
  pasting(slot: Slot, attempt: number): void {
    if (attempt > 1) JOB_RETRY.announce(() => ({ ...this.#who, attempt }))
    debug(() => `job ${this.#number}, paste ${attempt}\n${slot.dump()}`)
  }

  /** Returns false, for a look at the job that finds it unfinished. */
  isUnfinished(): false {
    this.#unfinished = clock()
    return false
  }

  faulted(address: bigint): void {
    JOB_FAULT.announce(() => ({ ...this.#who, address }))
  }

  ended(slot: Slot, result: JobResult): void {
    const { csb, cpb, attempts, faults } = result
    debug(() => `job ${this.#number} ended\n${slot.dump()}`)
    JOB_END.announce(() => ({
      ...this.#who,
      cc: csb.cc,
      ce: csb.ce,
      tpbc: csb.tpbc,
      spbc: cpb.spbc,
      attempts,
      faults: faults.length,
      ms: this.#ms,
    }))
    if (!this.audience.isChecking) recordEnd(this.audience.engine, slot, this.job, result, this.#start)
    this.audience.onJob?.(this.job, result, this.#unfinished - this.#start)
  }

  failed(slot: Slot, error: unknown, attempts: number, faults: readonly bigint[]): void {
    recordFailure(this.audience.engine, slot, this.job, { ms: this.#ms, attempts, faults }, error)
    debug(() => `job ${this.#number} failed: ${String(error)}`)
    JOB_END.announce(() => ({
      ...this.#who,
      attempts,
      faults: faults.length,
      ms: this.#ms,
      error,
    }))
  }

  /** Milliseconds since the start; 0 for who began to listen since. */
  get #ms(): number {
    return this.#start === 0 ? 0 : clock() - this.#start
  }

  get #who() {
    return { job: this.#number, engine: this.audience.engine }
  }
}
