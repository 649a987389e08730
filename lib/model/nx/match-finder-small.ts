// SPDX-License-Identifier: MIT
import { MAX_MATCH } from '../../format/deflate.js'
import type { ChainEffort } from './effort.js'
import {
  commonLength,
  HASH4_BITS,
  HASH_MULTIPLIER,
  LEAST_GAIN,
  NO_BYTES,
  NO_VIEW,
  SMALL_BYTES,
  type MatchFinder,
} from './match-finder.js'
import { countLiteral, countMatch, matchToken, type TokenChunk } from './tokens.js'

// Compiled to CommonJS, an imported constant is a property that is loaded at each use; these are folded into the code.
const MULTIPLIER = HASH_MULTIPLIER
const SHIFT = 32 - HASH4_BITS
const LONGEST = MAX_MATCH
const GAIN = LEAST_GAIN

/** How many positions at the end of a source have no word. */
const LAST_POSITIONS = 3

// Both tables are one array: V8 checks the type of every array anew in each round of a loop.
/** For each hash4 the position inserted last. */
const NEWEST = 0
/** For each position the one inserted before it with the same hash4. */
const CHAIN = NEWEST + (1 << HASH4_BITS)
const TABLE_ENTRIES = CHAIN + SMALL_BYTES

/** Largest entry of the table. */
const MOST_ENTRY = 0xffff

/**
 * The small rule of match-finder.ts: 72 KiB of tables, which stay in the processor's nearer caches. All positions are
 * inserted before the first one is searched, so that nothing waits for a branch that comes out otherwise than expected.
 */
export class SmallFinder implements MatchFinder {
  /** Entries are base + position, and base grows from job to job: what is below it is of other jobs. */
  readonly #table = new Uint16Array(TABLE_ENTRIES)
  /** 0 is no position of any job. */
  #base = 1
  /** The base of the next job. */
  #nextBase = 1
  #bytes = NO_BYTES
  #view = NO_VIEW
  #historyBytes = 0
  #effort: ChainEffort | undefined

  /** Starts a job. `historyBytes` < `source.length` <= `SMALL_BYTES`. */
  begin(source: Uint8Array, historyBytes: number, effort: ChainEffort): void {
    this.#bytes = source
    this.#view = new DataView(source.buffer, source.byteOffset, source.length)
    this.#historyBytes = historyBytes
    this.#effort = effort
    this.#base = this.#nextBase
    if (this.#base + source.length > MOST_ENTRY) {
      this.#table.fill(0)
      this.#base = 1
    }
    this.#nextBase = this.#base + source.length
    this.#insert()
  }

  end(): void {
    this.#bytes = NO_BYTES
    this.#view = NO_VIEW
  }

  #insert(): void {
    const table = this.#table
    const view = this.#view
    const base = this.#base
    const multiplier = MULTIPLIER
    const shift = SHIFT
    const chain = CHAIN
    const wordEnd = this.#bytes.length - LAST_POSITIONS
    for (let position = 0; position < wordEnd; position++) {
      const slot = Math.imul(view.getInt32(position, true), multiplier) >>> shift
      table[chain + position] = table[slot]
      table[slot] = base + position
    }
  }

  /** Appends all tokens of the source. */
  find(chunk: TokenChunk): boolean {
    const effort = this.#effort
    if (!effort) return false
    const { tokens, histogram } = chunk
    const { depth, nice, good, lazy } = effort
    const table = this.#table
    const bytes = this.#bytes
    const view = this.#view
    const base = this.#base
    const end = bytes.length
    const wordEnd = end - LAST_POSITIONS
    // Of constants of the module, code that is compiled while its loop runs checks the type at every use.
    const chain = CHAIN
    const longest = LONGEST
    const leastGain = GAIN
    let position = this.#historyBytes
    let count = chunk.length
    let heldLength = 0
    let heldDistance = 0

    while (position < wordEnd) {
      let length = heldLength === 0 ? 3 : heldLength
      let distance = 0
      let entry = table[chain + position]
      if (entry >= base) {
        const most = end - position < longest ? end - position : longest
        const enough = nice < most ? nice : most
        if (length < enough) {
          let left = heldLength < good ? depth : depth >> 2
          const word = view.getInt32(position, true)
          // A candidate can only be longer if it agrees in the four bytes that end where the longer match would.
          let tail = view.getInt32(position + length - 3, true)
          do {
            const candidate = entry - base
            entry = table[chain + candidate]
            if (
              view.getInt32(candidate + length - 3, true) === tail &&
              view.getInt32(candidate, true) === word
            ) {
              const other = commonLength(view, candidate, position, most)
              if (other > length) {
                length = other
                distance = position - candidate
                if (length >= enough) break
                tail = view.getInt32(position + length - 3, true)
              }
            }
          } while (entry >= base && left-- > 0)
        }
      }

      // A distance costs about a bit for each of its own: the longer match may cost more than it saves.
      if (
        heldLength !== 0 &&
        distance !== 0 &&
        4 * (length - heldLength) + Math.clz32(distance) - Math.clz32(heldDistance) < leastGain
      )
        distance = 0

      if (distance !== 0) {
        if (heldLength !== 0) {
          const byte = bytes[position - 1]
          tokens[count++] = byte
          countLiteral(histogram, byte)
        }
        if (length < lazy) {
          heldLength = length
          heldDistance = distance
          position++
          continue
        }
      } else if (heldLength === 0) {
        const byte = bytes[position++]
        tokens[count++] = byte
        countLiteral(histogram, byte)
        continue
      }

      // The match starts here, or it is the held one, which starts one byte before.
      if (distance === 0) {
        length = heldLength
        distance = heldDistance
        position--
      }
      heldLength = 0
      const token = matchToken(length, distance)
      tokens[count++] = token
      countMatch(histogram, token)
      position += length
    }

    if (heldLength !== 0) {
      const token = matchToken(heldLength, heldDistance)
      tokens[count++] = token
      countMatch(histogram, token)
      position += heldLength - 1
    }
    for (; position < end; position++) {
      const byte = bytes[position]
      tokens[count++] = byte
      countLiteral(histogram, byte)
    }
    chunk.length = count
    return false
  }
}
