// SPDX-License-Identifier: MIT
import {
  CODE_LENGTH_ORDER,
  D_SYMBOLS,
  LL_SYMBOLS,
  MAX_CODE_BITS,
  MAX_CODE_LENGTH_BITS,
} from '../../format/deflate.js'

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

/** Codes of each length, while a sum is made. */
const counts = new Int32Array(MAX_CODE_BITS + 1)

/** Whether the first `symbols` code lengths, each of up to `maxBits` bits, make a code that DEFLATE allows. */
function isCode(lengths: Uint8Array, symbols: number, maxBits: number, loneCodeAllowed: boolean): boolean {
  counts.fill(0)
  for (let symbol = 0; symbol < symbols; symbol++) counts[lengths[symbol]]++
  // Kraft's sum: a code of n bits takes 2 ** -n of the code space, all codes together must take all of it.
  let used = 0
  for (let length = 1; length <= maxBits; length++) used += counts[length] << (maxBits - length)
  if (used === 1 << maxBits) return true
  // RFC 1951 3.2.7: one distance code is written with one bit, none at all with no code. The 42-bit DHT that the manual
  // calls the shortest valid one has no codes in either alphabet.
  const codes = symbols - counts[0]
  const lone = codes === 0 || (codes === 1 && counts[1] === 1)
  return loneCodeAllowed && lone
}

/** At least 16 bits from bit `bit` on; zeros follow the last one. */
function peek(bytes: Uint8Array, bit: number): number {
  const byte = bit >>> 3
  if (byte + 2 < bytes.length) {
    return (bytes[byte] | (bytes[byte + 1] << 8) | (bytes[byte + 2] << 16)) >>> (bit & 7)
  }
  let word = 0
  for (let index = bytes.length - 1; index >= byte; index--) word = (word << 8) | bytes[index]
  return word >>> (bit & 7)
}

/** A dynamic Huffman table: the code lengths that the bits of a DHT describe (RFC 1951 3.2.7, UM table 6-3). */
export class Dht {
  /** Code lengths of LL0..LL285; 0: no code. */
  readonly ll = new Uint8Array(LL_SYMBOLS)
  /** Code lengths of D0..D29; 0: no code. */
  readonly d = new Uint8Array(D_SYMBOLS)

  readonly #codeLengths = new Uint8Array(19)
  readonly #lengths = new Uint8Array(LL_SYMBOLS + D_SYMBOLS)
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
    let bit = start
    if (end - bit < 5) return DHT_INCOMPLETE
    const header = peek(bytes, bit)
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
    codeLengths.fill(0)
    for (let index = 0; index < codeLengthCount; index++) {
      codeLengths[CODE_LENGTH_ORDER[index]] = peek(bytes, bit) & 7
      bit += 3
    }
    if (!isCode(codeLengths, codeLengths.length, MAX_CODE_LENGTH_BITS, false)) return DHT_INVALID
    this.#buildCodeLengthDecoder()

    const llCount = hlit + 257
    const total = llCount + hdist + 1
    const lengths = this.#lengths
    const decode = this.#decode
    let filled = 0
    while (filled < total) {
      // A code and the extra bits have 14 bits at most.
      const word = peek(bytes, bit)
      const codeBits = decode[word & 127] & 7
      const symbol = decode[word & 127] >>> 3
      if (codeBits > end - bit) return DHT_INCOMPLETE
      if (symbol < REPEAT_PREVIOUS) {
        bit += codeBits
        lengths[filled++] = symbol
        continue
      }
      if (symbol === REPEAT_PREVIOUS && filled === 0) return DHT_INVALID
      const extraBits = symbol === REPEAT_PREVIOUS ? 2 : symbol === REPEAT_ZERO_SHORT ? 3 : 7
      if (codeBits + extraBits > end - bit) return DHT_INCOMPLETE
      bit += codeBits + extraBits
      const extra = (word >>> codeBits) & ((1 << extraBits) - 1)
      const last = filled + extra + (symbol === REPEAT_ZERO_LONG ? 11 : 3)
      if (last > total) return DHT_INVALID
      const repeated = symbol === REPEAT_PREVIOUS ? lengths[filled - 1] : 0
      while (filled < last) lengths[filled++] = repeated
    }

    const { ll, d } = this
    ll.fill(0, llCount)
    for (let symbol = 0; symbol < llCount; symbol++) ll[symbol] = lengths[symbol]
    d.fill(0, hdist + 1)
    for (let symbol = 0; symbol <= hdist; symbol++) d[symbol] = lengths[llCount + symbol]
    if (!isCode(ll, LL_SYMBOLS, MAX_CODE_BITS, true) || !isCode(d, D_SYMBOLS, MAX_CODE_BITS, true))
      return DHT_INVALID
    return bit - start
  }

  /** The code-length code is complete here, so every 7-bit value starts with one of its codes. */
  #buildCodeLengthDecoder(): void {
    const codeLengths = this.#codeLengths
    const decode = this.#decode
    let code = 0
    for (let length = 1; length <= MAX_CODE_LENGTH_BITS; length++) {
      for (let symbol = 0; symbol < 19; symbol++) {
        if (codeLengths[symbol] !== length) continue
        for (let value = reverseBits(code, length); value < 128; value += 1 << length) {
          decode[value] = (symbol << 3) | length
        }
        code++
      }
      code <<= 1
    }
  }
}

/** The `count` low bits of `value` in reverse order: Huffman codes are sent most significant bit first. */
export function reverseBits(value: number, count: number): number {
  let reversed = 0
  for (let index = 0; index < count; index++) reversed |= ((value >>> index) & 1) << (count - 1 - index)
  return reversed
}
