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

/**
 * Bytes of data up to which the matcher takes more effort than the level says, and by how much. More: smaller output, which
 * is compared with that of zlib's level. Fewer: faster calls, though among so few data there is little to look for.
 */
const MOST_THOROUGH_BYTES = 4096
const MORE_EFFORT = 2
const MOST_EFFORT = 9

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
 * Compresses few data into a stream of a single block, by two jobs at most: the first counts the symbols and makes a block
 * with the fixed code; if a table of its own or a stored block is smaller, that takes its place.
 */
export class DeflateAtOnce extends AtOnce {
  readonly #data: Uint8Array
  readonly #effort: number
  readonly #space: Workspace
  /** The result of the job that counted. */
  #counted: JobResult | undefined
  #triesLeft = MOST_ENCODING_JOBS

  /** @param data 1 to `MOST_AT_ONCE_BYTES` bytes */
  constructor(data: Uint8Array, { level, fixed }: AtOnceOptions, space: Workspace) {
    const { target, lzcount } = space
    const effort = data.length > MOST_THOROUGH_BYTES ? level : Math.min(level + MORE_EFFORT, MOST_EFFORT)
    super({ fc: fixed ? FC.COMPRESS_FHT : FC.COMPRESS_FHT_COUNT, source: data, target, effort, lzcount })
    this.#data = data
    this.#effort = effort
    this.#space = space
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
    else if (kind === 'fixed') this.#take(first)
    else {
      this.#counted = first
      this.#encode()
    }
  }

  #encode(): void {
    this.#triesLeft--
    const { target, table } = this.#space
    const cpb = { dht: table.dht, dhtlen: table.dhtlen }
    this.job = { fc: FC.COMPRESS_DHT, source: this.#data, target, effort: this.#effort, cpb }
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
