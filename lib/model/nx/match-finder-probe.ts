// SPDX-License-Identifier: MIT
import { MAX_MATCH } from '../../format/deflate.js'
import type { ProbeEffort } from './effort.js'
import {
  commonLength,
  GROUP,
  HASH_MULTIPLIER,
  HISTORY_STRIDE,
  LEAST_CUT_BYTES,
  LEAST_HASH5_BITS,
  MAX_STEP,
  MOST_HASH5_BITS,
  MOST_PIECE_BYTES,
  NO_BYTES,
  NO_VIEW,
  PIECES,
  REACH,
  type MatchFinder,
} from './match-finder.js'
import { countLiteral, countMatch, matchToken, type TokenChunk } from './tokens.js'

// Compiled to CommonJS, an imported constant is a property that is loaded at each use; these are folded into the code.
const MULTIPLIER = HASH_MULTIPLIER
const LONGEST = MAX_MATCH
const STEP_LIMIT = MAX_STEP - 1
const POSITIONS = GROUP

/** Bytes that the first position of a group must have. */
const LOOK = 8

/** Distances less one are taken modulo 32768: what is farther away is only looked at where it cannot be found. */
const GAP_MASK = REACH - 1

/** The probe rule of match-finder.ts: 64 KiB of table. */
export class ProbeFinder implements MatchFinder {
  /** The position inserted last for each hash5, in its 16 low bits. */
  readonly #table = new Uint16Array(1 << MOST_HASH5_BITS)
  #shift = 0
  #bytes = NO_BYTES
  #view = NO_VIEW
  #end = 0
  #pieceBytes = 0
  #pieceEnd = 0
  #effort: ProbeEffort = { finder: 'probe', skip: 0 }
  #position = 0
  #misses = 0

  /** Starts a job. `historyBytes` <= 32768 and < `source.length`. */
  begin(source: Uint8Array, historyBytes: number, effort: ProbeEffort): void {
    this.#bytes = source
    this.#view = new DataView(source.buffer, source.byteOffset, source.length)
    this.#end = source.length
    this.#pieceBytes = pieceBytes(source.length - historyBytes)
    this.#effort = effort
    this.#position = historyBytes
    this.#beginPiece()
  }

  #beginPiece(): void {
    const start = this.#position
    const end = Math.min(start + this.#pieceBytes, this.#end)
    const first = Math.max(start - REACH, 0)
    const bits = hash5Bits(end - first)
    this.#table.fill(first, 0, 1 << bits)
    this.#shift = 32 - bits
    this.#pieceEnd = end
    this.#misses = 0
    const last = Math.min(start, end - LOOK + 1)
    for (let at = first; at < last; at += HISTORY_STRIDE) this.#insert(at)
  }

  end(): void {
    this.#bytes = NO_BYTES
    this.#view = NO_VIEW
  }

  find(chunk: TokenChunk): boolean {
    const { tokens, histogram } = chunk
    const { skip } = this.#effort
    const table = this.#table
    const shift = this.#shift
    const bytes = this.#bytes
    const view = this.#view
    const end = this.#pieceEnd
    const lookEnd = end - LOOK + 1
    let position = this.#position
    const pause = Math.min(lookEnd, position + chunk.bytes)
    let misses = this.#misses
    let count = chunk.length

    if (position === 0) {
      const byte = bytes[position++]
      tokens[count++] = byte
      countLiteral(histogram, byte)
    }
    while (position < pause) {
      const groupEnd = position + POSITIONS
      let word = view.getInt32(position, true)
      let next = 0
      let gap = 0
      do {
        next = view.getInt32(position + 1, true)
        const slot = (Math.imul(word, MULTIPLIER) + next) >>> shift
        // The candidate lies between 0 and `position`, so that there are bytes whatever the entry says.
        gap = (position - 1 - table[slot]) & GAP_MASK
        table[slot] = position
        if (view.getInt32(position - 1 - gap, true) === word) break
        const byte = word & 0xff
        tokens[count++] = byte
        countLiteral(histogram, byte)
        word = next
        position++
      } while (position < groupEnd)

      if (position === groupEnd) {
        misses += POSITIONS
        let step = misses >> skip
        if (step === 0) continue
        step = POSITIONS * (step < STEP_LIMIT ? step : STEP_LIMIT)
        misses += step
        const stepEnd = position + step < end ? position + step : end
        while (position < stepEnd) {
          const byte = bytes[position++]
          tokens[count++] = byte
          countLiteral(histogram, byte)
        }
        continue
      }

      misses = 0
      const most = end - position < LONGEST ? end - position : LONGEST
      const length = commonLength(view, position - 1 - gap, position, most)
      const token = matchToken(length, gap + 1)
      tokens[count++] = token
      countMatch(histogram, token)
      // Few of its positions are worth an entry: those of the group, as the match may have begun late, and the last.
      for (let at = position + 1; at < groupEnd; at++) {
        word = next
        next = view.getInt32(at + 1, true)
        table[(Math.imul(word, MULTIPLIER) + next) >>> shift] = at
      }
      position += length
      if (position <= lookEnd) this.#insert(position - 1)
    }

    if (position >= lookEnd) {
      while (position < end) {
        const byte = bytes[position++]
        tokens[count++] = byte
        countLiteral(histogram, byte)
      }
    }
    chunk.length = count
    this.#position = position
    this.#misses = misses
    if (position < end) return true
    if (position === this.#end) return false
    this.#beginPiece()
    return true
  }

  #insert(position: number): void {
    const product = Math.imul(this.#view.getInt32(position, true), MULTIPLIER)
    this.#table[(product + this.#view.getInt32(position + 1, true)) >>> this.#shift] = position
  }
}

/** Bytes of each piece but the last that data of `length` bytes is cut into. */
function pieceBytes(length: number): number {
  if (length < LEAST_CUT_BYTES) return length
  return Math.ceil(length / (PIECES * Math.ceil(length / (PIECES * MOST_PIECE_BYTES))))
}

/** Bits of the table's hash for a piece of `length` bytes: about as many entries as positions. */
function hash5Bits(length: number): number {
  let bits = LEAST_HASH5_BITS
  while (bits < MOST_HASH5_BITS && length > 1 << bits) bits++
  return bits
}
