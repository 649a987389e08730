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
const STEP_LIMIT = MAX_STEP
const NEAR = NEAR3
const GAIN = LEAST_GAIN
const CHAIN_SHIFT = 32 - CHAIN_BITS
const HASH4_SHIFT = 32 - HASH4_BITS
const HASH3_SHIFT = 32 - HASH3_BITS
/** The chain's entry of a position is at its low 15 bits: what is overwritten has gone out of reach. */
const CHAIN_MASK = REACH - 1
/** How many positions at the end of a source have fewer than 8 bytes, and so are neither searched nor inserted. */
const LAST_POSITIONS = 7

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
  /** The position inserted last for each chain hash, for each hash4 and for each hash3. */
  readonly #newest = new Int32Array(1 << CHAIN_BITS)
  readonly #newest4 = new Int32Array(1 << HASH4_BITS)
  readonly #newest3 = new Int32Array(1 << HASH3_BITS)
  /** For each position the one inserted before it with the same chain hash. */
  readonly #chain = new Int32Array(FAR)
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
  readonly #kept = new Uint8Array(FAR)
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
      this.#base += this.#length + FAR
      if (this.#base > REBASE_AT) {
        this.#newest.fill(0)
        this.#newest4.fill(0)
        this.#newest3.fill(0)
        this.#base = FAR
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
    this.#keptBytes = Math.min(this.#length - this.#stepped, FAR)
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
    const newest = this.#newest
    const newest4 = this.#newest4
    const newest3 = this.#newest3
    const chain = this.#chain
    const bytes = this.#bytes
    const view = this.#view
    const base = this.#base
    const end = bytes.length
    const lookEnd = end - LAST_POSITIONS
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
      const slot = (Math.imul(word, MULTIPLIER) + Math.imul(high, HIGH_MULTIPLIER)) >>> CHAIN_SHIFT
      const slot4 = Math.imul(word, MULTIPLIER) >>> HASH4_SHIFT
      const here = base + position
      const nearest = newest4[slot4]
      const head = newest[slot]
      const limit = here - FAR >= lowest ? here - FAR : lowest - 1
      newest4[slot4] = here
      newest[slot] = here
      chain[here & CHAIN_MASK] = head

      let length = heldLength === 0 ? 3 : heldLength
      let distance = 0
      if (near3) {
        const slot3 = Math.imul(word << 8, MULTIPLIER) >>> HASH3_SHIFT
        const near = newest3[slot3]
        newest3[slot3] = here
        if (
          heldLength === 0 &&
          near > limit &&
          here - near <= NEAR &&
          (view.getInt32(near - base, true) ^ word) << 8 === 0
        )
          distance = here - near
      }
      const most = end - position < LONGEST ? end - position : LONGEST
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
          following = chain[entry & CHAIN_MASK]
        } while (left-- > 0 && entry > limit)
      }

      // A distance costs about a bit for each of its own: the longer match may cost more than it saves.
      if (
        heldLength !== 0 &&
        distance !== 0 &&
        4 * (length - heldLength) + Math.clz32(distance) - Math.clz32(heldDistance) < GAIN
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
        step = step < STEP_LIMIT ? step + 1 : STEP_LIMIT
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
      position += heldLength - 1
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
    this.#keep()
    return false
  }

  /** Inserts the positions from `from` on that are below `to` and have their 8 bytes. */
  #insert(from: number, to: number): void {
    const newest = this.#newest
    const newest4 = this.#newest4
    const newest3 = this.#newest3
    const chain = this.#chain
    const view = this.#view
    const base = this.#base
    const { span, near3 } = this.#effort
    const spanShift = 64 - 8 * span
    const last = Math.min(to, view.byteLength - LAST_POSITIONS)
    for (let position = from; position < last; position++) {
      const word = view.getInt32(position, true)
      const high = view.getInt32(position + 4, true) << spanShift
      const product = Math.imul(word, MULTIPLIER)
      const slot = (product + Math.imul(high, HIGH_MULTIPLIER)) >>> CHAIN_SHIFT
      chain[(base + position) & CHAIN_MASK] = newest[slot]
      newest[slot] = base + position
      newest4[product >>> HASH4_SHIFT] = base + position
      if (near3) newest3[Math.imul(word << 8, MULTIPLIER) >>> HASH3_SHIFT] = base + position
    }
  }

  #rebase(): void {
    // A multiple of the chain's size, so that every position keeps its entry there.
    const delta = (this.#base + this.#position - 2 * FAR) & ~CHAIN_MASK
    moveDown(this.#newest, delta)
    moveDown(this.#newest4, delta)
    moveDown(this.#newest3, delta)
    moveDown(this.#chain, delta)
    this.#base -= delta
  }
}
