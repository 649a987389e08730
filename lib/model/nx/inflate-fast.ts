// SPDX-License-Identifier: MIT
import { D, D_TABLE, Entry, LL, LL_TABLE } from './huffman-decoder.js'
import type { InflateState } from './inflate-state.js'
import { fetchHistory, fetchSource, OUTPUT, putOut, roomEnd, SOURCE } from './inflate-window.js'

/*
 * The hot loop of decompression. Why it is fast:
 *
 * - It runs only where source and target have room to spare, so there is no end to look for within a symbol.
 * - The source is read at a bit position, by an unaligned 32-bit load and a shift: 25 bits or more, and no bit buffer to be
 *   kept filled. One load serves two lookups of literals, or a length and the first lookup of its distance.
 * - One lookup gives two literals where their codes are short, or a symbol, its base value, and its code and extra bits in
 *   one sum (huffman-decoder.ts).
 * - The symbol behind a match is looked up before the match is copied: a wrongly guessed kind of it shows sooner.
 * - Literals and matches are written by words that may run over, because a wrongly guessed branch costs more than a word.
 * - Tables, source and output are constants of the module (inflate-window.ts), everything else is a local int32 (hence the
 *   `| 0`), and nothing is called, so the compiler keeps all of it unboxed and has few checks to make. Numbers of other
 *   modules are const enums for this reason.
 * - What is rare or takes exact account (the ends, undefined codes, too far distances) is left to the careful loop, which decodes
 *   the same symbol again from its first bit (inflate-symbols.ts).
 */

// Constants of another module are looked up at each use.
const CODES_LL = LL_TABLE
const CODES_D = D_TABLE
const IN = SOURCE
const OUT = OUTPUT

/**
 * Bytes of source that one turn may look at: up to 7 bits of an earlier one, literals of 11 bits, a length of 20, a distance
 * of 28 and a load behind them. More: more symbols at the end of each source are left to the careful loop, which tells in
 * small jobs.
 */
const SOURCE_MARGIN = 12

/** Most literals of a turn: of two lookups. */
const TURN_LITERALS = 4

/** Bits that a load has at least, behind the up to 7 that are shifted out. */
const LOADED_BITS = 25

/**
 * Decodes symbols as long as source and target have room to spare.
 *
 * @returns true at the end of the block; false when the careful loop has to decode the next symbol, or move the window
 */
export function inflateFast(state: InflateState): boolean {
  // Of a constant that is first met inside the loop, the compiler does not make use of what it knows (6% slower).
  const ll = CODES_LL
  const d = CODES_D
  const source = IN
  const output = OUT
  // Called again behind each symbol of the careful loop, so this comes before all else.
  if (state.bit > (state.window.length - SOURCE_MARGIN) * 8) return false
  let at = fetchHistory(state) | 0
  const room = roomEnd(state) | 0
  const lastLiterals = (room - TURN_LITERALS) | 0
  if (at > lastLiterals) return false
  const firstByte = state.bit >>> 3
  const lastBit = (fetchSource(state, firstByte) - SOURCE_MARGIN) << 3
  let bit = state.bit & 7
  let ended = false

  // At the start of each turn these are the bits from `bit` on and the entry of the first code in them.
  let word = source.getInt32(0, true) >>> bit
  let entry = ll[word & LL.ROOT_MASK]
  while (bit <= lastBit && at <= lastLiterals) {
    if (entry < 0) {
      output.setInt16(at, entry >>> Entry.LITERALS_SHIFT, true)
      at = (at + 1 + ((entry >>> Entry.PAIR_SHIFT) & 1)) | 0
      bit = (bit + (entry & 31)) | 0
      entry = ll[(word >>> entry) & LL.ROOT_MASK]
      if (entry < 0) {
        output.setInt16(at, entry >>> Entry.LITERALS_SHIFT, true)
        at = (at + 1 + ((entry >>> Entry.PAIR_SHIFT) & 1)) | 0
        bit = (bit + (entry & 31)) | 0
        word = source.getInt32(bit >>> 3, true) >>> (bit & 7)
        entry = ll[word & LL.ROOT_MASK]
        continue
      }
      word = source.getInt32(bit >>> 3, true) >>> (bit & 7)
    }
    const symbol = bit
    let next = word >>> entry
    if ((entry & Entry.EXCEPTIONAL) !== 0) {
      if (entry >>> 16 !== 0) entry = ll[(entry >>> 16) + ((word >>> LL.ROOT_BITS) & LL.SUB_MASK)]
      if (entry < 0) {
        output.setInt8(at, entry >>> Entry.LITERALS_SHIFT)
        at = (at + 1) | 0
        bit = (bit + (entry & 31)) | 0
        word = source.getInt32(bit >>> 3, true) >>> (bit & 7)
        entry = ll[word & LL.ROOT_MASK]
        continue
      }
      if ((entry & Entry.EXCEPTIONAL) !== 0) {
        if ((entry & Entry.END) === 0) break
        bit = (bit + (entry & 31)) | 0
        ended = true
        break
      }
      const after = (bit + (entry & 31)) | 0
      next = source.getInt32(after >>> 3, true) >>> (after & 7)
    }
    const length = (entry >>> 16) + ((word & ~(-1 << entry)) >>> (entry >>> 8))
    bit = (bit + (entry & 31)) | 0

    entry = d[next & D.ROOT_MASK]
    word = source.getInt32(bit >>> 3, true) >>> (bit & 7)
    if ((entry & Entry.EXCEPTIONAL) !== 0) {
      if (entry >>> 16 !== 0) entry = d[(entry >>> 16) + ((word >>> D.ROOT_BITS) & D.SUB_MASK)]
      if ((entry & Entry.EXCEPTIONAL) !== 0) {
        bit = symbol
        break
      }
    }
    let distance = entry >>> 16
    if ((entry & 31) > LOADED_BITS) {
      const extra = (bit + ((entry >>> 8) & 15)) | 0
      const extraBits = (entry & 31) - ((entry >>> 8) & 15)
      distance += (source.getInt32(extra >>> 3, true) >>> (extra & 7)) & ~(-1 << extraBits)
    } else {
      distance += (word & ~(-1 << entry)) >>> (entry >>> 8)
    }
    bit = (bit + (entry & 31)) | 0
    word = source.getInt32(bit >>> 3, true) >>> (bit & 7)
    entry = ll[word & LL.ROOT_MASK]

    const last = (at + length) | 0
    let from = (at - distance) | 0
    if (last > room || from < 0) {
      bit = symbol
      break
    }
    // Always from front to back, so that a word which overlaps the match's own bytes finds them written.
    if (distance >= 4) {
      output.setInt32(at, output.getInt32(from, true), true)
      output.setInt32((at + 4) | 0, output.getInt32((from + 4) | 0, true), true)
      if (length > 8) {
        output.setInt32((at + 8) | 0, output.getInt32((from + 8) | 0, true), true)
        output.setInt32((at + 12) | 0, output.getInt32((from + 12) | 0, true), true)
        while (last - at > 16) {
          at = (at + 16) | 0
          from = (from + 16) | 0
          output.setInt32(at, output.getInt32(from, true), true)
          output.setInt32((at + 4) | 0, output.getInt32((from + 4) | 0, true), true)
          output.setInt32((at + 8) | 0, output.getInt32((from + 8) | 0, true), true)
          output.setInt32((at + 12) | 0, output.getInt32((from + 12) | 0, true), true)
        }
      }
    } else if (distance === 1) {
      const run = Math.imul(output.getUint8(from), 0x01010101)
      do {
        output.setInt32(at, run, true)
        at = (at + 4) | 0
      } while (at < last)
    } else {
      do {
        output.setInt8(at, output.getInt8(from))
        at = (at + 1) | 0
        from = (from + 1) | 0
      } while (at < last)
    }
    at = last
  }
  state.bit = firstByte * 8 + bit
  putOut(state, at)
  return ended
}
