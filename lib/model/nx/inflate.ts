// SPDX-License-Identifier: MIT
import { CC } from '../../format/completion-codes.js'
import { DHT_BYTES } from '../../format/cpb.js'
import { BTYPE_DYNAMIC, BTYPE_FIXED, BTYPE_STORED } from '../../format/deflate.js'
import { Dht, DHT_INCOMPLETE, DHT_INVALID } from './dht.js'
import { HuffmanDecoder } from './huffman-decoder.js'
import { practise } from './inflate-practice.js'
import { BLOCK_ENDED, InflateState, PAUSED, SOURCE_ENDED } from './inflate-state.js'
import { decodeSymbols } from './inflate-symbols.js'
import type { Target } from './target.js'

/** One decompress job as the engine sees it, once the DMA has taken the history off the source (UM 5.2.5.4). */
export interface InflateRequest {
  /** Compressed bytes; may be empty on a resume. */
  source: Uint8Array
  /** Plain bytes that precede the output, oldest first; of more than 32768 only the last 32768 count. */
  history: Uint8Array
  /** 0..7: bits of source[0] still to process; 0: all 8. */
  subc: number
  /** 0..15; 0xxx is taken for a block header (UM table 6-4). */
  sfbt: number
  /** Bytes left of the stored block, if sfbt is 100x; with none left the block has ended. */
  rembytecnt: number
  /** The 288 bytes of the CPB's input DHT, and its length in bits, if sfbt is 110x. */
  dht: Uint8Array
  dhtlen: number
  /** False: sfbt, subc, rembytecnt and dht are ignored; the source starts with a block header. */
  resume: boolean
  /** Suspend after the first block that ends. */
  singleBlock: boolean
  /** Count of target bytes at which the DMA stops sending source; 0: none. */
  byteLimit: number
}

/** How a decompress job ended. The fields below `tpbc` are not valid, and 0, when it was terminated. */
export interface InflateResult {
  cc: number
  /** CE(0): suspended, or more source than the final block takes; the output is valid. */
  partial: boolean
  /** Target bytes written. */
  tpbc: number
  /** Source bytes taken, without the history. */
  spbc: number
  /** Bits of those that were not processed, 0..65535. */
  subc: number
  sfbt: number
  rembytecnt: number
  dhtlen: number
  /** 288 bytes, of which the quadwords that hold `dhtlen` bits are valid. */
  dht: Uint8Array
}

/** Values of SFBT (UM table 6-4), to which BFINAL is added. */
const SFBT_STORED = 0b1000
const SFBT_FIXED = 0b1010
const SFBT_DYNAMIC = 0b1100
const SFBT_HEADER = 0b1110

/** Bits of BFINAL and BTYPE. */
const HEADER_BITS = 3

/**
 * Bytes beyond the one with the last processed bit that SPBC counts at most, once a block has ended and source remains.
 * The engine has asked for them ahead; the silicon's number depends on timing. 8191 is the most that SUBC, which has 16
 * bits, can tell: 7 + 8 * 8191 bits. Lower: software still corrects SPBC by SUBC, and sees less of the source at once.
 */
const PREFETCHED_BYTES = 8191

/** The header was read; no value that a step of the engine ends with. */
const IN_BLOCK = -3

/** The decompression engine: bits in, bytes out, and where they ended (UM 5.1.2, 5.2.5.4 to 5.2.5.6). */
export class InflateEngine {
  static readonly #fixed = HuffmanDecoder.fixed()

  readonly #state = new InflateState()
  readonly #dht = new Dht()
  readonly #dynamic = new HuffmanDecoder(this.#dht)

  /** The SFBT of where the state is, without BFINAL; and the BFINAL of the present or last block. */
  #place = SFBT_HEADER
  #bfinal = 0
  #rembytecnt = 0
  #singleBlock = false
  /** The place that the job starts at has a DHT that is not valid. */
  #isInvalid = false
  /** Where the bits of the present table start, and how many they are. */
  #dhtBytes: Uint8Array = new Uint8Array(0)
  #dhtBit = 0
  #dhtlen = 0

  readonly #result: InflateResult = {
    cc: 0,
    partial: false,
    tpbc: 0,
    spbc: 0,
    subc: 0,
    sfbt: 0,
    rembytecnt: 0,
    dhtlen: 0,
    dht: new Uint8Array(DHT_BYTES),
  }

  constructor() {
    practise()
  }

  /** Runs a job to its end. Throws for no input; the result, its DHT included, is overwritten by the next run. */
  run(request: InflateRequest, target: Target): InflateResult {
    this.begin(request, target)
    while (!this.step());
    this.end()
    return this.#result
  }

  /** Begins a job, to be run in slices: `step` until it is done, then `end`. One job at a time. */
  begin(request: InflateRequest, target: Target): void {
    this.#state.begin(request.source, request.history, request.byteLimit, target)
    this.#place = SFBT_HEADER
    this.#bfinal = 0
    this.#singleBlock = request.singleBlock
    this.#isInvalid = request.resume && !this.#enter(request)
  }

  /** Runs the next slice. @returns whether the job is done, and `result` says how */
  step(): boolean {
    const outcome = this.#isInvalid ? CC.INVALID_DHT : this.#decode()
    if (outcome === PAUSED) {
      this.#state.resume()
      return false
    }
    this.#finish(outcome)
    return true
  }

  /** How the job ended, until another one begins. */
  get result(): InflateResult {
    return this.#result
  }

  /** Lets go of the job's memory, also of a job that is not done. */
  end(): void {
    this.#state.release()
    this.#dhtBytes = this.#result.dht
  }

  /** Decodes to the end of the job or of the slice. */
  #decode(): number {
    const state = this.#state
    for (;;) {
      if (this.#place === SFBT_HEADER) {
        state.moveWindow()
        const outcome = this.#readHeader()
        if (outcome !== IN_BLOCK) return outcome
      }
      const outcome =
        this.#place === SFBT_STORED
          ? this.#copyStored()
          : decodeSymbols(state, this.#place === SFBT_FIXED ? InflateEngine.#fixed : this.#dynamic)
      if (outcome === BLOCK_ENDED) {
        this.#place = SFBT_HEADER
        if (this.#bfinal === 1 || this.#singleBlock) return BLOCK_ENDED
      } else if (outcome !== PAUSED) return outcome
      if (state.at >= state.pause) return PAUSED
    }
  }

  /** Takes up the place at which an earlier job was suspended; false if the DHT that belongs to it is not valid. */
  #enter({ subc, sfbt, rembytecnt, dht, dhtlen }: InflateRequest): boolean {
    const state = this.#state
    state.bit = Math.min((8 - subc) & 7, state.end)
    if (sfbt < SFBT_STORED || sfbt >= SFBT_HEADER) return true
    const bfinal = sfbt & 1
    const place = sfbt & ~1
    if (place === SFBT_STORED) {
      state.bit = (state.bit + 7) & ~7
      // A block without bytes left has ended, and only a final one has a say in what follows.
      if (rembytecnt === 0 && bfinal === 0) return true
      this.#rembytecnt = rembytecnt
    } else if (place === SFBT_DYNAMIC) {
      if (this.#dht.read(dht, 0, Math.min(dhtlen, dht.length * 8)) !== dhtlen) return false
      this.#useDht(dht, 0, dhtlen)
    }
    this.#place = place
    this.#bfinal = bfinal
    return true
  }

  /** Reads a block header, of which nothing is taken unless all of it is there (UM table 5-3). */
  #readHeader(): number {
    const state = this.#state
    const { bit, end, window } = state
    if (end - bit < HEADER_BITS) return SOURCE_ENDED
    const header = state.peek(bit)
    switch ((header >>> 1) & 3) {
      case BTYPE_STORED: {
        const byte = (bit + HEADER_BITS + 7) >>> 3
        if (byte + 4 > window.length) return SOURCE_ENDED
        const len = window[byte] | (window[byte + 1] << 8)
        const nlen = window[byte + 2] | (window[byte + 3] << 8)
        if ((len ^ nlen) !== 0xffff) return CC.MISSING_CODE
        state.bit = (byte + 4) * 8
        this.#place = SFBT_STORED
        this.#rembytecnt = len
        break
      }
      case BTYPE_FIXED:
        state.bit = bit + HEADER_BITS
        this.#place = SFBT_FIXED
        break
      case BTYPE_DYNAMIC: {
        const dhtlen = this.#dht.read(window, bit + HEADER_BITS, end)
        if (dhtlen === DHT_INCOMPLETE) return SOURCE_ENDED
        if (dhtlen === DHT_INVALID) return CC.INVALID_DHT
        this.#useDht(window, bit + HEADER_BITS, dhtlen)
        state.bit = bit + HEADER_BITS + dhtlen
        this.#place = SFBT_DYNAMIC
        break
      }
      default:
        return CC.MISSING_CODE
    }
    this.#bfinal = header & 1
    return IN_BLOCK
  }

  #useDht(bytes: Uint8Array, bit: number, dhtlen: number): void {
    this.#dhtBytes = bytes
    this.#dhtBit = bit
    this.#dhtlen = dhtlen
  }

  #copyStored(): number {
    const state = this.#state
    while (this.#rembytecnt > 0) {
      const first = state.bit >>> 3
      const wanted = Math.min(this.#rembytecnt, state.window.length - first, state.limit - state.at)
      if (wanted === 0) return SOURCE_ENDED
      const count = state.reserve(wanted)
      state.bytes.set(state.window.subarray(first, first + count), state.at)
      state.at += count
      state.bit += count * 8
      this.#rembytecnt -= count
      if (count < wanted) return CC.TARGET_SPACE
      state.applyLimit()
    }
    return BLOCK_ENDED
  }

  /** Says where the job ended, as UM table 5-3 puts it. */
  #finish(outcome: number): void {
    const state = this.#state
    const result = this.#result
    result.cc = outcome > 0 ? outcome : CC.DATA_LENGTH
    result.partial = outcome <= 0
    result.tpbc = state.at
    result.spbc = state.sourceEnd
    result.subc = state.unprocessed
    result.sfbt = 0
    result.rembytecnt = 0
    result.dhtlen = 0
    if (outcome > 0) {
      result.spbc = 0
      result.subc = 0
    } else if (outcome === SOURCE_ENDED) {
      this.#sayWhereSuspended()
    } else {
      const unseen = Math.max(0, Math.floor(state.unprocessed / 8) - PREFETCHED_BYTES)
      result.spbc -= unseen
      result.subc -= unseen * 8
      if (this.#bfinal === 0) {
        result.sfbt = SFBT_HEADER
      } else if (result.subc < 8 && !state.isCutOff) {
        result.cc = CC.OK
        result.partial = false
      }
    }
  }

  #sayWhereSuspended(): void {
    const state = this.#state
    const result = this.#result
    result.sfbt = this.#place | this.#bfinal
    if (this.#place === SFBT_HEADER) {
      // BFINAL is the first bit of the header, if that much of it is there.
      result.sfbt = SFBT_HEADER | (result.subc > 0 ? state.peek(state.bit) & 1 : 0)
    } else if (this.#place === SFBT_STORED) {
      result.rembytecnt = this.#rembytecnt
    } else if (this.#place === SFBT_DYNAMIC) {
      result.dhtlen = this.#dhtlen
      copyBits(result.dht, this.#dhtBytes, this.#dhtBit, this.#dhtlen)
    }
  }
}

/** Moves `count` bits that start at `bit` to bit 0 of `target`, and fills the rest of it with zeros. */
function copyBits(target: Uint8Array, source: Uint8Array, bit: number, count: number): void {
  const shift = bit & 7
  const first = bit >>> 3
  const bytes = (count + 7) >>> 3
  const lastByte = (bit + count - 1) >>> 3
  for (let index = 0; index < bytes; index++) {
    const low = source[first + index]
    const high = first + index < lastByte ? source[first + index + 1] : 0
    target[index] = (low | (high << 8)) >>> shift
  }
  if ((count & 7) !== 0) target[bytes - 1] &= (1 << (count & 7)) - 1
  target.fill(0, bytes)
}
