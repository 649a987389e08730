// SPDX-License-Identifier: MIT
import type { Engine } from '../device/device.js'
import type { Bucket } from './histogram.js'
import { Histogram } from './histogram.js'
import type { JobResult } from './job.js'

/** Microseconds in a millisecond: times below a millisecond are the rule. */
const US_PER_MS = 1000

/** Compressed blocks that were inflated again to see whether they restore the data. */
export interface VerifyFigures {
  readonly blocks: number
  /** Of plain data. */
  readonly bytes: number
  /** Milliseconds that it took, with waits. */
  readonly ms: number
  /** Blocks that did not restore the data. */
  readonly mismatches: number
}

const NOTHING_VERIFIED = { blocks: 0, bytes: 0, ms: 0, mismatches: 0 }

/** What became of jobs, as numbers. */
export interface JobFigures {
  /** Jobs that came to a completion code, by the device that executed them. */
  readonly jobs: Readonly<Record<Engine, number>>
  /** Page faults that they met. */
  readonly faults: number
  /** Pastes beyond each job's first. */
  readonly retries: number
  /** Times that a device did not serve as it should, by reason. */
  readonly fallbacks: Readonly<Record<string, number>>
  /** What `verify` did. */
  readonly verified: VerifyFigures
  /** Bytes of source of a job, history included. */
  readonly jobBytes: readonly Bucket[]
  /** Microseconds of a job as its sender saw them: with the wait for a credit and for its turn of the event loop. */
  readonly jobMicroseconds: readonly Bucket[]
}

/** Counts jobs. Nothing is allocated for one. */
export class JobStatistics {
  readonly #jobs: Record<Engine, number> = { hardware: 0, native: 0, model: 0 }
  #faults = 0
  #retries = 0
  #fallbacks: Record<string, number> = {}
  readonly #verified = { ...NOTHING_VERIFIED }
  readonly #bytes = new Histogram()
  readonly #microseconds = new Histogram()

  ran(engine: Engine, sourceBytes: number, ms: number, { attempts, faults }: JobResult): void {
    this.#jobs[engine]++
    this.#faults += faults.length
    this.#retries += Math.max(0, attempts - 1)
    this.#bytes.add(sourceBytes)
    this.#microseconds.add(ms * US_PER_MS)
  }

  fellBack(reason: string): void {
    this.#fallbacks[reason] = (this.#fallbacks[reason] ?? 0) + 1
  }

  verified(bytes: number, ms: number, isMismatch: boolean): void {
    this.#verified.blocks++
    this.#verified.bytes += bytes
    this.#verified.ms += ms
    if (isMismatch) this.#verified.mismatches++
  }

  get figures(): JobFigures {
    return {
      jobs: { ...this.#jobs },
      faults: this.#faults,
      retries: this.#retries,
      fallbacks: { ...this.#fallbacks },
      verified: { ...this.#verified },
      jobBytes: this.#bytes.buckets,
      jobMicroseconds: this.#microseconds.buckets,
    }
  }

  reset(): void {
    Object.assign(this.#jobs, { hardware: 0, native: 0, model: 0 })
    this.#faults = 0
    this.#retries = 0
    this.#fallbacks = {}
    Object.assign(this.#verified, NOTHING_VERIFIED)
    this.#bytes.reset()
    this.#microseconds.reset()
  }
}
