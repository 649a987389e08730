// SPDX-License-Identifier: MIT
import { CC } from '../format/completion-codes.js'
import { FC } from '../format/function-codes.js'
import type { JobResult } from '../job/job.js'
import { AtOnce } from './at-once.js'
import { setFinal } from './block-joining.js'
import { fillCounts, makeTable, storedBytes } from './huffman.js'
import { storeBlocks } from './stored.js'
import { chooseBlock } from './table-choice.js'
import type { Workspace } from './workspace.js'

/** Most bytes of data of such a block: what a slot has room for, so that no memory need be mapped. */
export const MOST_AT_ONCE_BYTES = 16 * 1024

/** Efforts of the matcher for data of up to so many bytes. */
interface Efforts {
  readonly bytes: number
  /** By level. Higher: smaller output, which is compared with that of zlib's level. Lower: faster calls. */
  readonly byLevel: readonly number[]
}

/**
 * The efforts, for the fewest data first. Effort 2 does better than zlib's first three levels. At level 6 effort 4 makes 0.15%
 * more of 1 KiB than effort 6, which is still less than zlib does, and 0.7% more of 4 KiB; effort 5 makes 0.8% more of 16 KiB,
 * in a tenth less time.
 */
const EFFORTS: readonly Efforts[] = [
  { bytes: 1024, byLevel: [0, 2, 2, 2, 4, 4, 4, 8, 9, 9] },
  { bytes: 4096, byLevel: [0, 2, 2, 2, 6, 6, 6, 8, 9, 9] },
  { bytes: MOST_AT_ONCE_BYTES, byLevel: [0, 1, 2, 3, 4, 5, 5, 7, 8, 9] },
]

function effortFor(length: number, level: number): number {
  for (const { bytes, byLevel } of EFFORTS) if (length <= bytes) return byLevel[level]
  throw new RangeError(`${length} bytes are too many`)
}

/**
 * Bytes of data from which a table of its own is likely to win, so that the first job only counts. Higher: more of the first
 * jobs encode in vain. Lower: a second job for more of the blocks with the fixed code.
 */
const LIKELY_TABLE_BYTES = 256

/** Jobs that encode with a made table: one, and one with a table for all lengths and distances. */
const MOST_ENCODING_JOBS = 2

/** Settings of such a compression. */
export interface AtOnceOptions {
  /** 1..9. */
  readonly level: number
  /** Only the fixed Huffman table. */
  readonly fixed: boolean
}

/**
 * Compresses few data into a stream of a single block, mostly by two jobs: the first counts the symbols, the second makes the
 * block with a table of its own or with the fixed code. Of very few data the first one makes a block with the fixed code at
 * once, as that is likely to be the smallest.
 */
export class DeflateAtOnce extends AtOnce {
  #data: Uint8Array
  readonly #effort: number
  readonly #countsOnly: boolean
  readonly #space: Workspace
  /** The result of the job that counted. */
  #counted: JobResult | undefined
  #triesLeft = MOST_ENCODING_JOBS

  /** @param data 1 to `MOST_AT_ONCE_BYTES` bytes */
  constructor(data: Uint8Array, { level, fixed }: AtOnceOptions, space: Workspace) {
    const { target, lzcount } = space
    const effort = effortFor(data.length, level)
    const countsOnly = !fixed && data.length >= LIKELY_TABLE_BYTES
    const fc = fixed ? FC.COMPRESS_FHT : FC.COMPRESS_FHT_COUNT
    super({ fc, source: data, target, effort, countsOnly, lzcount })
    this.#data = data
    this.#effort = effort
    this.#countsOnly = countsOnly
    this.#space = space
  }

  moveTo(source: Uint8Array): void {
    this.#data = source
    if (this.job) this.job.source = source
  }

  proceed(result: JobResult): void {
    this.job = undefined
    if (this.#counted) this.#encoded(result)
    else if (isMade(result)) this.#choose(result)
  }

  #choose(first: JobResult): void {
    const { lzcount, table } = this.#space
    const { length } = this.#data
    if (!first.cpb.lzcount) {
      if (first.csb.tpbc <= storedBytes(length)) this.#take(first)
      else this.ended(storeBlocks(this.#data, true), first)
      return
    }
    const { kind } = chooseBlock(lzcount, length, true, table)
    if (kind === 'stored') this.ended(storeBlocks(this.#data, true), first)
    else if (kind === 'dynamic') {
      this.#counted = first
      this.#encode()
    } else if (this.#countsOnly) {
      this.#counted = first
      this.#encodeFixed()
    } else this.#take(first)
  }

  #encodeFixed(): void {
    const { target } = this.#space
    this.job = { fc: FC.COMPRESS_FHT, source: this.#data, target, effort: this.#effort, isCounted: true }
  }

  #encode(): void {
    this.#triesLeft--
    const { target, table } = this.#space
    const cpb = { dht: table.dht, dhtlen: table.dhtlen }
    const effort = this.#effort
    this.job = { fc: FC.COMPRESS_DHT, source: this.#data, target, effort, cpb, isCounted: true }
  }

  #encoded(result: JobResult): void {
    if (isMade(result)) this.#take(result)
    else if (result.csb.cc === CC.MISSING_CODE && this.#triesLeft > 0) {
      // The unit's hash tables start with random contents, so lengths and distances may differ from those that were
      // counted (UM 2.5.9.6).
      const { lzcount, table } = this.#space
      makeTable(fillCounts(lzcount, 'lengths-and-distances'), table)
      this.#encode()
    }
  }

  #take(result: JobResult): void {
    const { target } = this.#space
    setFinal(target, 0, true)
    this.ended(target.subarray(0, result.csb.tpbc), result)
  }
}

function isMade({ csb: { cc } }: JobResult): boolean {
  return cc === CC.OK || cc === CC.TPBC_GT_SPBC
}
