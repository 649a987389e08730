// SPDX-License-Identifier: MIT
import { MAX_MATCH } from '../../format/deflate.js'
import type { ProbeEffort } from './effort.js'
import {
  commonLength,
  FIFTH_MULTIPLIER,
  HASH_MULTIPLIER,
  HISTORY_STRIDE,
  LEAST_HASH5_BITS,
  MAX_STEP,
  MOST_HASH5_BITS,
  NO_BYTES,
  NO_VIEW,
  REACH,
  type MatchFinder,
} from './match-finder.js'
import { countLiteral, countMatch, matchToken, type TokenChunk } from './tokens.js'

// Compiled to CommonJS, an imported constant is a property that is loaded at each use; these are folded into the code.
const MULTIPLIER = HASH_MULTIPLIER
const FIFTH = FIFTH_MULTIPLIER
const LONGEST = MAX_MATCH
const STEP_LIMIT = MAX_STEP

/** Bytes that a position must have to be searched or inserted. */
const LOOK = 8

/** Distances are taken modulo 32768: what is farther away is only looked at where it cannot be found. */
const DISTANCE_MASK = REACH - 1

/** The probe rule of match-finder.ts: 32 KiB of table. */
export class ProbeFinder implements MatchFinder {
  /** The position inserted last for each hash5, in its 16 low bits. */
  readonly #table = new Uint16Array(1 << MOST_HASH5_BITS)
  #shift = 0
  #bytes = NO_BYTES
  #view = NO_VIEW
  #effort: ProbeEffort = { finder: 'probe', skip: 0 }
  #position = 0
  #misses = 0

  /** Starts a job. `historyBytes` <= 32768 and < `source.length`. */
  begin(source: Uint8Array, historyBytes: number, effort: ProbeEffort): void {
    const bits = hash5Bits(source.length)
    this.#table.fill(0, 0, 1 << bits)
    this.#shift = 32 - bits
    this.#bytes = source
    this.#view = new DataView(source.buffer, source.byteOffset, source.length)
    this.#effort = effort
    this.#position = historyBytes
    this.#misses = 0
    const last = Math.min(historyBytes, source.length - LOOK + 1)
    for (let at = 0; at < last; at += HISTORY_STRIDE) this.#insert(at)
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
    const end = bytes.length
    const lookEnd = end - LOOK + 1
    let position = this.#position
    const pause = Math.min(lookEnd, position + chunk.bytes)
    let misses = this.#misses
    let count = chunk.length

    while (position < pause) {
      const word = view.getInt32(position, true)
      const slot = (Math.imul(word, MULTIPLIER) + Math.imul(bytes[position + 4], FIFTH)) >>> shift
      // At most `position`, so that there are bytes whatever the entry says.
      const distance = (position - table[slot]) & DISTANCE_MASK
      table[slot] = position
      if (view.getInt32(position - distance, true) !== word || distance === 0) {
        let step = misses >> skip
        step = step < STEP_LIMIT ? step + 1 : STEP_LIMIT
        if (step > end - position) step = end - position
        misses += step
        do {
          const byte = bytes[position++]
          tokens[count++] = byte
          countLiteral(histogram, byte)
        } while (--step > 0)
        continue
      }

      misses = 0
      const most = end - position < LONGEST ? end - position : LONGEST
      const length = commonLength(view, position - distance, position, most)
      const token = matchToken(length, distance)
      tokens[count++] = token
      countMatch(histogram, token)
      const next = position + length
      // Few of its positions are worth an entry: the first ones, as the match may have begun late, and the last.
      if (next - 1 < lookEnd) {
        this.#insert(position + 1)
        this.#insert(position + 2)
        this.#insert(next - 1)
      }
      position = next
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
    return position < end
  }

  #insert(position: number): void {
    const product = Math.imul(this.#view.getInt32(position, true), MULTIPLIER)
    this.#table[(product + Math.imul(this.#bytes[position + 4], FIFTH)) >>> this.#shift] = position
  }
}

/** Bits of the table's hash for a source of `length` bytes: about as many entries as positions. */
function hash5Bits(length: number): number {
  let bits = LEAST_HASH5_BITS
  while (bits < MOST_HASH5_BITS && length > 1 << bits) bits++
  return bits
}
