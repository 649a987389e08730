// SPDX-License-Identifier: MIT
import { D, Entry, type HuffmanDecoder, LL } from './huffman-decoder.js'
import type { InflateState } from './inflate-state.js'

/*
 * The hot loop of decompression. Why it is fast:
 *
 * - It runs only where source and target have room to spare, so there is no end to look for within a symbol.
 * - The source is read at a bit position, by an unaligned 32-bit load and a shift: 25 bits or more, and no bit buffer to be
 *   kept filled. One load serves two literals, or a length and the first lookup of its distance.
 * - The symbol behind a match is looked up before the match is copied: a wrongly guessed kind of it shows sooner, and what
 *   the compiler has checked of the arrays need not be checked again, as it is behind each store to a DataView.
 * - One table lookup gives a symbol, its base value, and its code and extra bits in one sum (huffman-decoder.ts).
 * - Matches are copied by words, in three classes of length, because a wrongly guessed branch costs more than a word. The
 *   last words overlap instead of running over, so no byte behind the match is written.
 * - Everything is a local int32 (hence the `| 0`) or a typed array of one class, and nothing is called, so the compiler
 *   keeps all of it unboxed and checks the arrays' classes once. Numbers of other modules are const enums for this reason.
 * - What is rare or takes exact account (the ends, undefined codes, too far distances) is left to the careful loop, which decodes
 *   the same symbol again from its first bit (inflate-symbols.ts).
 */

/**
 * Bytes of source that one turn may look at: up to 7 bits of an earlier one, a literal of 11 bits, a length of 20, a distance
 * of 28 and a load behind them. More: more symbols at the end of each source are left to the careful loop, which tells in
 * small jobs.
 */
const SOURCE_MARGIN = 12

/** Target bytes up to which positions, a match beyond them too, are int32. The careful loop goes on alone behind them. */
const MAX_AT = 2 ** 31 - 1024

/**
 * Decodes symbols as long as source and target have room to spare.
 *
 * @returns true at the end of the block; false when the careful loop has to decode the next symbol, or move the window
 */
export function inflateFast(state: InflateState, decoder: HuffmanDecoder): boolean {
  const lastBit = (state.window.length - SOURCE_MARGIN) * 8
  // Called again behind each symbol of the careful loop, so this comes before all else.
  if (state.bit > lastBit) return false
  const source = state.view
  const target = state.bytes
  const words = state.bytesView
  const history = state.history
  const oldWords = state.historyView
  const { ll, d } = decoder
  // Bits that a load has at least, behind the up to 7 that are shifted out.
  const loadedBits = 25
  // The symbol that reaches the limit is the careful loop's.
  const room = Math.min(target.length, state.limit - 1, state.pause, MAX_AT) | 0
  const lastLiterals = room - 2
  if (state.at > lastLiterals) return false
  const oldest = -history.length | 0
  let bit = state.bit | 0
  let at = state.at | 0
  let ended = false

  // At the start of each turn these are the bits from `bit` on and the entry of the first code in them.
  let word = source.getInt32(bit >>> 3, true) >>> (bit & 7)
  let entry = ll[word & LL.ROOT_MASK]
  while (bit <= lastBit && at <= lastLiterals) {
    if (entry < 0) {
      target[at] = entry >>> 16
      at = (at + 1) | 0
      bit = (bit + (entry & 31)) | 0
      entry = ll[(word >>> entry) & LL.ROOT_MASK]
      if (entry < 0) {
        target[at] = entry >>> 16
        at = (at + 1) | 0
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
        target[at] = entry >>> 16
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
      const after = bit + (entry & 31)
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
    if ((entry & 31) > loadedBits) {
      const extra = bit + ((entry >>> 8) & 15)
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
    if (last > room || from < oldest) {
      bit = symbol
      break
    }
    // Always from front to back, so that a word which overlaps the match's own bytes finds them written.
    if (from < 0) {
      let old = (history.length + from) | 0
      if (length > 3 && from + length <= 0) {
        const lastWord = last - 4
        while (at < lastWord) {
          words.setInt32(at, oldWords.getInt32(old, true), true)
          at = (at + 4) | 0
          old = (old + 4) | 0
        }
        words.setInt32(lastWord, oldWords.getInt32(history.length + from + length - 4, true), true)
      } else {
        for (; from < 0 && at < last; from++) {
          target[at] = history[old]
          at = (at + 1) | 0
          old = (old + 1) | 0
        }
        for (; at < last; from++) {
          target[at] = target[from]
          at = (at + 1) | 0
        }
      }
    } else if (distance >= 4) {
      if (length === 3) {
        target[at] = target[from]
        target[(at + 1) | 0] = target[(from + 1) | 0]
        target[(at + 2) | 0] = target[(from + 2) | 0]
      } else if (length <= 8) {
        words.setInt32(at, words.getInt32(from, true), true)
        words.setInt32((last - 4) | 0, words.getInt32((last - 4 - distance) | 0, true), true)
      } else if (length <= 16) {
        words.setInt32(at, words.getInt32(from, true), true)
        words.setInt32((at + 4) | 0, words.getInt32((from + 4) | 0, true), true)
        words.setInt32((last - 8) | 0, words.getInt32((last - 8 - distance) | 0, true), true)
        words.setInt32((last - 4) | 0, words.getInt32((last - 4 - distance) | 0, true), true)
      } else {
        const lastWords = (last - 16) | 0
        do {
          words.setInt32(at, words.getInt32(from, true), true)
          words.setInt32((at + 4) | 0, words.getInt32((from + 4) | 0, true), true)
          words.setInt32((at + 8) | 0, words.getInt32((from + 8) | 0, true), true)
          words.setInt32((at + 12) | 0, words.getInt32((from + 12) | 0, true), true)
          at = (at + 16) | 0
          from = (from + 16) | 0
        } while (at < lastWords)
        from = (lastWords - distance) | 0
        words.setInt32(lastWords, words.getInt32(from, true), true)
        words.setInt32((lastWords + 4) | 0, words.getInt32((from + 4) | 0, true), true)
        words.setInt32((lastWords + 8) | 0, words.getInt32((from + 8) | 0, true), true)
        words.setInt32((lastWords + 12) | 0, words.getInt32((from + 12) | 0, true), true)
      }
    } else if (distance === 1 && length > 3) {
      const run = Math.imul(target[from], 0x01010101)
      const lastWord = (last - 4) | 0
      while (at < lastWord) {
        words.setInt32(at, run, true)
        at = (at + 4) | 0
      }
      words.setInt32(lastWord, run, true)
    } else {
      while (at < last) {
        target[at] = target[from]
        at = (at + 1) | 0
        from = (from + 1) | 0
      }
    }
    at = last
  }
  state.bit = bit
  state.at = at
  return ended
}
