import { DHT_BYTES, LZCOUNTS } from '../format/cpb.js'
import {
  CODE_LENGTH_ORDER,
  D_SYMBOLS,
  DISTANCE_EXTRA_BITS,
  END_OF_BLOCK,
  FIRST_LENGTH_SYMBOL,
  FIXED_D_LENGTHS,
  FIXED_LL_LENGTHS,
  LENGTH_EXTRA_BITS,
  LL_SYMBOLS,
  MAX_CODE_BITS,
  MAX_CODE_LENGTH_BITS,
  MAX_STORED_BYTES,
} from '../format/deflate.js'
import { codeLengths } from './huffman-lengths.js'

/** A dynamic Huffman table, as lengths and as the bits of a DHT. */
export interface HuffmanTable {
  /** The CPB's in_dht: 288 bytes, zero after the last bit. */
  readonly dht: Uint8Array
  /** Bits of `dht`, from HLIT to the last code length; the block's 3 header bits are not among them. */
  readonly dhtlen: number
  /** Code lengths of LL0..LL285; 0: no code. */
  readonly ll: Uint8Array
  /** Code lengths of D0..D29; 0: no code. */
  readonly d: Uint8Array
}

/** BFINAL and BTYPE. */
const BLOCK_HEADER_BITS = 3

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

/** Scratch of a call, made once: a table is made for every block, down to calls of some hundred bytes. */
const llCounts = new Uint32Array(LL_SYMBOLS)
const lengths = new Uint8Array(LL_SYMBOLS + D_SYMBOLS)
const runSymbols = new Uint8Array(LL_SYMBOLS + D_SYMBOLS)
const runExtras = new Uint8Array(LL_SYMBOLS + D_SYMBOLS)
const runCounts = new Uint32Array(CODE_LENGTH_SYMBOLS)
const runLengths = new Uint8Array(CODE_LENGTH_SYMBOLS)
const runCodes = new Uint8Array(CODE_LENGTH_SYMBOLS)

/**
 * Makes the Huffman table of a block from its 316 symbol counts (LL0..LL285, D0..D29, as in the CPB's LZcount): a
 * Huffman code of at most 15 bits. The end-of-block symbol always has a code. Both alphabets get at least two codes and
 * are complete, so that no decoder has a reason to refuse the table.
 */
export function makeTable(counts: Uint32Array): HuffmanTable {
  llCounts.set(counts.subarray(0, LL_SYMBOLS))
  if (llCounts[END_OF_BLOCK] === 0) llCounts[END_OF_BLOCK] = 1
  const ll = new Uint8Array(LL_SYMBOLS)
  const d = new Uint8Array(D_SYMBOLS)
  codeLengths(llCounts, MAX_CODE_BITS, ll)
  codeLengths(counts.subarray(LL_SYMBOLS, LZCOUNTS), MAX_CODE_BITS, d)
  return encodeTable(ll, d)
}

/**
 * Writes the DHT of two sets of code lengths: 286 literal/length symbols, of which LL256 must have a code, and 30
 * distance symbols. The table keeps the two arrays.
 */
export function encodeTable(ll: Uint8Array, d: Uint8Array): HuffmanTable {
  let llUsed = LL_SYMBOLS
  while (ll[llUsed - 1] === 0) llUsed--
  let dUsed = D_SYMBOLS
  while (dUsed > 1 && d[dUsed - 1] === 0) dUsed--
  // The two alphabets are one sequence: a run may go on from one to the other.
  lengths.set(ll)
  lengths.set(d, llUsed)
  const runs = findRuns(llUsed + dUsed)
  codeLengths(runCounts, MAX_CODE_LENGTH_BITS, runLengths)
  assignRunCodes()
  let codes = CODE_LENGTH_SYMBOLS
  while (codes > MIN_CODE_LENGTH_CODES && runLengths[CODE_LENGTH_ORDER[codes - 1]] === 0) codes--

  const out = new BitWriter()
  out.put(llUsed - FIRST_LENGTH_SYMBOL, HLIT_BITS)
  out.put(dUsed - 1, HDIST_BITS)
  out.put(codes - MIN_CODE_LENGTH_CODES, HCLEN_BITS)
  for (let index = 0; index < codes; index++) {
    out.put(runLengths[CODE_LENGTH_ORDER[index]], CODE_LENGTH_LENGTH_BITS)
  }
  for (let run = 0; run < runs; run++) {
    const symbol = runSymbols[run]
    out.put(runCodes[symbol], runLengths[symbol])
    if (symbol >= REPEAT_PREVIOUS) out.put(runExtras[run], repeatExtraBits(symbol))
  }
  return { dht: out.bytes, dhtlen: out.finish(), ll, d }
}

/**
 * A copy of the counts in which symbols that did not occur count once, so that they get a code:
 * `lengths-and-distances` for a table that serves the block that was counted, whose matches may come out differently the
 * second time (UM 2.5.9.6); `all` for a table that serves other data too (UM 2.5.9.5).
 */
export function fillCounts(counts: Uint32Array, which: 'lengths-and-distances' | 'all'): Uint32Array {
  const filled = counts.slice()
  for (let symbol = which === 'all' ? 0 : FIRST_LENGTH_SYMBOL; symbol < LZCOUNTS; symbol++) {
    if (filled[symbol] === 0) filled[symbol] = 1
  }
  return filled
}

/**
 * Size in bits of one dynamic block with these 316 symbol counts, LL256 among them: block header, table, symbols and
 * their extra bits. Infinity when a symbol that occurs has no code.
 */
export function dynamicBlockBits(counts: Uint32Array, table: HuffmanTable): number {
  return BLOCK_HEADER_BITS + table.dhtlen + symbolBits(counts, table.ll, table.d)
}

/** Size in bits of one fixed block with these 316 symbol counts, LL256 among them. */
export function fixedBlockBits(counts: Uint32Array): number {
  return BLOCK_HEADER_BITS + symbolBits(counts, FIXED_LL_LENGTHS, FIXED_D_LENGTHS)
}

/**
 * Size in bytes of `n` bytes as stored blocks that start at a byte boundary: 5 bytes of header for each block of up to
 * 65535 bytes. No bytes at all take one empty block.
 */
export function storedBytes(n: number): number {
  return n + 5 * Math.max(1, Math.ceil(n / MAX_STORED_BYTES))
}

function symbolBits(counts: Uint32Array, ll: Uint8Array, d: Uint8Array): number {
  let total = 0
  for (let symbol = 0; symbol < LL_SYMBOLS; symbol++) {
    const count = counts[symbol]
    if (count === 0) continue
    if (ll[symbol] === 0) return Infinity
    const extra = symbol < FIRST_LENGTH_SYMBOL ? 0 : LENGTH_EXTRA_BITS[symbol - FIRST_LENGTH_SYMBOL]
    total += count * (ll[symbol] + extra)
  }
  for (let symbol = 0; symbol < D_SYMBOLS; symbol++) {
    const count = counts[LL_SYMBOLS + symbol]
    if (count === 0) continue
    if (d[symbol] === 0) return Infinity
    total += count * (d[symbol] + DISTANCE_EXTRA_BITS[symbol])
  }
  return total
}

/** Writes the first `total` of `lengths` as code-length symbols, counts those, and returns their number. */
function findRuns(total: number): number {
  runCounts.fill(0)
  let runs = 0
  let index = 0
  while (index < total) {
    const length = lengths[index]
    const start = index++
    while (index < total && lengths[index] === length) index++
    let left = index - start
    if (length !== 0) {
      // Only what follows a length can repeat it.
      runSymbols[runs++] = length
      left--
    }
    while (left > 0) {
      let repeat = 1
      let symbol = length
      if (left >= MIN_REPEAT) {
        repeat = Math.min(left, length === 0 ? MAX_REPEAT_ZERO : MAX_REPEAT_PREVIOUS)
        const zeros = repeat < MIN_REPEAT_ZERO_LONG ? REPEAT_ZERO_SHORT : REPEAT_ZERO_LONG
        symbol = length === 0 ? zeros : REPEAT_PREVIOUS
      }
      runExtras[runs] = repeat - (symbol === REPEAT_ZERO_LONG ? MIN_REPEAT_ZERO_LONG : MIN_REPEAT)
      runSymbols[runs++] = symbol
      left -= repeat
    }
  }
  for (let run = 0; run < runs; run++) runCounts[runSymbols[run]]++
  return runs
}

/** Extra bits of the code-length symbols 16, 17 and 18 (RFC 1951 3.2.7). */
function repeatExtraBits(symbol: number): number {
  return symbol === REPEAT_PREVIOUS ? 2 : symbol === REPEAT_ZERO_SHORT ? 3 : 7
}

/** The canonical codes of `runLengths` (RFC 1951 3.2.2), turned round: codes are sent most significant bit first. */
function assignRunCodes(): void {
  let code = 0
  for (let length = 1; length <= MAX_CODE_LENGTH_BITS; length++) {
    for (let symbol = 0; symbol < CODE_LENGTH_SYMBOLS; symbol++) {
      if (runLengths[symbol] !== length) continue
      let reversed = 0
      for (let bit = 0; bit < length; bit++) reversed = (reversed << 1) | ((code >>> bit) & 1)
      runCodes[symbol] = reversed
      code++
    }
    code <<= 1
  }
}

/** Packs bits into a DHT, from the least significant bit of each byte on. */
class BitWriter {
  readonly bytes = new Uint8Array(DHT_BYTES)
  #at = 0
  /** Bits that are not stored yet: fewer than 8 between calls. */
  #pending = 0
  #pendingBits = 0

  put(value: number, width: number): void {
    this.#pending |= value << this.#pendingBits
    this.#pendingBits += width
    if (this.#pendingBits >= 8) {
      this.bytes[this.#at++] = this.#pending
      this.#pending >>>= 8
      this.#pendingBits -= 8
    }
  }

  /** Stores the last bits and returns the number of all bits. */
  finish(): number {
    this.bytes[this.#at] = this.#pending
    return this.#at * 8 + this.#pendingBits
  }
}
