// SPDX-License-Identifier: MIT
import { CC } from '../../format/completion-codes.js'
import { D, D_TABLE, Entry, type HuffmanDecoder, LL, LL_TABLE } from './huffman-decoder.js'
import { inflateFast } from './inflate-fast.js'
import { BLOCK_ENDED, type InflateState, PAUSED, SOURCE_ENDED } from './inflate-state.js'

/** A whole symbol was written; no value that a step of the engine ends with. */
const WRITTEN = -2

/** The entry of the code that starts with the low bits of `word`. */
function lookUp(
  table: Int32Array,
  rootMask: number,
  rootBits: number,
  subMask: number,
  word: number,
): number {
  const entry = table[word & rootMask]
  if (entry < 0 || (entry & Entry.EXCEPTIONAL) === 0 || entry >>> 16 === 0) return entry
  return table[(entry >>> 16) + ((word >>> rootBits) & subMask)]
}

const codeBitsOf = (entry: number): number => (entry >>> 8) & 15
const bitsOf = (entry: number): number => entry & 31

/** Base value plus extra bits of the entry whose code starts at `bit`. */
function valueOf(entry: number, state: InflateState, bit: number): number {
  const codeBits = codeBitsOf(entry)
  const extraBits = bitsOf(entry) - codeBits
  return (entry >>> 16) + (state.peek(bit + codeBits) & ~(-1 << extraBits))
}

/** Copies as much of a match as the target has room for, from the history first; only all of it is a success. */
function copyMatch(state: InflateState, distance: number, length: number): number {
  const fitting = state.reserve(length)
  const { bytes, history, at } = state
  const fromHistory = Math.min(Math.max(0, distance - at), fitting)
  const first = history.length - (distance - at)
  for (let index = 0; index < fromHistory; index++) bytes[at + index] = history[first + index]
  for (let index = fromHistory; index < fitting; index++) bytes[at + index] = bytes[at + index - distance]
  state.at = at + fitting
  return fitting === length ? WRITTEN : CC.TARGET_SPACE
}

/**
 * Decodes one symbol with exact account of every bit: a match, its length and its distance with their extra bits, is one
 * symbol, of which nothing is taken unless all of it is there (UM table 5-3).
 */
function decodeSymbol(state: InflateState): number {
  const { bit, end } = state
  const entry = lookUp(LL_TABLE, LL.ROOT_MASK, LL.ROOT_BITS, LL.SUB_MASK, state.peek(bit))
  if (codeBitsOf(entry) > end - bit) return SOURCE_ENDED
  if (entry < 0) {
    if (state.reserve(1) === 0) return CC.TARGET_SPACE
    state.bytes[state.at++] = entry >>> Entry.LITERALS_SHIFT
    state.bit = bit + codeBitsOf(entry)
    return WRITTEN
  }
  if ((entry & Entry.UNDEFINED) !== 0) return CC.MISSING_CODE
  const distanceBit = bit + bitsOf(entry)
  if ((entry & Entry.END) !== 0) {
    state.bit = distanceBit
    return BLOCK_ENDED
  }

  const distanceEntry = lookUp(D_TABLE, D.ROOT_MASK, D.ROOT_BITS, D.SUB_MASK, state.peek(distanceBit))
  if (codeBitsOf(distanceEntry) > end - distanceBit) return SOURCE_ENDED
  if ((distanceEntry & Entry.UNDEFINED) !== 0) return CC.MISSING_CODE
  const next = distanceBit + bitsOf(distanceEntry)
  if (next > end) return SOURCE_ENDED
  const distance = valueOf(distanceEntry, state, distanceBit)
  if (distance > state.at + state.history.length) return CC.INVALID_DISTANCE
  state.bit = next
  return copyMatch(state, distance, valueOf(entry, state, bit))
}

/**
 * Decodes symbols to the end of the block or the slice, or as far as source and target go.
 *
 * @returns `BLOCK_ENDED`, `PAUSED`, `SOURCE_ENDED` or the completion code of an error
 */
export function decodeSymbols(state: InflateState, decoder: HuffmanDecoder): number {
  decoder.use(state.window.length - (state.bit >>> 3))
  for (;;) {
    if (inflateFast(state)) return BLOCK_ENDED
    state.moveWindow()
    const outcome = decodeSymbol(state)
    if (outcome !== WRITTEN) return outcome
    state.applyLimit()
    if (state.at >= state.pause) return PAUSED
  }
}
