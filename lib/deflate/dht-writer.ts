// SPDX-License-Identifier: MIT
import { DHT_BYTES } from '../format/cpb.js'
import {
  CODE_LENGTH_ORDER,
  D_SYMBOLS,
  FIRST_LENGTH_SYMBOL,
  LL_SYMBOLS,
  MAX_CODE_LENGTH_BITS,
} from '../format/deflate.js'
import { codeLengths } from './huffman-lengths.js'

/** HLIT, HDIST and HCLEN (RFC 1951 3.2.7). */
const HLIT_BITS = 5
const HDIST_BITS = 5
const HCLEN_BITS = 4
/** Bits of a code-length code's length, and how many of those lengths are always present. */
const CODE_LENGTH_LENGTH_BITS = 3
const MIN_CODE_LENGTH_CODES = 4

/** Symbols of the code-length alphabet: lengths 0-15, then the repeats (RFC 1951 3.2.7). */
const CODE_LENGTH_SYMBOLS = 19
const REPEAT_PREVIOUS = 16
const REPEAT_ZERO_SHORT = 17
const REPEAT_ZERO_LONG = 18
/** The shortest run that any repeat can express, and the longest of each. */
const MIN_REPEAT = 3
const MAX_REPEAT_PREVIOUS = 6
const MIN_REPEAT_ZERO_LONG = 11
const MAX_REPEAT_ZERO = 138
/** Extra bits of the code-length symbols: of 16, 17 and 18. */
const EXTRA_BITS = Uint8Array.of(...[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 3, 7])

/** A table's code lengths as code-length symbols, and the code for these. */
class Description {
  readonly symbols = new Uint8Array(LL_SYMBOLS + D_SYMBOLS)
  /** What the extra bits of a repeat say. */
  readonly extras = new Uint8Array(LL_SYMBOLS + D_SYMBOLS)
  count = 0
  /** Code lengths of the code-length code, how many of them are given, and all bits that the description takes. */
  readonly lengths = new Uint8Array(CODE_LENGTH_SYMBOLS)
  codes = 0
  bits = 0
  readonly #counts = new Uint32Array(CODE_LENGTH_SYMBOLS)

  clear(): void {
    this.count = 0
    this.#counts.fill(0)
  }

  add(symbol: number, extra: number): void {
    this.symbols[this.count] = symbol
    this.extras[this.count++] = extra
    this.#counts[symbol]++
  }

  /** Makes the code for the symbols that were added. */
  finish(): void {
    const { lengths } = this
    const counts = this.#counts
    codeLengths(counts, MAX_CODE_LENGTH_BITS, lengths)
    let codes = CODE_LENGTH_SYMBOLS
    while (codes > MIN_CODE_LENGTH_CODES && lengths[CODE_LENGTH_ORDER[codes - 1]] === 0) codes--
    this.codes = codes
    let bits = HLIT_BITS + HDIST_BITS + HCLEN_BITS + codes * CODE_LENGTH_LENGTH_BITS
    for (let symbol = 0; symbol < CODE_LENGTH_SYMBOLS; symbol++) {
      bits += counts[symbol] * (lengths[symbol] + EXTRA_BITS[symbol])
    }
    this.bits = bits
  }
}

/** Scratch of a call, made once: a table is made for every block, down to calls of some hundred bytes. */
const lengths = new Uint8Array(LL_SYMBOLS + D_SYMBOLS)
const longest = new Description()
const other = new Description()
const codes = new Uint8Array(CODE_LENGTH_SYMBOLS)

/**
 * Writes the DHT of two sets of code lengths: 286 literal/length symbols, of which LL256 must have a code, and 30
 * distance symbols.
 *
 * First with the longest repeats there are. With the code that comes of it, some repeats are longer than what they stand
 * for; without them, the code is another one. The shorter description is taken.
 *
 * @param dht receives the bits, in 288 zero bytes
 * @returns the number of bits
 */
export function writeDht(ll: Uint8Array, d: Uint8Array, dht: Uint8Array): number {
  let llUsed = LL_SYMBOLS
  while (ll[llUsed - 1] === 0) llUsed--
  let dUsed = D_SYMBOLS
  while (dUsed > 1 && d[dUsed - 1] === 0) dUsed--
  // The two alphabets are one sequence: a run may go on from one to the other.
  lengths.set(ll)
  lengths.set(d, llUsed)
  describeRuns(llUsed + dUsed)
  const best = unrollRepeats() && other.bits < longest.bits ? other : longest

  const out = new BitWriter(dht)
  out.put(llUsed - FIRST_LENGTH_SYMBOL, HLIT_BITS)
  out.put(dUsed - 1, HDIST_BITS)
  out.put(best.codes - MIN_CODE_LENGTH_CODES, HCLEN_BITS)
  for (let index = 0; index < best.codes; index++) {
    out.put(best.lengths[CODE_LENGTH_ORDER[index]], CODE_LENGTH_LENGTH_BITS)
  }
  assignCodes(best.lengths)
  for (let index = 0; index < best.count; index++) {
    const symbol = best.symbols[index]
    out.put(codes[symbol], best.lengths[symbol])
    if (symbol >= REPEAT_PREVIOUS) out.put(best.extras[index], EXTRA_BITS[symbol])
  }
  return out.finish()
}

/** Describes the first `total` of `lengths` with the longest repeats. */
function describeRuns(total: number): void {
  longest.clear()
  for (let index = 0; index < total;) {
    const length = lengths[index]
    const start = index++
    while (index < total && lengths[index] === length) index++
    let left = index - start
    if (length !== 0) {
      // Only what follows a length can repeat it.
      longest.add(length, 0)
      left--
    }
    while (left >= MIN_REPEAT) {
      const repeat = Math.min(left, length === 0 ? MAX_REPEAT_ZERO : MAX_REPEAT_PREVIOUS)
      if (length !== 0) longest.add(REPEAT_PREVIOUS, repeat - MIN_REPEAT)
      else if (repeat < MIN_REPEAT_ZERO_LONG) longest.add(REPEAT_ZERO_SHORT, repeat - MIN_REPEAT)
      else longest.add(REPEAT_ZERO_LONG, repeat - MIN_REPEAT_ZERO_LONG)
      left -= repeat
    }
    for (; left > 0; left--) longest.add(length, 0)
  }
  longest.finish()
}

/** Describes them without the repeats that take as many bits as what they stand for, or more. False: there are none. */
function unrollRepeats(): boolean {
  const { symbols, extras, count, lengths: bitsOf } = longest
  other.clear()
  let length = 0
  for (let index = 0; index < count; index++) {
    const symbol = symbols[index]
    if (symbol < REPEAT_PREVIOUS) length = symbol
    else {
      const repeated = symbol === REPEAT_PREVIOUS ? length : 0
      const repeat = extras[index] + MIN_REPEAT
      const isShort = symbol !== REPEAT_ZERO_LONG && bitsOf[repeated] !== 0
      if (isShort && repeat * bitsOf[repeated] <= bitsOf[symbol] + EXTRA_BITS[symbol]) {
        for (let left = repeat; left > 0; left--) other.add(repeated, 0)
        continue
      }
    }
    other.add(symbol, extras[index])
  }
  if (other.count === count) return false
  other.finish()
  return true
}

/** The canonical codes of some lengths (RFC 1951 3.2.2), turned round: codes are sent most significant bit first. */
function assignCodes(codeLengthsOf: Uint8Array): void {
  let code = 0
  for (let length = 1; length <= MAX_CODE_LENGTH_BITS; length++) {
    for (let symbol = 0; symbol < CODE_LENGTH_SYMBOLS; symbol++) {
      if (codeLengthsOf[symbol] !== length) continue
      let reversed = 0
      for (let bit = 0; bit < length; bit++) reversed = (reversed << 1) | ((code >>> bit) & 1)
      codes[symbol] = reversed
      code++
    }
    code <<= 1
  }
}

/** Packs bits into a DHT, from the least significant bit of each byte on. */
class BitWriter {
  readonly #bytes: Uint8Array
  #at = 0
  /** Bits that are not stored yet: fewer than 8 between calls. */
  #pending = 0
  #pendingBits = 0

  /** @param bytes at least `DHT_BYTES` */
  constructor(bytes: Uint8Array) {
    if (bytes.length < DHT_BYTES) throw new RangeError(`a DHT takes ${DHT_BYTES} bytes`)
    this.#bytes = bytes
  }

  put(value: number, width: number): void {
    this.#pending |= value << this.#pendingBits
    this.#pendingBits += width
    while (this.#pendingBits >= 8) {
      this.#bytes[this.#at++] = this.#pending
      this.#pending >>>= 8
      this.#pendingBits -= 8
    }
  }

  /** Stores the last bits and returns the number of all bits. */
  finish(): number {
    this.#bytes[this.#at] = this.#pending
    return this.#at * 8 + this.#pendingBits
  }
}
