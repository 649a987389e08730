// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

/** The constants of DEFLATE (RFC 1951). */
namespace nx {

/** Literal/length symbols: 0-255 literals, 256 end of block, 257-285 lengths. */
constexpr unsigned LL_SYMBOLS = 286;
constexpr unsigned D_SYMBOLS = 30;
constexpr unsigned END_OF_BLOCK = 256;
constexpr unsigned FIRST_LENGTH_SYMBOL = 257;

constexpr unsigned MIN_MATCH = 3;
constexpr unsigned MAX_MATCH = 258;
/** Farthest distance, and so the size of the history, in bytes. */
constexpr size_t WINDOW_BYTES = 32768;

/** Longest code of the literal/length and distance alphabets, and of the code-length alphabet, in bits. */
constexpr unsigned MAX_CODE_BITS = 15;
constexpr unsigned MAX_CODE_LENGTH_BITS = 7;

/** Values of BTYPE (RFC 1951 3.2.3). */
constexpr unsigned BTYPE_STORED = 0;
constexpr unsigned BTYPE_FIXED = 1;
constexpr unsigned BTYPE_DYNAMIC = 2;

/** Extra bits of the length symbols 257-285 and the shortest length of each (RFC 1951 3.2.5). */
constexpr std::array<uint8_t, 29> LENGTH_EXTRA_BITS = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2,
                                                       2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0};
constexpr std::array<uint16_t, 29> LENGTH_BASE = {3,  4,  5,  6,   7,   8,   9,   10,  11, 13,
                                                  15, 17, 19, 23,  27,  31,  35,  43,  51, 59,
                                                  67, 83, 99, 115, 131, 163, 195, 227, 258};

/** Extra bits of the distance symbols 0-29 and the shortest distance of each (RFC 1951 3.2.5). */
constexpr std::array<uint8_t, D_SYMBOLS> DISTANCE_EXTRA_BITS = {
    0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13};
constexpr std::array<uint16_t, D_SYMBOLS> DISTANCE_BASE = {
    1,   2,   3,   4,   5,   7,    9,    13,   17,   25,   33,   49,   65,    97,    129,
    193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577};

/** The order in which a dynamic block header gives the lengths of the code-length codes (RFC 1951 3.2.7). */
constexpr std::array<uint8_t, 19> CODE_LENGTH_ORDER = {16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                                       11, 4,  12, 3, 13, 2, 14, 1, 15};

/** Symbols of the fixed alphabets; LL286, LL287, D30 and D31 have codes that never occur (RFC 1951 3.2.6). */
constexpr unsigned FIXED_LL_SYMBOLS = 288;
constexpr unsigned FIXED_D_SYMBOLS = 32;

constexpr std::array<uint8_t, FIXED_LL_SYMBOLS> makeFixedLlLengths() {
  std::array<uint8_t, FIXED_LL_SYMBOLS> lengths{};
  for (unsigned symbol = 0; symbol < FIXED_LL_SYMBOLS; symbol++) {
    lengths[symbol] = symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8;
  }
  return lengths;
}
constexpr auto FIXED_LL_LENGTHS = makeFixedLlLengths();

constexpr std::array<uint8_t, FIXED_D_SYMBOLS> makeFixedDLengths() {
  std::array<uint8_t, FIXED_D_SYMBOLS> lengths{};
  for (unsigned symbol = 0; symbol < FIXED_D_SYMBOLS; symbol++) lengths[symbol] = 5;
  return lengths;
}
constexpr auto FIXED_D_LENGTHS = makeFixedDLengths();

/** The `count` low bits of `value` in reverse order: Huffman codes are sent most significant bit first. */
constexpr uint32_t reverseBits(uint32_t value, unsigned count) {
  uint32_t reversed = 0;
  for (unsigned index = 0; index < count; index++) reversed |= ((value >> index) & 1) << (count - 1 - index);
  return reversed;
}

/** The code after `code` of the same length, both with their first bit in bit 0; 0 after the last one. */
constexpr uint32_t nextReversedCode(uint32_t code, unsigned length) {
  // Adding 1 where the lowest bit is on top: ones turn to zeros from there down to the first zero.
  uint32_t bit = uint32_t{1} << (length - 1);
  for (; (code & bit) != 0; bit >>= 1) code ^= bit;
  return code | bit;
}

}  // namespace nx
