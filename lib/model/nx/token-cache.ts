// SPDX-License-Identifier: MIT
import { HISTOGRAM_SIZE } from './tokens.js'

/**
 * Longest source that is remembered: the largest job a bare client sends, with its history (1 MiB and 32 KiB). Larger:
 * more kinds of job are spared their second search for matches, at five bytes of memory for each byte of source.
 */
const MAX_SOURCE_BYTES = (1 << 20) + 32768

/**
 * Bytes that all entries together may take; an entry, of at most 5.2 MiB, takes its source and four bytes a token. More: more
 * counting jobs may lie between a counting job and its encoding job. An entry is given up as soon as it has served, so that
 * clients who wait for one job before they send the next need one entry only.
 */
const MAX_TOTAL_BYTES = 8 << 20

/**
 * Bytes of entries that have served and wait for the next jobs, unless there is but one. More: memory that nobody uses. Less:
 * where several jobs are between counting and encoding, their entries are garbage, and made anew for the next ones.
 */
const MAX_SPARE_BYTES = 4 << 20

/** Arrays of an entry grow in these steps, so that jobs of about the same size can share them one after the other. */
const STEP = 4096

/** The checksums of some bytes, and what they were continued from. */
export interface Checksums {
  readonly adlerSeed: number
  readonly crcSeed: number
  readonly adler: number
  readonly crc: number
}

/** The tokens of one counting job and all that they follow from. */
export class CachedTokens {
  #source = new Uint8Array(0)
  #sourceBytes = 0
  #historyBytes = 0
  #effort = 0
  tokens = new Int32Array(0)
  length = 0
  /** The job's symbols, EOB included. */
  readonly histogram = new Int32Array(HISTOGRAM_SIZE)
  /** The checksums of the data; who makes them keeps them here. */
  checksums: Checksums | null = null

  /** The copy of the source. */
  get source(): Uint8Array {
    return this.#source.subarray(0, this.#sourceBytes)
  }

  /** The data behind the history, as it was when the job began. */
  get data(): Uint8Array {
    return this.#source.subarray(this.#historyBytes, this.#sourceBytes)
  }

  /** Bytes of memory. */
  get size(): number {
    return this.#source.byteLength + this.tokens.byteLength + this.histogram.byteLength
  }

  /** Starts anew, with a copy of the source. */
  begin(source: Uint8Array, historyBytes: number, effort: number): void {
    if (this.#source.length < source.length) this.#source = new Uint8Array(roundUp(source.length))
    this.#source.set(source)
    this.#sourceBytes = source.length
    this.#historyBytes = historyBytes
    this.#effort = effort
    this.length = 0
    this.checksums = null
  }

  /** Appends the first `count` of `tokens`. */
  append(tokens: Int32Array, count: number): void {
    const needed = this.length + count
    if (this.tokens.length < needed) {
      const larger = new Int32Array(roundUp(Math.max(needed, Math.min(this.length * 2, this.#sourceBytes))))
      larger.set(this.tokens.subarray(0, this.length))
      this.tokens = larger
    }
    this.tokens.set(tokens.subarray(0, count), this.length)
    this.length = needed
  }

  /** Whether a job would get these tokens: every byte of its source is compared. */
  matches(source: Uint8Array, historyBytes: number, effort: number): boolean {
    return (
      this.#sourceBytes === source.length &&
      this.#historyBytes === historyBytes &&
      this.#effort === effort &&
      Buffer.compare(this.#source.subarray(0, this.#sourceBytes), source) === 0
    )
  }
}

/**
 * Remembers the tokens of counting jobs for the encoding jobs that follow them. Tokens depend on the source, its history
 * and the effort alone, and all three are compared, so that a job gives the same result with and without it.
 */
export class TokenCache {
  /** Oldest first. */
  readonly #entries: CachedTokens[] = []
  /** Entries that have served, for the next jobs. */
  readonly #spare: CachedTokens[] = []

  /** The tokens of a counting job with this source, history and effort. */
  find(source: Uint8Array, historyBytes: number, effort: number): CachedTokens | undefined {
    return this.#entries.findLast((entry) => entry.matches(source, historyBytes, effort))
  }

  /** An entry to record a counting job's tokens in, or null when the source is too long. */
  open(source: Uint8Array, historyBytes: number, effort: number): CachedTokens | null {
    if (source.length > MAX_SOURCE_BYTES) return null
    const entry = this.#spare.pop() ?? new CachedTokens()
    entry.begin(source, historyBytes, effort)
    return entry
  }

  /** Keeps a recorded entry; the oldest ones go when there is no room for it. */
  keep(entry: CachedTokens): void {
    this.#entries.push(entry)
    let total = sizeOf(this.#entries)
    while (total > MAX_TOTAL_BYTES) {
      const [oldest] = this.#entries
      total -= oldest.size
      this.drop(oldest)
    }
  }

  /** Gives an entry up: it has served, its job failed, or there is no room for it. */
  drop(entry: CachedTokens): void {
    const index = this.#entries.indexOf(entry)
    if (index >= 0) this.#entries.splice(index, 1)
    this.#spare.push(entry)
    while (this.#spare.length > 1 && sizeOf(this.#spare) > MAX_SPARE_BYTES) this.#spare.shift()
  }
}

function sizeOf(entries: readonly CachedTokens[]): number {
  return entries.reduce((total, { size }) => total + size, 0)
}

function roundUp(count: number): number {
  return Math.ceil(count / STEP) * STEP
}
