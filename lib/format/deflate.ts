// SPDX-License-Identifier: MIT
/** The constants of DEFLATE that more than one layer needs (RFC 1951). */

/** Literal/length symbols: 0-255 literals, 256 end of block, 257-285 lengths. */
export const LL_SYMBOLS = 286
/** Distance symbols. */
export const D_SYMBOLS = 30
/** The end-of-block symbol. */
export const END_OF_BLOCK = 256
/** The first length symbol. */
export const FIRST_LENGTH_SYMBOL = 257

export const MAX_MATCH = 258
/** Farthest distance, and so the size of the history, in bytes. */
export const WINDOW_BYTES = 32768

/** The most that DEFLATE can expand one byte to: 258 bytes for each two bits. */
export const MAX_RATIO = 1032

/** Longest Huffman code of the literal/length and distance alphabets, and of the code-length alphabet, in bits. */
export const MAX_CODE_BITS = 15
export const MAX_CODE_LENGTH_BITS = 7

/** Values of BTYPE (RFC 1951 3.2.3). */
export const BTYPE_STORED = 0
export const BTYPE_FIXED = 1
export const BTYPE_DYNAMIC = 2

/** Longest stored block: LEN has 16 bits. */
export const MAX_STORED_BYTES = 65535

/** Extra bits of the length symbols 257-285 and the shortest length of each (RFC 1951 3.2.5). */
export const LENGTH_EXTRA_BITS = Uint8Array.of(
  ...[0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0],
)
export const LENGTH_BASE = Uint16Array.of(
  ...[
    3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195,
    227, 258,
  ],
)

/** Extra bits of the distance symbols 0-29 and the shortest distance of each (RFC 1951 3.2.5). */
export const DISTANCE_EXTRA_BITS = Uint8Array.of(
  ...[0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13],
)
export const DISTANCE_BASE = Uint16Array.of(
  ...[
    1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073,
    4097,
  ],
  ...[6145, 8193, 12289, 16385, 24577],
)

/** The order in which a dynamic block header gives the lengths of the code-length codes (RFC 1951 3.2.7). */
export const CODE_LENGTH_ORDER = Uint8Array.of(
  ...[16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15],
)

/** Code lengths of the fixed literal/length alphabet, 288 symbols of which 286 and 287 never occur (RFC 1951 3.2.6). */
export const FIXED_LL_LENGTHS = Uint8Array.from({ length: 288 }, (_, symbol) =>
  symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8,
)
/** Code lengths of the fixed distance alphabet, 32 symbols of which 30 and 31 never occur. */
export const FIXED_D_LENGTHS = new Uint8Array(32).fill(5)

/** The length symbol, less 257, of each match length 3..258. */
export const LENGTH_SYMBOL = new Uint8Array(MAX_MATCH + 1)
LENGTH_BASE.forEach((base, symbol) => LENGTH_SYMBOL.fill(symbol, base))
