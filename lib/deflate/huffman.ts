// SPDX-License-Identifier: MIT
import { loadAddon } from '../device/addon.js'
import { DHT_BYTES, LZCOUNTS } from '../format/cpb.js'
import {
  D_SYMBOLS,
  DISTANCE_EXTRA_BITS,
  END_OF_BLOCK,
  FIRST_LENGTH_SYMBOL,
  FIXED_D_LENGTHS,
  FIXED_LL_LENGTHS,
  LENGTH_EXTRA_BITS,
  LL_SYMBOLS,
  MAX_CODE_BITS,
  MAX_STORED_BYTES,
} from '../format/deflate.js'
import { expectTable } from '../model/nx/dht.js'
import { writeDht } from './dht-writer.js'
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

/** A table that was made for a block, and what the block takes. Its memory serves one block after another. */
export class MadeTable implements HuffmanTable {
  readonly memory = new Uint8Array(DHT_BYTES + LZCOUNTS)
  readonly dht = this.memory.subarray(0, DHT_BYTES)
  readonly ll = this.memory.subarray(DHT_BYTES, DHT_BYTES + LL_SYMBOLS)
  readonly d = this.memory.subarray(DHT_BYTES + LL_SYMBOLS)
  /** Bits of the DHT, and of the counted symbols with this table and with the fixed code. */
  readonly sizes = new Float64Array(3)

  get dhtlen(): number {
    return this.sizes[0]
  }

  /** Size in bits of the dynamic block, and of a fixed one with the same symbols. */
  get blockBits(): number {
    return BLOCK_HEADER_BITS + this.sizes[0] + this.sizes[1]
  }
  get fixedBlockBits(): number {
    return BLOCK_HEADER_BITS + this.sizes[2]
  }
}

/** What makes tables: in C++ where the addon loads, several times as fast, otherwise here. Every bit is the same. */
let maker: typeof makePortableTable | undefined

/**
 * Makes the Huffman table of a block from its 316 symbol counts (LL0..LL285, D0..D29, as in the CPB's LZcount): a
 * Huffman code of at most 15 bits. The end-of-block symbol always has a code. Both alphabets get at least two codes and
 * are complete, so that no decoder has a reason to refuse the table.
 *
 * @param table receives it, in the place of a new one
 */
export function makeTable(counts: Uint32Array, table = new MadeTable()): MadeTable {
  maker ??= nativeMaker() ?? makePortableTable
  maker(counts, table)
  expectTable(table)
  return table
}

function nativeMaker(): typeof makePortableTable | undefined {
  const addon = loadAddon()
  if (!addon) return undefined
  return (counts, { memory, sizes }) => {
    addon.makeTable(counts, memory, sizes)
  }
}

/** Scratch of a call, made once: a table is made for every block, down to calls of some hundred bytes. */
const llCounts = new Uint32Array(LL_SYMBOLS)
const dCounts = new Uint32Array(D_SYMBOLS)

/** The same in TypeScript alone. */
export function makePortableTable(counts: Uint32Array, { dht, ll, d, sizes }: MadeTable): void {
  for (let symbol = 0; symbol < LL_SYMBOLS; symbol++) llCounts[symbol] = counts[symbol]
  for (let symbol = 0; symbol < D_SYMBOLS; symbol++) dCounts[symbol] = counts[LL_SYMBOLS + symbol]
  if (llCounts[END_OF_BLOCK] === 0) llCounts[END_OF_BLOCK] = 1
  codeLengths(llCounts, MAX_CODE_BITS, ll)
  codeLengths(dCounts, MAX_CODE_BITS, d)
  dht.fill(0)
  sizes[0] = writeDht(ll, d, dht)
  sizes[1] = symbolBits(counts, ll, d)
  sizes[2] = symbolBits(counts, FIXED_LL_LENGTHS, FIXED_D_LENGTHS)
}

/**
 * The table of two sets of code lengths: 286 literal/length symbols, of which LL256 must have a code, and 30 distance
 * symbols. It keeps the two arrays.
 */
export function encodeTable(ll: Uint8Array, d: Uint8Array): HuffmanTable {
  const dht = new Uint8Array(DHT_BYTES)
  return { dht, dhtlen: writeDht(ll, d, dht), ll, d }
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
