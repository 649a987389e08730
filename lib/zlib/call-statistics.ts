// SPDX-License-Identifier: MIT
import type { Direction } from '../configuration.js'
import { injectedCounts, resetInjectedCounts, type InjectedCounts } from '../device/injection/counts.js'
import { Histogram, type Bucket } from '../job/histogram.js'
import { JobStatistics, type JobFigures } from '../job/job-statistics.js'

/** Calls of one direction; a stream is one call, counted when it is closed. */
export interface CallFigures {
  readonly calls: number
  /** Those of them that Node's own zlib served. */
  readonly servedByNode: number
  readonly bytesIn: number
  /** Without those of streams that Node's own zlib served: they are not known. */
  readonly bytesOut: number
  /** Bytes of input of a call. */
  readonly inputBytes: readonly Bucket[]
}

/** What this thread has done since it began, or since the figures were reset. */
export interface Stats extends JobFigures {
  /** Calls by the name of the function or class. */
  readonly functions: Readonly<Record<string, number>>
  readonly compress: CallFigures
  readonly decompress: CallFigures
  /** Trouble that was made because `inject` asks for it. */
  readonly injected: InjectedCounts
}

/** Counts the calls of one direction. */
class CallCounter {
  #calls = 0
  #servedByNode = 0
  #bytesIn = 0
  #bytesOut = 0
  readonly #inputBytes = new Histogram()

  ended(byNode: boolean, bytesIn: number, bytesOut: number): void {
    this.#calls++
    if (byNode) this.#servedByNode++
    this.#bytesIn += bytesIn
    this.#bytesOut += bytesOut
    this.#inputBytes.add(bytesIn)
  }

  get figures(): CallFigures {
    return {
      calls: this.#calls,
      servedByNode: this.#servedByNode,
      bytesIn: this.#bytesIn,
      bytesOut: this.#bytesOut,
      inputBytes: this.#inputBytes.buckets,
    }
  }

  reset(): void {
    this.#calls = this.#servedByNode = this.#bytesIn = this.#bytesOut = 0
    this.#inputBytes.reset()
  }
}

/** Counts jobs and fallbacks of this thread. */
export const jobStatistics = new JobStatistics()

const calls: Readonly<Record<Direction, CallCounter>> = {
  compress: new CallCounter(),
  decompress: new CallCounter(),
}
let functions: Record<string, number> = {}

/**
 * Counts a call that has ended.
 *
 * @param name of the function or the class
 * @param byNode Node's own zlib served it
 */
export function countCall(
  name: string,
  direction: Direction,
  byNode: boolean,
  bytesIn: number,
  bytesOut: number,
): void {
  functions[name] = (functions[name] ?? 0) + 1
  calls[direction].ended(byNode, bytesIn, bytesOut)
}

/** The figures of this thread. */
export function stats(): Stats {
  return {
    functions: { ...functions },
    compress: calls.compress.figures,
    decompress: calls.decompress.figures,
    ...jobStatistics.figures,
    injected: injectedCounts(),
  }
}

/** Begins to count from 0 again. */
export function resetStats(): void {
  functions = {}
  calls.compress.reset()
  calls.decompress.reset()
  jobStatistics.reset()
  resetInjectedCounts()
}
