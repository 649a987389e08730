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

const REPEAT_PREVIOUS = 16
const REPEAT_ZERO_SHORT = 17
const REPEAT_ZERO_LONG = 18

/** Whether code lengths of up to `maxBits` bits take more or less than the whole code space (Kraft's sum). */
function isOversubscribedOrIncomplete(
  lengths: Uint8Array,
  maxBits: number,
  loneCodeAllowed: boolean,
): boolean {
  let used = 0
  let codes = 0
  for (const length of lengths) {
    if (length !== 0) {
      used += 1 << (maxBits - length)
      codes++
    }
  }
  if (used === 1 << maxBits) return false
  // RFC 1951 3.2.7: one distance code is written with one bit, none at all with no code. The 42-bit DHT that the manual
  // calls the shortest valid one has no codes in either alphabet.
  const lone = codes === 0 || (codes === 1 && used === 1 << (maxBits - 1))
  return !(loneCodeAllowed && lone)
}

/** A dynamic Huffman table: the code lengths that the bits of a DHT describe (RFC 1951 3.2.7, UM table 6-3). */
export class Dht {
  /** Code lengths of LL0..LL285; 0: no code. */
  readonly ll = new Uint8Array(LL_SYMBOLS)
  /** Code lengths of D0..D29; 0: no code. */
  readonly d = new Uint8Array(D_SYMBOLS)

  readonly #codeLengths = new Uint8Array(19)
  readonly #lengths = new Uint8Array(LL_SYMBOLS + 2 + D_SYMBOLS + 2)
  /** For each 7-bit value, symbol * 8 + length of the code-length code that it starts with. */
  readonly #decode = new Uint8Array(128)

  /**
   * Reads a table from bit `start` (bit 0 is the least significant bit of byte 0) and takes no bit from `end` on. An
   * error that the available bits show is reported even when the table is cut off behind it.
   *
   * @returns the bits read, or `DHT_INCOMPLETE`, or `DHT_INVALID`
   */
  read(bytes: Uint8Array, start: number, end: number): number {
    let bit = start
    const peek = (count: number) => {
      const byte = bit >>> 3
      const word = (bytes[byte] ?? 0) | ((bytes[byte + 1] ?? 0) << 8) | ((bytes[byte + 2] ?? 0) << 16)
      return (word >>> (bit & 7)) & ((1 << count) - 1)
    }

    if (end - bit < 5) return DHT_INCOMPLETE
    const hlit = peek(5)
    if (hlit > MAX_HLIT) return DHT_INVALID
    bit += 5
    if (end - bit < 5) return DHT_INCOMPLETE
    const hdist = peek(5)
    if (hdist > MAX_HDIST) return DHT_INVALID
    bit += 5
    if (end - bit < 4) return DHT_INCOMPLETE
    const codeLengthCount = peek(4) + 4
    bit += 4

    this.#codeLengths.fill(0)
    for (let index = 0; index < codeLengthCount; index++) {
      if (end - bit < 3) return DHT_INCOMPLETE
      this.#codeLengths[CODE_LENGTH_ORDER[index]] = peek(3)
      bit += 3
    }
    if (isOversubscribedOrIncomplete(this.#codeLengths, MAX_CODE_LENGTH_BITS, false)) return DHT_INVALID
    this.#buildCodeLengthDecoder()

    const llCount = hlit + 257
    const total = llCount + hdist + 1
    const lengths = this.#lengths
    let filled = 0
    while (filled < total) {
      const available = end - bit
      const entry = this.#decode[peek(7)]
      const codeBits = entry & 7
      if (codeBits > available) return DHT_INCOMPLETE
      const symbol = entry >>> 3
      if (symbol < REPEAT_PREVIOUS) {
        bit += codeBits
        lengths[filled++] = symbol
        continue
      }
      if (symbol === REPEAT_PREVIOUS && filled === 0) return DHT_INVALID
      const extraBits = symbol === REPEAT_PREVIOUS ? 2 : symbol === REPEAT_ZERO_SHORT ? 3 : 7
      if (codeBits + extraBits > available) return DHT_INCOMPLETE
      bit += codeBits
      const repeat = peek(extraBits) + (symbol === REPEAT_ZERO_LONG ? 11 : 3)
      bit += extraBits
      if (filled + repeat > total) return DHT_INVALID
      lengths.fill(symbol === REPEAT_PREVIOUS ? lengths[filled - 1] : 0, filled, filled + repeat)
      filled += repeat
    }

    this.ll.fill(0).set(lengths.subarray(0, llCount))
    this.d.fill(0).set(lengths.subarray(llCount, total))
    if (isOversubscribedOrIncomplete(this.ll, MAX_CODE_BITS, true)) return DHT_INVALID
    if (isOversubscribedOrIncomplete(this.d, MAX_CODE_BITS, true)) return DHT_INVALID
    return bit - start
  }

  /** The code-length code is complete here, so every 7-bit value starts with one of its codes. */
  #buildCodeLengthDecoder(): void {
    let code = 0
    for (let length = 1; length <= MAX_CODE_LENGTH_BITS; length++) {
      for (let symbol = 0; symbol < 19; symbol++) {
        if (this.#codeLengths[symbol] !== length) continue
        for (let value = reverseBits(code, length); value < 128; value += 1 << length) {
          this.#decode[value] = (symbol << 3) | length
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
