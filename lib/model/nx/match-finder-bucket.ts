// SPDX-License-Identifier: MIT
import { MAX_MATCH } from '../../format/deflate.js'
import type { BucketEffort } from './effort.js'
import {
  commonLength,
  HASH4_BITS,
  HASH_MULTIPLIER,
  MAX_STEP,
  moveDown,
  NO_BYTES,
  NO_VIEW,
  REACH,
  REBASE_AT,
  type MatchFinder,
} from './match-finder.js'
import { countLiteral, countMatch, matchToken, type TokenChunk } from './tokens.js'

// Compiled to CommonJS, an imported constant is a property that is loaded at each use; these are folded into the code.
const MULTIPLIER = HASH_MULTIPLIER
const SHIFT = 32 - HASH4_BITS
const FAR = REACH
const LONGEST = MAX_MATCH
const STEP_LIMIT = MAX_STEP

/** The bucket rule of match-finder.ts: 256 KiB of table. */
export class BucketFinder implements MatchFinder {
  /** The two positions of hash h at 2h (newer) and 2h + 1. */
  readonly #table = new Int32Array(2 << HASH4_BITS)
  /** What entries are above the position that they stand for. */
  #base = 0
  #length = 0
  #bytes = NO_BYTES
  #view = NO_VIEW
  #effort: BucketEffort = { finder: 'bucket', nice: 0, stride: 1, skip: 0 }
  #position = 0
  #misses = 0

  /** Starts a job. `historyBytes` <= 32768 and < `source.length`. */
  begin(source: Uint8Array, historyBytes: number, effort: BucketEffort): void {
    this.#base += this.#length + FAR
    if (this.#base > REBASE_AT) {
      this.#table.fill(0)
      this.#base = FAR
    }
    this.#length = source.length
    this.#bytes = source
    this.#view = new DataView(source.buffer, source.byteOffset, source.length)
    this.#effort = effort
    this.#position = historyBytes
    this.#misses = 0
    this.#insert(0, historyBytes, 1)
  }

  end(): void {
    this.#bytes = NO_BYTES
    this.#view = NO_VIEW
  }

  find(chunk: TokenChunk): boolean {
    if (this.#base + this.#position > REBASE_AT) this.#rebase()
    const { tokens, histogram } = chunk
    const { nice, stride, skip } = this.#effort
    const table = this.#table
    const bytes = this.#bytes
    const view = this.#view
    const base = this.#base
    const end = bytes.length
    const wordEnd = end - 3
    let position = this.#position
    const pause = Math.min(wordEnd, position + chunk.bytes)
    let misses = this.#misses
    let count = chunk.length

    while (position < pause) {
      const word = view.getInt32(position, true)
      const slot = (Math.imul(word, MULTIPLIER) >>> SHIFT) << 1
      const here = base + position
      const newer = table[slot]
      const older = table[slot + 1]
      table[slot + 1] = newer
      table[slot] = here

      let length = 0
      let distance = 0
      if (here - newer < FAR) {
        const most = end - position < LONGEST ? end - position : LONGEST
        let candidate = newer - base
        if (view.getInt32(candidate, true) === word) {
          length = commonLength(view, candidate, position, most)
          distance = here - newer
        }
        if (length < nice && here - older < FAR) {
          candidate = older - base
          if (
            view.getInt32(candidate, true) === word &&
            length < most &&
            bytes[candidate + length] === bytes[position + length]
          ) {
            const other = commonLength(view, candidate, position, most)
            if (other > length) {
              length = other
              distance = here - older
            }
          }
        }
      }

      if (length === 0) {
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
      const token = matchToken(length, distance)
      tokens[count++] = token
      countMatch(histogram, token)
      const next = position + length
      this.#insert(position + 1, next, stride)
      position = next
    }

    if (position >= wordEnd) {
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

  /** Inserts every `stride`th position from `from` on that is below `to` and has a word. */
  #insert(from: number, to: number, stride: number): void {
    const table = this.#table
    const view = this.#view
    const base = this.#base
    const last = Math.min(to, this.#bytes.length - 3)
    for (let position = from; position < last; position += stride) {
      const slot = (Math.imul(view.getInt32(position, true), MULTIPLIER) >>> SHIFT) << 1
      table[slot + 1] = table[slot]
      table[slot] = base + position
    }
  }

  #rebase(): void {
    const delta = this.#base + this.#position - 2 * FAR
    moveDown(this.#table, delta)
    this.#base -= delta
  }
}
