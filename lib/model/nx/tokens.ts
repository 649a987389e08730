// SPDX-License-Identifier: MIT
import { D_SYMBOLS, FIRST_LENGTH_SYMBOL, LENGTH_SYMBOL, LL_SYMBOLS } from '../../format/deflate.js'

/**
 * A token is one LZ77 step in 29 bits. A literal is its byte. A match has distance - 1 in bits 0-14, its length in bits
 * 15-23 and its distance symbol in bits 24-28, so that only the match finder has to work that symbol out.
 */
export const TOKEN_LENGTH_SHIFT = 15
export const TOKEN_SYMBOL_SHIFT = 24
export const TOKEN_DISTANCE_MASK = 0x7fff
export const TOKEN_LENGTH_MASK = 0x1ff

/** Where the counts of D0..D29 start in a histogram, after LL0..LL285. */
export const FIRST_D_COUNT = LL_SYMBOLS
/** Entries of a histogram: LL0..LL285, then D0..D29, as in the CPB's LZcount (UM table 6-4). */
export const HISTOGRAM_SIZE = LL_SYMBOLS + D_SYMBOLS

/** The counters of LZcount have 24 bits and stay at their largest value (UM 5.1.1). */
export const MAX_COUNT = 0xffffff

/**
 * Bytes of source after which a finder hands over its chunk, of at most as many tokens. Larger: fewer rounds of costing 316
 * symbols, which take about 1% here. Smaller: shorter slices (with the highest effort some sources take 1 us a byte), and
 * fewer bytes (these 32 KiB stay in the first-level cache until they are encoded). From 32768 tokens on V8 compiles the
 * loops before they have ever been left, and throws that code away at each exit, which costs half of the speed.
 */
const CHUNK_BYTES = 8192

/** Tokens that a finder may still add behind that: one step of literals, or a row of put-off matches. */
const SLACK_TOKENS = 1024

/** A chunk of tokens and the histogram of their symbols. */
export class TokenChunk {
  readonly tokens = new Int32Array(CHUNK_BYTES + SLACK_TOKENS)
  /** A finder stops at the first token boundary at or beyond this many bytes of source. */
  readonly bytes = CHUNK_BYTES
  readonly histogram = new Int32Array(HISTOGRAM_SIZE)
  length = 0

  clear(): void {
    this.length = 0
    this.histogram.fill(0)
  }
}

/** The token of a match. */
export function matchToken(length: number, distance: number): number {
  // From distance 5 on the symbol is twice the number of the highest bit of distance - 1, plus the bit below it.
  const gap = distance - 1
  const highest = 31 - Math.clz32(gap)
  const symbol = gap < 2 ? gap : 2 * highest + ((gap >>> (highest - 1)) & 1)
  return (symbol << TOKEN_SYMBOL_SHIFT) | (length << TOKEN_LENGTH_SHIFT) | gap
}

/** The histogram entry of each match length. */
const LENGTH_COUNT = Uint16Array.from(LENGTH_SYMBOL, (symbol) => FIRST_LENGTH_SYMBOL + symbol)

/** Counts a literal. */
export function countLiteral(histogram: Int32Array, byte: number): void {
  histogram[byte] = (histogram[byte] + 1) | 0
}

/** Counts the length symbol and the distance symbol of a match. */
export function countMatch(histogram: Int32Array, token: number): void {
  const ll = LENGTH_COUNT[(token >>> TOKEN_LENGTH_SHIFT) & TOKEN_LENGTH_MASK]
  const d = FIRST_D_COUNT + (token >>> TOKEN_SYMBOL_SHIFT)
  histogram[ll] = (histogram[ll] + 1) | 0
  histogram[d] = (histogram[d] + 1) | 0
}

/** Adds a chunk's histogram to the job's counts; a count stays at `MAX_COUNT` once it is there. */
export function addSaturating(counts: Uint32Array, histogram: Int32Array): void {
  for (let symbol = 0; symbol < HISTOGRAM_SIZE; symbol++) {
    const sum = counts[symbol] + histogram[symbol]
    counts[symbol] = sum < MAX_COUNT ? sum : MAX_COUNT
  }
}
