// SPDX-License-Identifier: MIT
import {
  D_SYMBOLS,
  DISTANCE_BASE,
  DISTANCE_EXTRA_BITS,
  END_OF_BLOCK,
  FIRST_LENGTH_SYMBOL,
  FIXED_D_LENGTHS,
  FIXED_LL_LENGTHS,
  LENGTH_BASE,
  LENGTH_EXTRA_BITS,
  LL_SYMBOLS,
  MAX_CODE_BITS,
} from '../../format/deflate.js'
import { Alphabet } from './alphabet.js'
import { nextReversedCode } from './dht.js'

/*
 * A decoding table is an Int32Array that is indexed with the next bits of the source: first with ROOT_BITS of them, then,
 * for longer codes, with the rest of 15 bits in the subtable that the first entry names. Layout of an entry:
 *
 *   0:4    bits to consume: code and extra bits (a JavaScript shift by the entry shifts by just these five bits)
 *   8:11   bits of the code alone; bit 12 is 0, so a shift by entry >>> 8 shifts by the code
 *   13:15  flags, see Entry
 *   16:30  the least length or distance, or the index of the subtable
 *   31     0
 *
 * and of the entry of one literal, or of two whose codes are both in the index:
 *
 *   0:4    bits to consume
 *   8:11   bits of the first one's code
 *   12     whether there is a second one
 *   15:22  the first literal
 *   23:30  the second literal
 *   31     1
 *
 * (bits counted from the least significant one). An UNDEFINED entry has as code bits those that it takes to detect it.
 */

/** What an entry is. */
export const enum Entry {
  /** Of a literal: another one follows. */
  PAIR_SHIFT = 12,
  PAIR = 0x1000,
  /** Where its literals begin, the first one lowest. */
  LITERALS_SHIFT = 15,
  /** One of the next two; if neither, the code continues in a subtable. */
  EXCEPTIONAL = 0x8000,
  /** The end-of-block code. */
  END = 0x4000,
  /** No symbol has this code: CC=66. */
  UNDEFINED = 0x2000,
}

/*
 * The sizes of the tables are enums, not constants, because the compiler writes their values into the code; a constant of
 * another module is looked up, and its type checked, each time that a loop uses it.
 */

/** The literal/length table. */
export const enum LL {
  /**
   * Bits of the first lookup. More: fewer codes need a second one, but each block fills a larger table (8 KiB at 11), which
   * competes for the first-level cache. Two lookups must fit into 25 bits, so 12 is the most.
   */
  ROOT_BITS = 11,
  ROOT_MASK = 0x7ff,
  /** Bits of the second lookup: what is left of the longest code. */
  SUB_BITS = 4,
  SUB_MASK = 0xf,
}

/** The distance table, with fewer symbols and flatter codes. */
export const enum D {
  ROOT_BITS = 9,
  ROOT_MASK = 0x1ff,
  SUB_BITS = 6,
  SUB_MASK = 0x3f,
}

/** A subtable serves at least two codes, because only complete codes have long codes. */
const LL_TABLE_ENTRIES = (1 << LL.ROOT_BITS) + (LL_SYMBOLS >> 1) * (1 << LL.SUB_BITS)
const D_TABLE_ENTRIES = (1 << D.ROOT_BITS) + (D_SYMBOLS >> 1) * (1 << D.SUB_BITS)

const FIRST_LITERAL = 0xff << Entry.LITERALS_SHIFT

/** What an entry's two bit counts grow by for each bit of its code. */
const CODE_BIT = 0x101

/** Entries without their code bits: of LL0..LL287 and D0..D31. */
const LL_ENTRIES = new Int32Array(FIXED_LL_LENGTHS.length).fill(Entry.EXCEPTIONAL | Entry.UNDEFINED)
for (let literal = 0; literal < END_OF_BLOCK; literal++) {
  LL_ENTRIES[literal] = (1 << 31) | (literal << Entry.LITERALS_SHIFT)
}
LL_ENTRIES[END_OF_BLOCK] = Entry.EXCEPTIONAL | Entry.END
LENGTH_BASE.forEach((base, symbol) => {
  LL_ENTRIES[FIRST_LENGTH_SYMBOL + symbol] = (base << 16) | LENGTH_EXTRA_BITS[symbol]
})
// The first four bits of the fixed codes of D30 and D31 are theirs alone: detected a bit before the code's end (UM table 5-1).
const D_ENTRIES = new Int32Array(FIXED_D_LENGTHS.length).fill(
  (Entry.EXCEPTIONAL | Entry.UNDEFINED) - CODE_BIT,
)
DISTANCE_BASE.forEach((base, symbol) => {
  D_ENTRIES[symbol] = (base << 16) | DISTANCE_EXTRA_BITS[symbol]
})

/** An undefined dynamic code takes as many bits to detect as the longest code has (UM table 5-1). */
const UNDEFINED_DYNAMIC = (Entry.EXCEPTIONAL | Entry.UNDEFINED) + MAX_CODE_BITS * CODE_BIT

/** Entries up to which a table is doubled by a loop; for more of them it pays to call the function for that. */
const MAX_LOOP_ENTRIES = 64

const offsets = new Int32Array(MAX_CODE_BITS + 2)
const sorted = new Uint16Array(FIXED_LL_LENGTHS.length)

/** Fills `table` from code lengths that are complete, or have at most one code, of one bit (RFC 1951 3.2.2). */
function fill(
  table: Int32Array,
  rootBits: number,
  { lengths, counts, symbols, used }: Alphabet,
  entries: Int32Array,
): void {
  offsets[1] = 0
  for (let length = 1; length <= MAX_CODE_BITS; length++)
    offsets[length + 1] = offsets[length] + counts[length]
  for (let index = 0; index < used; index++) {
    const symbol = symbols[index]
    sorted[offsets[lengths[symbol]]++] = symbol
  }

  // The table of the codes up to one length is, twice over, that of the codes up to the next length but for its new codes.
  table[0] = UNDEFINED_DYNAMIC
  table[1] = UNDEFINED_DYNAMIC
  let code = 0
  let index = 0
  for (let length = 1; length <= rootBits; length++) {
    const half = 1 << (length - 1)
    if (half > MAX_LOOP_ENTRIES) table.copyWithin(half, 0, half)
    else if (half > 1) for (let at = 0; at < half; at++) table[half + at] = table[at]
    for (let left = counts[length]; left > 0; left--) {
      table[code] = entries[sorted[index++]] + length * CODE_BIT
      code = nextReversedCode(code, length)
    }
  }

  const rootMask = (1 << rootBits) - 1
  const subtableEntries = 1 << (MAX_CODE_BITS - rootBits)
  let root = -1
  let subtable = (1 << rootBits) - subtableEntries
  for (let length = rootBits + 1; length <= MAX_CODE_BITS; length++) {
    for (let left = counts[length]; left > 0; left--) {
      if ((code & rootMask) !== root) {
        root = code & rootMask
        subtable += subtableEntries
        table[root] = Entry.EXCEPTIONAL | (subtable << 16)
      }
      const entry = entries[sorted[index++]] + length * CODE_BIT
      for (let at = code >>> rootBits; at < subtableEntries; at += 1 << (length - rootBits)) {
        table[subtable + at] = entry
      }
      code = nextReversedCode(code, length)
    }
  }
}

/** Puts two literals into an entry where the codes of both are in its index. */
function pair(table: Int32Array): void {
  // From the last entry on: the one that an entry is paired with, at a smaller index, is still that of one literal.
  for (let index: number = LL.ROOT_MASK; index >= 0; index--) {
    const first = table[index]
    const second = table[index >>> first]
    const tooManyBits = (first & 31) + (second & 31) - (LL.ROOT_BITS + 1)
    // All ones if both are literals and fit, a condition that nobody could predict.
    const isPair = (first & second & tooManyBits) >> 31
    table[index] = first + (((second & 31) | Entry.PAIR | ((second & FIRST_LITERAL) << 8)) & isPair)
  }
}

/**
 * The tables of the block that is being decoded, for all engines of the thread: the compiler writes the addresses of arrays
 * that are constants of a module into the code of a loop, and what it knows of them is not checked in each round.
 */
export const LL_TABLE = new Int32Array(LL_TABLE_ENTRIES)
export const D_TABLE = new Int32Array(D_TABLE_ENTRIES)

/** The code lengths of both alphabets. */
export interface CodeLengths {
  readonly ll: Alphabet
  readonly d: Alphabet
  /** Changes whenever they do. */
  readonly version: number
}

/** What they were made of. */
let present: CodeLengths | undefined
let presentVersion = 0

/**
 * Bytes of source from which two literals are put into an entry, which takes as long as it saves in decoding some 4 KiB. Higher:
 * more of the sources of middle size are decoded literal by literal. Lower: more of the tables are prepared in vain.
 */
const LEAST_PAIRED_BYTES = 6 * 1024

/** The codes of a block, of which tables are made when they are needed. */
export class HuffmanDecoder {
  readonly #lengths: CodeLengths

  constructor(lengths: CodeLengths) {
    this.#lengths = lengths
  }

  /** Makes sure that `LL_TABLE` and `D_TABLE` are those of these codes. @param bytes of source that are to be decoded */
  use(bytes: number): void {
    const lengths = this.#lengths
    const { ll, d, version } = lengths
    if (present === lengths && presentVersion === version) return
    present = lengths
    presentVersion = version
    fill(LL_TABLE, LL.ROOT_BITS, ll, LL_ENTRIES)
    fill(D_TABLE, D.ROOT_BITS, d, D_ENTRIES)
    if (bytes >= LEAST_PAIRED_BYTES) pair(LL_TABLE)
  }

  /** The codes of fixed blocks (RFC 1951 3.2.6). */
  static fixed(): HuffmanDecoder {
    return new HuffmanDecoder({
      ll: Alphabet.of(FIXED_LL_LENGTHS),
      d: Alphabet.of(FIXED_D_LENGTHS),
      version: 0,
    })
  }
}
