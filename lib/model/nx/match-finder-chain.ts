// SPDX-License-Identifier: MIT
import { MAX_MATCH } from '../../format/deflate.js'
import type { ChainEffort } from './effort.js'
import {
  CHAIN_BITS,
  commonLength,
  FIFTH_MULTIPLIER,
  HASH3_BITS,
  HASH4_BITS,
  HASH_MULTIPLIER,
  LEAST_GAIN,
  MAX_STEP,
  moveDown,
  NEAR3,
  NO_BYTES,
  NO_VIEW,
  REACH,
  REBASE_AT,
  type MatchFinder,
} from './match-finder.js'
import { countLiteral, countMatch, matchToken, type TokenChunk } from './tokens.js'

// Compiled to CommonJS, an imported constant is a property that is loaded at each use; these are folded into the code.
const MULTIPLIER = HASH_MULTIPLIER
const HIGH_MULTIPLIER = FIFTH_MULTIPLIER
const FAR = REACH
const LONGEST = MAX_MATCH
const MOST_STEP = MAX_STEP
const NEAR = NEAR3
const GAIN = LEAST_GAIN
const CHAIN_SHIFT = 32 - CHAIN_BITS
const HASH4_SHIFT = 32 - HASH4_BITS
const HASH3_SHIFT = 32 - HASH3_BITS
/** How many positions at the end of a source have fewer than 8 bytes, and so are not in the chains. */
const LAST_POSITIONS = 7

/** Bytes that are enough to be looked for at the nearest position. */
const WORD_BYTES = 4

// All tables are one array: V8 checks the type of every array, and loads its length and its address, anew in each round of
// a loop, which with an array for each table is a third of the time of inserting.
/** For each chain hash the position inserted last. */
const NEWEST = 0
/** For each position, at its low 15 bits, the one inserted before it with the same chain hash. */
const CHAIN = NEWEST + (1 << CHAIN_BITS)
/** For each hash4, and for each hash3, the position inserted last. */
const NEWEST4 = CHAIN + REACH
const NEWEST3 = NEWEST4 + (1 << HASH4_BITS)
const TABLE_ENTRIES = NEWEST3 + (1 << HASH3_BITS)

const NO_EFFORT: ChainEffort = {
  finder: 'chain',
  span: 8,
  near3: false,
  depth: 0,
  nice: 0,
  good: 0,
  lazy: 0,
  skip: 0,
}

/** The chain rule of match-finder.ts: 576 KiB of tables, of which the efforts without 3-byte matches use 512. */
export class ChainFinder implements MatchFinder {
  readonly #table = new Int32Array(TABLE_ENTRIES)
  /** What entries are above the position that they stand for. */
  #base = 0
  #length = 0
  #bytes = NO_BYTES
  #view = NO_VIEW
  #effort: ChainEffort = NO_EFFORT
  #position = 0
  #misses = 0
  #isOwn = false
  /** Behind the last position of the job that was stepped over, and so not inserted. */
  #stepped = 0
  /** The end of the source of the last job, once that is finished, and how many bytes of it are held. */
  readonly #kept = new Uint8Array(REACH)
  #keptBytes = 0

  /**
   * Starts a job. `historyBytes` <= 32768 and < `source.length`.
   *
   * @param isOwn nobody changes the source while the job runs: a job whose history is its end need not insert that
   *              history again
   */
  begin(source: Uint8Array, historyBytes: number, effort: ChainEffort, isOwn: boolean): void {
    const continues = this.#holds(source, historyBytes, effort)
    if (continues) this.#base += this.#length - historyBytes
    else {
      this.#base += this.#length + REACH
      if (this.#base > REBASE_AT) {
        this.#table.fill(0)
        this.#base = REACH
      }
    }
    this.#length = source.length
    this.#bytes = source
    this.#view = new DataView(source.buffer, source.byteOffset, source.length)
    this.#effort = effort
    this.#position = historyBytes
    this.#misses = 0
    this.#isOwn = isOwn
    this.#stepped = 0
    this.#keptBytes = 0
    // The last positions of the source before had not enough bytes to be inserted.
    this.#insert(continues ? Math.max(0, historyBytes - LAST_POSITIONS) : 0, historyBytes)
  }

  /** Whether the tables hold what inserting this history would put there. */
  #holds(source: Uint8Array, historyBytes: number, { span, near3 }: ChainEffort): boolean {
    const kept = this.#keptBytes
    return (
      historyBytes > 0 &&
      historyBytes <= kept &&
      span === this.#effort.span &&
      near3 === this.#effort.near3 &&
      Buffer.compare(this.#kept.subarray(kept - historyBytes, kept), source.subarray(0, historyBytes)) === 0
    )
  }

  /** Keeps the end of the source, as far as every position of it has been inserted. */
  #keep(): void {
    if (!this.#isOwn) return
    this.#keptBytes = Math.min(this.#length - this.#stepped, REACH)
    this.#kept.set(this.#bytes.subarray(this.#length - this.#keptBytes))
  }

  end(): void {
    this.#bytes = NO_BYTES
    this.#view = NO_VIEW
  }

  find(chunk: TokenChunk): boolean {
    if (this.#base + this.#position > REBASE_AT) this.#rebase()
    const { tokens, histogram } = chunk
    const { span, near3, depth, nice, good, lazy, skip } = this.#effort
    const spanShift = 64 - 8 * span
    const table = this.#table
    const bytes = this.#bytes
    const view = this.#view
    const base = this.#base
    const end = bytes.length
    const lookEnd = end - LAST_POSITIONS
    // Of constants of the module, code that is compiled while its loop runs checks the type at every use.
    const multiplier = MULTIPLIER
    const highMultiplier = HIGH_MULTIPLIER
    const chainShift = CHAIN_SHIFT
    const shift4 = HASH4_SHIFT
    const shift3 = HASH3_SHIFT
    const chain = CHAIN
    const newest4 = NEWEST4
    const newest3 = NEWEST3
    const reach = FAR
    const chainMask = FAR - 1
    const longest = LONGEST
    const near3Reach = NEAR
    const leastGain = GAIN
    const mostStep = MOST_STEP
    // Below are positions of other jobs.
    const lowest = Math.max(base, 0)
    let position = this.#position
    const pause = Math.min(lookEnd, position + chunk.bytes)
    let misses = this.#misses
    let count = chunk.length
    let heldLength = 0
    let heldDistance = 0

    // A chunk never ends while a match is held, so that what is held need not be kept between chunks.
    while (position < pause || (heldLength !== 0 && position < lookEnd)) {
      const word = view.getInt32(position, true)
      const high = view.getInt32(position + 4, true) << spanShift
      const slot = (Math.imul(word, multiplier) + Math.imul(high, highMultiplier)) >>> chainShift
      const slot4 = Math.imul(word, multiplier) >>> shift4
      const here = base + position
      const nearest = table[newest4 + slot4]
      const head = table[slot]
      const limit = here - reach >= lowest ? here - reach : lowest - 1
      table[newest4 + slot4] = here
      table[slot] = here
      table[chain + (here & chainMask)] = head

      let length = heldLength === 0 ? 3 : heldLength
      let distance = 0
      if (near3) {
        const slot3 = Math.imul(word << 8, multiplier) >>> shift3
        const near = table[newest3 + slot3]
        table[newest3 + slot3] = here
        if (
          heldLength === 0 &&
          near > limit &&
          here - near <= near3Reach &&
          (view.getInt32(near - base, true) ^ word) << 8 === 0
        )
          distance = here - near
      }
      const most = end - position < longest ? end - position : longest
      const enough = nice < most ? nice : most
      if (nearest > limit && length < enough) {
        let left = heldLength < good ? depth : depth >> 2
        let entry = nearest
        let following = head
        // A candidate can only be longer if it agrees in the four bytes that end where the longer match would.
        let tail = view.getInt32(position + length - 3, true)
        do {
          const candidate = entry - base
          if (
            view.getInt32(candidate + length - 3, true) === tail &&
            view.getInt32(candidate, true) === word
          ) {
            const other = commonLength(view, candidate, position, most)
            if (other > length) {
              length = other
              distance = here - entry
              if (length >= enough) break
              tail = view.getInt32(position + length - 3, true)
            }
          }
          entry = following
          following = table[chain + (entry & chainMask)]
        } while (left-- > 0 && entry > limit)
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
        let step = misses >> skip
        step = step < mostStep ? step + 1 : mostStep
        if (step > end - position) step = end - position
        misses += step
        if (step > 1) this.#stepped = position + step
        do {
          const byte = bytes[position++]
          tokens[count++] = byte
          countLiteral(histogram, byte)
        } while (--step > 0)
        continue
      }

      // The match starts here, or it is the held one, which starts one byte before.
      const searched = position + 1
      if (distance === 0) {
        length = heldLength
        distance = heldDistance
        position--
      }
      heldLength = 0
      misses = 0
      const token = matchToken(length, distance)
      tokens[count++] = token
      countMatch(histogram, token)
      position += length
      this.#insert(searched, position)
    }

    if (heldLength !== 0) {
      const token = matchToken(heldLength, heldDistance)
      tokens[count++] = token
      countMatch(histogram, token)
      const inside = position
      position += heldLength - 1
      this.#insert(inside, position)
    }
    chunk.length = count
    if (position >= lookEnd) position = this.#findAtEnd(chunk, position)
    this.#position = position
    this.#misses = misses
    if (position < end) return true
    this.#keep()
    return false
  }

  /** The positions that have not their 8 bytes: a match with the nearest one, or a literal. */
  #findAtEnd(chunk: TokenChunk, from: number): number {
    const { tokens, histogram } = chunk
    const table = this.#table
    const view = this.#view
    const base = this.#base
    const end = this.#bytes.length
    const lowest = Math.max(base, 0)
    let position = from
    while (position < end) {
      let length = 1
      let token = this.#bytes[position]
      if (position + WORD_BYTES <= end) {
        const word = view.getInt32(position, true)
        const slot = NEWEST4 + (Math.imul(word, MULTIPLIER) >>> HASH4_SHIFT)
        const here = base + position
        const nearest = table[slot]
        table[slot] = here
        const isThere =
          nearest >= lowest && here - nearest < REACH && view.getInt32(nearest - base, true) === word
        if (isThere) {
          length = commonLength(view, nearest - base, position, end - position)
          token = matchToken(length, here - nearest)
        }
      }
      tokens[chunk.length++] = token
      if (length === 1) countLiteral(histogram, token)
      else {
        countMatch(histogram, token)
        this.#insert(position + 1, position + length)
      }
      position += length
    }
    return position
  }

  /** Inserts the positions from `from` on that are below `to`; without their 8 bytes for the nearest only. */
  #insert(from: number, to: number): void {
    const table = this.#table
    const view = this.#view
    const base = this.#base
    const multiplier = MULTIPLIER
    const highMultiplier = HIGH_MULTIPLIER
    const chainShift = CHAIN_SHIFT
    const shift4 = HASH4_SHIFT
    const shift3 = HASH3_SHIFT
    const chain = CHAIN
    const newest4 = NEWEST4
    const newest3 = NEWEST3
    const chainMask = FAR - 1
    const { span, near3 } = this.#effort
    const spanShift = 64 - 8 * span
    const end = this.#bytes.length
    const last = Math.min(to, end - LAST_POSITIONS)
    for (let position = from; position < last; position++) {
      const word = view.getInt32(position, true)
      const high = view.getInt32(position + 4, true) << spanShift
      const product = Math.imul(word, multiplier)
      const slot = (product + Math.imul(high, highMultiplier)) >>> chainShift
      table[chain + ((base + position) & chainMask)] = table[slot]
      table[slot] = base + position
      table[newest4 + (product >>> shift4)] = base + position
      if (near3) table[newest3 + (Math.imul(word << 8, multiplier) >>> shift3)] = base + position
    }
    const lastWord = Math.min(to, end - WORD_BYTES + 1)
    for (let position = Math.max(from, last); position < lastWord; position++) {
      table[newest4 + (Math.imul(view.getInt32(position, true), multiplier) >>> shift4)] = base + position
    }
  }

  #rebase(): void {
    // A multiple of the chain's size, so that every position keeps its entry there.
    const delta = (this.#base + this.#position - 2 * REACH) & ~(REACH - 1)
    moveDown(this.#table, delta)
    this.#base -= delta
  }
}
