import { CC } from '../format/completion-codes.js'
import { FC } from '../format/function-codes.js'
import type { Job, JobResult } from '../job/job.js'
import { setFinal } from './block-joining.js'
import { fillCounts, makeTable, storedBytes, type HuffmanTable } from './huffman.js'
import type { Steps } from './steps.js'
import { storeBlocks } from './stored.js'
import { chooseBlock } from './table-choice.js'
import type { Workspace } from './workspace.js'

/** Most bytes of data of such a block: what a slot has room for, so that no memory need be mapped. */
export const MOST_ONE_BLOCK_BYTES = 16 * 1024

/**
 * Bytes of data up to which the matcher takes more effort than the level says, and by how much. More: smaller output, which
 * is compared with that of zlib's level. Fewer: faster calls, though among so few data there is little to look for.
 */
const MOST_THOROUGH_BYTES = 4096
const MORE_EFFORT = 2
const MOST_EFFORT = 9

/** A DEFLATE stream that was made or read at once. */
export interface AtOnce {
  /** What came out. It lies in the workspace. */
  readonly bytes: Uint8Array
  /** Checksums of the plain data. */
  readonly adler: number
  readonly crc: number
}

/** Settings of such a compression. */
export interface OneBlockOptions {
  /** 1..9. */
  readonly level: number
  /** Only the fixed Huffman table. */
  readonly fixed: boolean
}

/**
 * Compresses few data into a stream of a single block, by two jobs at most: the first counts the symbols and makes a block
 * with the fixed code; if a table of its own or a stored block is smaller, that takes its place.
 *
 * @param data 1 to `MOST_ONE_BLOCK_BYTES` bytes
 * @returns undefined when a job met something that is not in the nature of the data: a `Compressor` has the means for it
 */
export function* compressOneBlock(
  data: Uint8Array,
  { level, fixed }: OneBlockOptions,
  { target, lzcount, table: room }: Workspace,
): Steps<AtOnce | undefined> {
  const effort = data.length > MOST_THOROUGH_BYTES ? level : Math.min(level + MORE_EFFORT, MOST_EFFORT)
  const fc = fixed ? FC.COMPRESS_FHT : FC.COMPRESS_FHT_COUNT
  const first = yield { fc, source: data, target, effort, lzcount }
  if (!isMade(first)) return undefined
  if (fixed) {
    return first.csb.tpbc <= storedBytes(data.length) ? blockIn(target, first) : storedBlock(data, first)
  }
  const choice = chooseBlock(lzcount, data.length, true, room)
  if (choice.kind === 'stored') return storedBlock(data, first)
  if (choice.kind === 'fixed') return blockIn(target, first)
  let second = yield encoding(data, target, effort, choice.table)
  if (second.csb.cc === CC.MISSING_CODE) {
    // The unit's hash tables start with random contents, so lengths and distances may differ from those that were counted
    // (UM 2.5.9.6).
    const table = makeTable(fillCounts(lzcount, 'lengths-and-distances'), room)
    second = yield encoding(data, target, effort, table)
  }
  return isMade(second) ? blockIn(target, second) : undefined
}

function encoding(source: Uint8Array, target: Uint8Array, effort: number, table: HuffmanTable): Job {
  const { dht, dhtlen } = table
  return { fc: FC.COMPRESS_DHT, source, target, effort, cpb: { dht, dhtlen } }
}

function isMade({ csb: { cc } }: JobResult): boolean {
  return cc === CC.OK || cc === CC.TPBC_GT_SPBC
}

function blockIn(target: Uint8Array, { csb, cpb }: JobResult): AtOnce {
  setFinal(target, 0, true)
  return { bytes: target.subarray(0, csb.tpbc), adler: cpb.adler, crc: cpb.crc }
}

function storedBlock(data: Uint8Array, { cpb }: JobResult): AtOnce {
  return { bytes: storeBlocks(data, true), adler: cpb.adler, crc: cpb.crc }
}
