// SPDX-License-Identifier: MIT
import type { Job, JobResult } from '../job/job.js'

/** What is left after a write, as node:zlib wants to know it. */
export interface Left {
  /** Bytes of the input that are not consumed. Those are given again with the next write when `availOut` is 0. */
  readonly availIn: number
  /** Bytes of the room for output that are free. */
  readonly availOut: number
}

/** A write waits for its turn to run jobs, before it takes memory for one. */
export const TURN = Symbol('turn')

/** What a write waits for: the result of a job, its turn, or something else that is under way. */
export type Awaited = Job | typeof TURN | Promise<void>

/** The steps of a write. */
export type WriteSteps<T> = Generator<Awaited, T, JobResult>

/** What is behind a handle: one direction of compression, in jobs, with zlib's rules for every write. */
export interface HandleEngine {
  /**
   * Bytes to add to the consumed ones that were reported before, when a write throws: until then what is reported within a
   * chunk is an estimate.
   */
  readonly correction: number

  /**
   * One write. Input and room are not used any more once it is over, and are not used by jobs.
   *
   * @param flush zlib's flush value
   * @param blocks the caller can only wait for jobs
   * @throws ZlibError as zlib would
   */
  write(flush: number, input: Uint8Array, out: Uint8Array, blocks: boolean): WriteSteps<Left>

  /**
   * The same where output that waits is more than the room: nothing but that has to be handed out.
   *
   * @param inputBytes of the write's input
   * @returns undefined where it is not, and nothing was done
   */
  handOut?(inputBytes: number, out: Uint8Array): Left | undefined

  /** @throws ZlibError */
  params(level: number, strategy: number): void

  /** Begins another stream with the same settings. */
  reset(): void

  close(): void
}
