// SPDX-License-Identifier: MIT
import { D_SYMBOLS, END_OF_BLOCK, LL_SYMBOLS } from '../../format/deflate.js'
import { Alphabet } from './alphabet.js'
import { HuffmanDecoder } from './huffman-decoder.js'
import { InflateState, PAUSED } from './inflate-state.js'
import { decodeSymbols } from './inflate-symbols.js'
import { DirectTarget } from './target.js'

/*
 * V8 compiles what it has seen. A hot loop whose first data take some time is compiled from within, before its rarer branches were
 * met; each of these then throws the code away, and what is compiled in the end can stay a third slower for as long as the
 * process lives. So the decoder practises on noise first: in short calls, and with codes that lead it into its branches.
 */

/** Rounds of practice. More: the first job waits for longer, 2 ms as it is. Fewer: branches that were not met. */
const ROUNDS = 12

/** Bytes of noise, and of room for what it means. */
const SOURCE_BYTES = 256
const TARGET_BYTES = 4096
const HISTORY_BYTES = 4096
/** Bytes of target that a slice makes. */
const SLICE_BYTES = 256

/** Long codes, which need a second lookup: their length and how many symbols have one. */
const LONG_LL_BITS = 12
const LONG_LL_CODES = 200
const LONG_D_BITS = 12
const LONG_D_CODES = 16

/** The bits of a code, and the symbol that it stands for. */
type Code = readonly [bits: number, symbol: number]

/** Short codes: with the long ones they are a complete code. */
const SHORT_LL: readonly Code[] = [
  [1, 0x61],
  [2, 257],
  [3, 0x62],
  [4, 280],
  [7, 266],
  [8, END_OF_BLOCK],
  [9, 285],
]
const SHORT_D: readonly Code[] = [
  [1, 8],
  [2, 0],
  [3, 2],
  [4, 14],
  [5, 1],
  [6, 3],
  [7, 5],
  [8, 10],
]

/** Code lengths: of the symbols without a short code, as many as get a long one, from the last one on. */
function lengthsOf(symbols: number, short: readonly Code[], longBits: number, longCodes: number): Uint8Array {
  const lengths = new Uint8Array(symbols)
  for (const [bits, symbol] of short) lengths[symbol] = bits
  for (let symbol = symbols - 1, left = longCodes; left > 0; symbol--) {
    if (lengths[symbol] !== 0) continue
    lengths[symbol] = longBits
    left--
  }
  return lengths
}

let isPractised = false

/** Lets the decoder practise, once in each thread. */
export function practise(): void {
  if (isPractised) return
  isPractised = true
  const decoder = new HuffmanDecoder({
    ll: Alphabet.of(lengthsOf(LL_SYMBOLS, SHORT_LL, LONG_LL_BITS, LONG_LL_CODES)),
    d: Alphabet.of(lengthsOf(D_SYMBOLS, SHORT_D, LONG_D_BITS, LONG_D_CODES)),
    version: 0,
  })
  const state = new InflateState()
  const target = new DirectTarget(new Uint8Array(TARGET_BYTES))
  const source = new Uint8Array(SOURCE_BYTES)
  const histories = [new Uint8Array(0), new Uint8Array(HISTORY_BYTES)]
  let noise = 1
  for (let round = 0; round < ROUNDS; round++) {
    for (let at = 0; at < SOURCE_BYTES; at++) {
      // Of a linear congruence the upper bits are noise.
      noise = (Math.imul(noise, 1664525) + 1013904223) | 0
      source[at] = noise >>> 24
    }
    state.begin(source, histories[round & 1], 0, target)
    do state.pause = state.at + SLICE_BYTES
    while (decodeSymbols(state, decoder) === PAUSED)
  }
  state.release()
}
