// SPDX-License-Identifier: MIT
import { NxError } from '../errors.js'
import type { Job, JobResult } from '../job/job.js'
import type { JobRunner } from './steps.js'

/** A DEFLATE stream that was made or read at once. */
export interface Outcome {
  /** What came out, in a workspace. */
  readonly bytes: Uint8Array
  /** Checksums of the plain data. */
  readonly adler: number
  readonly crc: number
}

/**
 * Work of one job or two that write to a workspace: what steps are for more, without the price of a generator, which such a
 * short call would feel.
 */
export abstract class AtOnce {
  /** What came of it. Undefined: a job met something that is not in the nature of the data; steps have the means for it. */
  outcome: Outcome | undefined

  /** @param job the next job; undefined: there is none */
  constructor(public job: Job | undefined) {}

  /** Lets the jobs, of which none was run yet, read the same data elsewhere. */
  abstract moveTo(source: Uint8Array): void

  /** Takes the result of `job`. */
  abstract proceed(result: JobResult): void

  protected ended(bytes: Uint8Array, { cpb }: JobResult): void {
    this.job = undefined
    this.outcome = { bytes, adler: cpb.adler, crc: cpb.crc }
  }
}

/**
 * Runs the jobs and blocks meanwhile.
 *
 * @returns false when one cannot be had or is not finished: its device may still write to the workspace
 */
export function runAtOnceSync(runner: JobRunner, work: AtOnce): boolean {
  try {
    while (work.job) work.proceed(runner.runSync(work.job))
    return true
  } catch (error) {
    if (error instanceof NxError) return false
    throw error
  }
}

/** The same without blocking the event loop. */
export async function runAtOnce(runner: JobRunner, work: AtOnce): Promise<boolean> {
  try {
    while (work.job) work.proceed(await runner.runOwned(work.job))
    return true
  } catch (error) {
    if (error instanceof NxError) return false
    throw error
  }
}
