// SPDX-License-Identifier: MIT
import { fixedBlockBits, makeTable, storedBytes, type MadeTable } from './huffman.js'

/**
 * Bytes of data below which a block does not get a table of its own: with the shortest headers in use a made table never
 * pays for data this short, and the time for making it is saved.
 */
const MIN_DYNAMIC_BYTES = 40

/** Bits that an empty stored block adds on average to make a block end on a byte boundary (UM table 5-2). */
const FLUSH_BITS = 35

/** How a block is to be written. */
export type BlockChoice =
  | { readonly kind: 'stored' }
  | { readonly kind: 'fixed' }
  | { readonly kind: 'dynamic'; readonly table: MadeTable }

const STORED: BlockChoice = { kind: 'stored' }
const FIXED: BlockChoice = { kind: 'fixed' }

/**
 * The cheapest way to write a block: its symbols are known, so the sizes are exact.
 *
 * @param counts the job's symbol counts
 * @param bytes bytes of plain data in the block
 * @param final the block ends the stream, so it need not end on a byte boundary
 * @param room receives the table, in the place of a new one
 */
export function chooseBlock(
  counts: Uint32Array,
  bytes: number,
  final: boolean,
  room?: MadeTable,
): BlockChoice {
  const table = bytes < MIN_DYNAMIC_BYTES ? undefined : makeTable(counts, room)
  const fixedBits = table ? table.fixedBlockBits : fixedBlockBits(counts)
  const dynamicBits = table ? table.blockBits : Infinity
  const flushBits = final ? 0 : FLUSH_BITS
  if (storedBytes(bytes) * 8 <= Math.min(fixedBits, dynamicBits) + flushBits) return STORED
  return table && dynamicBits < fixedBits ? { kind: 'dynamic', table } : FIXED
}
