// SPDX-License-Identifier: MIT
import {
  CODE_LENGTH_ORDER,
  D_SYMBOLS,
  LL_SYMBOLS,
  MAX_CODE_BITS,
  MAX_CODE_LENGTH_BITS,
} from '../../format/deflate.js'
import { Alphabet, clear } from './alphabet.js'

/** What `Dht.read` returns instead of a number of bits: the bits ended before the table did. */
export const DHT_INCOMPLETE = -1
/** What `Dht.read` returns instead of a number of bits: the table breaks a rule of UM table 5-1, CC=68. */
export const DHT_INVALID = -2

/** HLIT and HDIST above 29 name symbols that do not exist (UM 4.1). */
const MAX_HLIT = 29
const MAX_HDIST = 29

/** Symbols of the code-length code that are no lengths. */
const REPEAT_PREVIOUS = 16
const REPEAT_ZERO_SHORT = 17
const REPEAT_ZERO_LONG = 18

/** Most bits of a table: its header, 19 lengths of code-length codes, and a code of 7 bits for each code length. */
const MAX_DHT_BITS = 14 + 3 * 19 + (LL_SYMBOLS + D_SYMBOLS) * MAX_CODE_LENGTH_BITS

/** A table is read by loads of so many bytes; what they find behind its end decides nothing. */
const LOAD_BYTES = 4

/** Whether so many codes of each length, up to `maxBits` bits, make a code that DEFLATE allows. */
function isCode(counts: Int32Array, maxBits: number, loneCodeAllowed: boolean): boolean {
  // Kraft's sum: a code of n bits takes 2 ** -n of the code space, all codes together must take all of it.
  let used = 0
  let codes = 0
  for (let length = 1; length <= maxBits; length++) {
    used += counts[length] << (maxBits - length)
    codes += counts[length]
  }
  if (used === 1 << maxBits) return true
  // RFC 1951 3.2.7: one distance code is written with one bit, none at all with no code. The 42-bit DHT that the manual
  // calls the shortest valid one has no codes in either alphabet.
  const lone = codes === 0 || (codes === 1 && counts[1] === 1)
  return loneCodeAllowed && lone
}

/** A table of which both the bits and the code lengths are there. */
export interface KnownTable {
  /** The bits from HLIT on, zero behind the last one. */
  readonly dht: Uint8Array
  /** How many they are. */
  readonly dhtlen: number
  /** Code lengths of LL0..LL285 and D0..D29. */
  readonly ll: Uint8Array
  readonly d: Uint8Array
}

/** The table that a compress job of this thread is likely to come with. */
let expected: KnownTable | undefined

/**
 * Tells of a table that was made: where a compress job comes with it, its bits are compared and not decoded. The table may be
 * made anew, bits and lengths together.
 */
export function expectTable(table: KnownTable): void {
  expected = table
}

/** A dynamic Huffman table: the code lengths that the bits of a DHT describe (RFC 1951 3.2.7, UM table 6-3). */
export class Dht {
  /** Of LL0..LL285. */
  readonly ll = new Alphabet(LL_SYMBOLS)
  /** Of D0..D29. */
  readonly d = new Alphabet(D_SYMBOLS)
  /** Changes whenever they do. */
  version = 0

  /** The bytes of the table that was read last, and where it lies in them: a job's table may be that of the last job. */
  readonly #last = new Uint8Array(((7 + MAX_DHT_BITS + 7) >>> 3) + LOAD_BYTES)
  readonly #view = new DataView(this.#last.buffer)
  #lastShift = 0
  /** 0: it was not valid. */
  #lastBits = 0

  readonly #codeLengths = new Uint8Array(19)
  readonly #codeLengthCounts = new Int32Array(MAX_CODE_LENGTH_BITS + 1)
  /** For each 7-bit value, symbol * 8 + length of the code-length code that it starts with. */
  readonly #decode = new Uint8Array(128)

  /**
   * Reads a table from bit `start` (bit 0 is the least significant bit of byte 0) and takes no bit from `end` on. An
   * error that the available bits show is reported even when the table is cut off behind it; that a code is no complete
   * one shows at the end of all code-length lengths, or of all code lengths.
   *
   * @returns the bits read, or `DHT_INCOMPLETE`, or `DHT_INVALID`
   */
  read(bytes: Uint8Array, start: number, end: number): number {
    if (start === 0 && expected && isSame(bytes, end, expected)) return this.#take(expected)
    if (this.#isLast(bytes, start, end)) return this.#lastBits
    // Shared memory may change meanwhile: what is compared later has to be what was read.
    const last = this.#last
    const first = start >>> 3
    last.set(bytes.subarray(first, Math.min(first + last.length - LOAD_BYTES, (end + 7) >>> 3)))
    const shift = start & 7
    const bits = this.#read(shift, end - start + shift)
    this.version++
    this.#lastShift = shift
    this.#lastBits = Math.max(bits, 0)
    return bits
  }

  #take({ ll, d, dhtlen }: KnownTable): number {
    this.ll.set(ll)
    this.d.set(d)
    this.version++
    this.#lastBits = 0
    return dhtlen
  }

  /** Whether the bits are those of the last table. */
  #isLast(bytes: Uint8Array, start: number, end: number): boolean {
    const last = this.#last
    const bits = this.#lastBits
    const shift = start & 7
    if (bits === 0 || shift !== this.#lastShift || bits > end - start) return false
    const first = start >>> 3
    const lastByte = (shift + bits - 1) >>> 3
    // A table has 42 bits at least, so its first and its last byte are two.
    if (((bytes[first] ^ last[0]) & (0xff << shift)) !== 0) return false
    for (let at = 1; at < lastByte; at++) if (bytes[first + at] !== last[at]) return false
    return ((bytes[first + lastByte] ^ last[lastByte]) & (0xff >>> (7 - ((shift + bits - 1) & 7)))) === 0
  }

  /** At least 25 bits from a bit of the copy on. */
  #peek(bit: number): number {
    return this.#view.getInt32(bit >>> 3, true) >>> (bit & 7)
  }

  #read(start: number, end: number): number {
    let bit = start
    if (end - bit < 5) return DHT_INCOMPLETE
    const header = this.#peek(bit)
    const hlit = header & 31
    if (hlit > MAX_HLIT) return DHT_INVALID
    if (end - bit < 10) return DHT_INCOMPLETE
    const hdist = (header >>> 5) & 31
    if (hdist > MAX_HDIST) return DHT_INVALID
    if (end - bit < 14) return DHT_INCOMPLETE
    const codeLengthCount = ((header >>> 10) & 15) + 4
    bit += 14

    if (end - bit < 3 * codeLengthCount) return DHT_INCOMPLETE
    const codeLengths = this.#codeLengths
    const codeLengthCounts = this.#codeLengthCounts
    const order = CODE_LENGTH_ORDER
    clear(codeLengths)
    clear(codeLengthCounts)
    for (let index = 0; index < codeLengthCount; index++) {
      const length = this.#peek(bit) & 7
      codeLengths[order[index]] = length
      codeLengthCounts[length]++
      bit += 3
    }
    if (!isCode(codeLengthCounts, MAX_CODE_LENGTH_BITS, false)) return DHT_INVALID
    this.#buildCodeLengthDecoder()

    const llCount = hlit + 257
    const total = llCount + hdist + 1
    const decode = this.#decode
    const { ll, d } = this
    ll.clear()
    d.clear()
    const { lengths: llLengths, symbols: llSymbols, counts: llCounts } = ll
    const { lengths: dLengths, symbols: dSymbols, counts: dCounts } = d
    let llUsed = 0
    let dUsed = 0
    let filled = 0
    let previous = 0
    while (filled < total) {
      // A code and the extra bits have 14 bits at most.
      const word = this.#peek(bit)
      const codeBits = decode[word & 127] & 7
      const symbol = decode[word & 127] >>> 3
      if (codeBits > end - bit) return DHT_INCOMPLETE
      let last = filled + 1
      if (symbol < REPEAT_PREVIOUS) {
        bit += codeBits
        previous = symbol
      } else {
        if (symbol === REPEAT_PREVIOUS && filled === 0) return DHT_INVALID
        const extraBits = symbol === REPEAT_PREVIOUS ? 2 : symbol === REPEAT_ZERO_SHORT ? 3 : 7
        if (codeBits + extraBits > end - bit) return DHT_INCOMPLETE
        bit += codeBits + extraBits
        const extra = (word >>> codeBits) & ((1 << extraBits) - 1)
        last = filled + extra + (symbol === REPEAT_ZERO_LONG ? 11 : 3)
        if (last > total) return DHT_INVALID
        if (symbol !== REPEAT_PREVIOUS) previous = 0
      }
      if (previous === 0) {
        filled = last
        continue
      }
      for (; filled < last; filled++) {
        if (filled < llCount) {
          llLengths[filled] = previous
          llSymbols[llUsed++] = filled
          llCounts[previous]++
        } else {
          dLengths[filled - llCount] = previous
          dSymbols[dUsed++] = filled - llCount
          dCounts[previous]++
        }
      }
    }
    ll.used = llUsed
    d.used = dUsed

    const isValid = isCode(llCounts, MAX_CODE_BITS, true) && isCode(dCounts, MAX_CODE_BITS, true)
    return isValid ? bit - start : DHT_INVALID
  }

  /** The code-length code is complete here, so every 7-bit value starts with one of its codes. */
  #buildCodeLengthDecoder(): void {
    const codeLengths = this.#codeLengths
    const decode = this.#decode
    // The counts become the next code of each length (RFC 1951 3.2.2).
    const next = this.#codeLengthCounts
    let code = 0
    for (let length = 1; length <= MAX_CODE_LENGTH_BITS; length++) {
      code <<= 1
      const count = next[length]
      next[length] = code
      code += count
    }
    for (let symbol = 0; symbol < 19; symbol++) {
      const length = codeLengths[symbol]
      if (length === 0) continue
      for (let value = reverseBits(next[length]++, length); value < 128; value += 1 << length) {
        decode[value] = (symbol << 3) | length
      }
    }
  }
}

function isSame(bytes: Uint8Array, end: number, { dht, dhtlen }: KnownTable): boolean {
  const size = (dhtlen + 7) >>> 3
  if (dhtlen > end || size > bytes.length) return false
  for (let at = 0; at < size; at++) if (bytes[at] !== dht[at]) return false
  return true
}

/** The code after `code` of the same length, both with their first bit in bit 0, as they are sent and read. */
export function nextReversedCode(code: number, length: number): number {
  // Adding 1 to a code whose lowest bit is on top: ones turn to zeros from there down to the first zero.
  const bit = 1 << (31 - Math.clz32(code ^ ((1 << length) - 1)))
  return (code & (bit - 1)) | bit
}

/** The `count` low bits, at most 16, of `value` in reverse order: Huffman codes are sent most significant bit first. */
export function reverseBits(value: number, count: number): number {
  let bits = ((value >>> 1) & 0x5555) | ((value & 0x5555) << 1)
  bits = ((bits >>> 2) & 0x3333) | ((bits & 0x3333) << 2)
  bits = ((bits >>> 4) & 0x0f0f) | ((bits & 0x0f0f) << 4)
  bits = (bits >>> 8) | ((bits & 0xff) << 8)
  return bits >>> (16 - count)
}
