// SPDX-License-Identifier: MIT
import {
  BTYPE_DYNAMIC,
  BTYPE_FIXED,
  D_SYMBOLS,
  DISTANCE_EXTRA_BITS,
  END_OF_BLOCK,
  FIRST_LENGTH_SYMBOL,
  LENGTH_BASE,
  LENGTH_EXTRA_BITS,
  LL_SYMBOLS,
  MAX_CODE_BITS,
  MAX_MATCH,
} from '../../format/deflate.js'
import type { Alphabet } from './alphabet.js'
import { nextReversedCode, reverseBits } from './dht.js'
import { DirectTarget, type Target } from './target.js'
import {
  FIRST_D_COUNT,
  HISTOGRAM_SIZE,
  TOKEN_DISTANCE_MASK,
  TOKEN_LENGTH_MASK,
  TOKEN_LENGTH_SHIFT,
  TOKEN_SYMBOL_SHIFT,
} from './tokens.js'

// Compiled to CommonJS, an imported constant is a property that is loaded at each use; these are folded into the code.
const LENGTH_SHIFT = TOKEN_LENGTH_SHIFT
const LENGTH_MASK = TOKEN_LENGTH_MASK
const SYMBOL_SHIFT = TOKEN_SYMBOL_SHIFT
const GAP_MASK = TOKEN_DISTANCE_MASK

/** A table entry holds up to 20 bits to send and, above them, how many they are. */
const SIZE_SHIFT = 20
const VALUE_MASK = (1 << SIZE_SHIFT) - 1

/** In a distance entry the extra bits' number lies above the code's 15 bits. */
const EXTRA_SHIFT = 15
const EXTRA_MASK = 15
const CODE_MASK = (1 << EXTRA_SHIFT) - 1

/** What a writer holds between blocks. A view that could be null would be checked, and called slowly, at each use. */
const NO_TARGET: Target = new DirectTarget(new Uint8Array(0))
const NO_VIEW = viewOf(NO_TARGET)

/** The codes of both alphabets, ready to send. A symbol without a code sends no bits, neither do its extra bits. */
export class Codes {
  /** Bits that each symbol sends, its extra bits included; 0: no code. In the order of a histogram. */
  readonly bits = new Uint8Array(HISTOGRAM_SIZE)
  /** Entries of the literals at 0-255, and of match length n, extra bits included, at 256 + n. */
  readonly ll = new Int32Array(256 + MAX_MATCH + 1)
  /** Entries of D0..D29. */
  readonly d = new Int32Array(D_SYMBOLS)
  endOfBlock = 0
  readonly #next = new Int32Array(MAX_CODE_BITS + 1)

  /** Takes over code lengths of at least LL0..LL285 and D0..D29. */
  set({ symbols, used, lengths, counts }: Alphabet, distances: Alphabet): this {
    const { bits, ll, d } = this
    bits.fill(0)
    ll.fill(0)
    d.fill(0)
    this.endOfBlock = 0
    this.#firstCodes(counts)
    const firstLength = FIRST_LENGTH_SYMBOL
    const bases = LENGTH_BASE
    const extras = LENGTH_EXTRA_BITS
    for (let index = 0; index < used; index++) {
      const symbol = symbols[index]
      const length = lengths[symbol]
      if (symbol < END_OF_BLOCK) {
        bits[symbol] = length
        ll[symbol] = this.#nextEntry(length, 0)
      } else if (symbol === END_OF_BLOCK) {
        bits[symbol] = length
        this.endOfBlock = this.#nextEntry(length, 0)
      } else if (symbol < LL_SYMBOLS) {
        const extra = extras[symbol - firstLength]
        const first = 256 + bases[symbol - firstLength]
        const entry = this.#nextEntry(length, extra)
        bits[symbol] = length + extra
        for (let value = 0; value < 1 << extra; value++) ll[first + value] = entry + (value << length)
      }
    }
    // LL284's last value is length 258, which belongs to LL285.
    if (lengths[LL_SYMBOLS - 1] === 0) ll[256 + MAX_MATCH] = 0
    this.#firstCodes(distances.counts)
    for (let index = 0; index < distances.used; index++) {
      const symbol = distances.symbols[index]
      if (symbol >= D_SYMBOLS) break
      const length = distances.lengths[symbol]
      const extra = DISTANCE_EXTRA_BITS[symbol]
      bits[FIRST_D_COUNT + symbol] = length + extra
      d[symbol] = this.#nextEntry(length, 0) | (extra << EXTRA_SHIFT)
    }
    return this
  }

  /**
   * Bits that the symbols of a histogram send, extra bits included; exact for fewer than 2^25 of them.
   *
   * @returns -1 less the bits where a symbol has no code: it sends none
   */
  cost(histogram: Int32Array): number {
    const bits = this.bits
    const symbols = HISTOGRAM_SIZE
    let total = 0
    let lacking = 0
    for (let symbol = 0; symbol < symbols; symbol++) {
      const count = histogram[symbol]
      const size = bits[symbol]
      total += Math.imul(count, size)
      if (size === 0) lacking |= count
    }
    return lacking === 0 ? total : -1 - total
  }

  /** The first code of each length (RFC 1951 3.2.2), in the order of sending: the most significant bit lowest. */
  #firstCodes(counts: Int32Array): void {
    const next = this.#next
    let code = 0
    for (let length = 1; length <= MAX_CODE_BITS; length++) {
      code <<= 1
      next[length] = reverseBits(code, length)
      code += counts[length]
    }
  }

  #nextEntry(length: number, extra: number): number {
    const code = this.#next[length]
    this.#next[length] = nextReversedCode(code, length)
    return code | ((length + extra) << SIZE_SHIFT)
  }
}

/**
 * Writes one DEFLATE block into a target. Who writes asks for room with `reserve` first: after true the tokens go
 * through `putTokens`, which checks nothing; after false through `putTokensThatFit`, which stops where the target ends.
 */
export class BlockWriter {
  #target = NO_TARGET
  #view = NO_VIEW
  /** Bytes of the view; its own property is read by a call. */
  #capacity = 0
  /** Bytes stored. */
  position = 0
  /** Bits not stored yet, the next to send lowest; none at or above `#held`. */
  #hold = 0
  #held = 0
  #stores = true

  /** @param stores false: the block is only measured, and no byte of the target written */
  begin(target: Target, stores = true): void {
    this.#target = target
    this.#stores = stores
    this.#view = viewOf(target)
    this.#capacity = target.bytes.length
    this.position = 0
    this.#hold = 0
    this.#held = 0
  }

  /** Makes room for `bits` more bits; false: the target space is not large enough. */
  reserve(bits: number): boolean {
    const target = this.#target
    while ((target.bytes.length - this.position) * 8 < this.#held + bits) {
      if (!target.grow(this.position)) return false
      this.#view = viewOf(target)
      this.#capacity = target.bytes.length
    }
    return true
  }

  /** The block header: BFINAL=1 (UM 2.5.2), BTYPE, and for a dynamic block the DHT's bits as they are. */
  putHeader(dht: Uint8Array | null, dhtlen: number): void {
    this.#put(1 | ((dht === null ? BTYPE_FIXED : BTYPE_DYNAMIC) << 1), 3)
    if (dht === null) return
    const whole = dhtlen >>> 3
    if (this.#stores && this.position + whole <= this.#capacity) this.#putBytes(dht, whole)
    else for (let index = 0; index < whole; index++) this.#put(dht[index], 8)
    const rest = dhtlen & 7
    if (rest !== 0) this.#put(dht[whole] & ((1 << rest) - 1), rest)
  }

  /** Sends bytes for which there is room. */
  #putBytes(bytes: Uint8Array, count: number): void {
    const view = this.#view
    const held = this.#held
    const first = this.position
    let hold = this.#hold
    for (let index = 0; index < count; index++) {
      hold |= bytes[index] << held
      view.setUint8(first + index, hold)
      hold >>>= 8
    }
    this.#hold = hold
    this.position = first + count
  }

  /** Takes `bits` bits for sent, for which there is room, when no byte is stored. */
  skip(bits: number): void {
    this.position += (this.#held + bits) >>> 3
    this.#held = (this.#held + bits) & 7
  }

  /** Sends tokens for which there is room. */
  putTokens(tokens: Int32Array, count: number, codes: Codes): void {
    const view = this.#view
    const { ll, d } = codes
    let position = this.position
    let hold = this.#hold | 0
    let held = this.#held
    for (let index = 0; index < count; index++) {
      const token = tokens[index]
      if (token < 256) {
        // Two literals at a time: at most 30 bits, and one doubtful branch less.
        const entry = ll[token]
        let value = entry & VALUE_MASK
        let size = entry >>> SIZE_SHIFT
        const next = index + 1 < count ? tokens[index + 1] : 256
        if (next < 256) {
          const second = ll[next]
          value |= (second & VALUE_MASK) << size
          size += second >>> SIZE_SHIFT
          index++
        }
        hold |= value << held
        held += size
        if (held >= 32) {
          view.setInt32(position, hold, true)
          position += 4
          held -= 32
          hold = (value >>> (size - held)) | 0
        }
        continue
      }
      const entry = ll[256 + ((token >>> LENGTH_SHIFT) & LENGTH_MASK)]
      const value = entry & VALUE_MASK
      const size = entry >>> SIZE_SHIFT
      hold |= value << held
      held += size
      if (held >= 32) {
        view.setInt32(position, hold, true)
        position += 4
        held -= 32
        hold = (value >>> (size - held)) | 0
      }
      const dEntry = d[token >>> SYMBOL_SHIFT]
      const codeSize = dEntry >>> SIZE_SHIFT
      const extraSize = (dEntry >>> EXTRA_SHIFT) & EXTRA_MASK
      // The extra bits of a distance are the low bits of distance - 1.
      const extra = token & GAP_MASK & ((1 << extraSize) - 1)
      const dValue = (dEntry & CODE_MASK) | (extra << codeSize)
      const dSize = codeSize + extraSize
      hold |= dValue << held
      held += dSize
      if (held >= 32) {
        view.setInt32(position, hold, true)
        position += 4
        held -= 32
        hold = (dValue >>> (dSize - held)) | 0
      }
    }
    for (; held >= 8; held -= 8) {
      view.setUint8(position++, hold)
      hold >>>= 8
    }
    this.position = position
    this.#hold = hold | 0
    this.#held = held
  }

  /** Sends tokens as far as the target goes. */
  putTokensThatFit(tokens: Int32Array, count: number, codes: Codes): void {
    const capacity = this.#target.bytes.length
    for (let index = 0; index < count && this.position < capacity; index++) {
      const token = tokens[index]
      const entry = codes.ll[token < 256 ? token : 256 + ((token >>> LENGTH_SHIFT) & LENGTH_MASK)]
      this.#put(entry & VALUE_MASK, entry >>> SIZE_SHIFT)
      if (token < 256) continue
      const dEntry = codes.d[token >>> SYMBOL_SHIFT]
      const extraSize = (dEntry >>> EXTRA_SHIFT) & EXTRA_MASK
      this.#put(dEntry & CODE_MASK, dEntry >>> SIZE_SHIFT)
      this.#put(token & GAP_MASK & ((1 << extraSize) - 1), extraSize)
    }
  }

  /** Sends EOB, fills up the last byte with zeros and lets go of the target. Returns TEBC. */
  end(codes: Codes): number {
    this.#put(codes.endOfBlock & VALUE_MASK, codes.endOfBlock >>> SIZE_SHIFT)
    const tebc = this.#held
    if (tebc !== 0) this.#put(0, 8 - tebc)
    this.#target = NO_TARGET
    this.#view = NO_VIEW
    this.#capacity = 0
    return tebc
  }

  /** Sends up to 20 bits; bytes beyond the end of the target are dropped. */
  #put(value: number, size: number): void {
    this.#hold |= value << this.#held
    this.#held += size
    for (; this.#held >= 8; this.#held -= 8) {
      if (this.position < this.#capacity) {
        if (this.#stores) this.#view.setUint8(this.position, this.#hold)
        this.position++
      }
      this.#hold >>>= 8
    }
  }
}

function viewOf({ bytes }: Target): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
}
