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
    this.#insertHistory(first, Math.min(start, end - LOOK + 1))
  }

  #insertHistory(from: number, to: number): void {
    const view = this.#view
    const table = this.#table
    const shift = this.#shift
    for (let at = from; at < to; at += HISTORY_STRIDE) {
      const product = Math.imul(view.getInt32(at, true), MULTIPLIER)
      table[(product + view.getInt32(at + 1, true)) >>> shift] = at
    }
  }

  end(): void {
    this.#bytes = NO_BYTES
    this.#view = NO_VIEW
  }

  find(chunk: TokenChunk): boolean {
    const { skip } = this.#effort
    const end = this.#pieceEnd
    const lookEnd = end - LOOK + 1
    const pause = Math.min(lookEnd, this.#position + chunk.bytes)
    if (this.#position === 0) this.#putLiterals(chunk, 1)
    while (this.#position < pause) {
      this.#search(chunk, pause)
      const steps = Math.min(this.#misses >> skip, MAX_STEP - 1)
      if (steps === 0) continue
      this.#misses += GROUP * steps
      this.#putLiterals(chunk, Math.min(this.#position + GROUP * steps, end))
    }
    if (this.#position >= lookEnd) this.#putLiterals(chunk, end)
    if (this.#position < end) return true
    if (end === this.#end) return false
    this.#beginPiece()
    return true
  }

  /**
   * Searches groups up to `pause`, or up to one behind which literals are due. V8 throws compiled code away where it comes to
   * a statement that has never run before, again and again, so nothing that runs seldom is in here.
   */
  #search(chunk: TokenChunk, pause: number): void {
    const { tokens, histogram } = chunk
    const missesLimit = 1 << this.#effort.skip
    const table = this.#table
    const shift = this.#shift
    const view = this.#view
    const end = this.#pieceEnd
    const lookEnd = end - LOOK + 1
    let position = this.#position
    let misses = this.#misses
    let count = chunk.length

    do {
      const groupEnd = position + POSITIONS
      let word = view.getInt32(position, true)
      let next: number
      let gap: number
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
      if (position <= lookEnd) {
        const last = view.getInt32(position - 1, true)
        table[(Math.imul(last, MULTIPLIER) + view.getInt32(position, true)) >>> shift] = position - 1
      }
    } while (position < pause && misses < missesLimit)

    chunk.length = count
    this.#position = position
    this.#misses = misses
  }

  /** Makes literals of the bytes up to `end`. */
  #putLiterals(chunk: TokenChunk, end: number): void {
    const { tokens, histogram } = chunk
    const bytes = this.#bytes
    let count = chunk.length
    for (let position = this.#position; position < end; position++) {
      const byte = bytes[position]
      tokens[count++] = byte
      countLiteral(histogram, byte)
    }
    chunk.length = count
    this.#position = end
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
