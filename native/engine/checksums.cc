#include "checksums.h"

#include <algorithm>
#include <array>

#include "bytes.h"
#include "crc32_fold.h"

namespace nx {

namespace {

/** Adler-32's modulus: the largest prime below 65536 (RFC 1950 8.2). */
constexpr uint32_t ADLER_MODULUS = 65521;

/** Sums that are kept side by side in 16 bits each, so that the compiler can use vectors. */
constexpr size_t ADLER_LANES = 32;

/** Rows of lanes that 16 bits can take: 255 n (n - 1) / 2 stays below 2^16 up to 23. */
constexpr size_t ADLER_ROWS = 16;
constexpr size_t ADLER_BLOCK = ADLER_LANES * ADLER_ROWS;

/**
 * Blocks after which the sums are reduced: 255 n (n + 1) / 2 + (n + 1) 65535 < 2^32 for n up to 5552 bytes. A
 * seed that is not reduced comes to at most 65535, and is returned as it is if there are no bytes.
 */
constexpr size_t ADLER_REDUCE_BLOCKS = 5552 / ADLER_BLOCK;

/** Adds a block to the two sums. */
__attribute__((always_inline)) inline void addBlock(const uint8_t* bytes, uint32_t& low, uint32_t& high) {
  // `before` counts up what the sum of a lane was before each of its bytes: what the second sum is made of.
  uint16_t sums[ADLER_LANES] = {};
  uint16_t before[ADLER_LANES] = {};
  for (size_t row = 0; row < ADLER_ROWS; row++) {
    for (size_t lane = 0; lane < ADLER_LANES; lane++) {
      before[lane] = static_cast<uint16_t>(before[lane] + sums[lane]);
      sums[lane] = static_cast<uint16_t>(sums[lane] + bytes[row * ADLER_LANES + lane]);
    }
  }
  uint32_t added = 0;
  uint32_t rows = 0;
  uint32_t within = 0;
  for (size_t lane = 0; lane < ADLER_LANES; lane++) {
    added += sums[lane];
    rows += before[lane];
    within += sums[lane] * static_cast<uint32_t>(ADLER_LANES - lane);
  }
  high += low * static_cast<uint32_t>(ADLER_BLOCK) + rows * static_cast<uint32_t>(ADLER_LANES) + within;
  low += added;
}

__attribute__((always_inline)) inline uint32_t sumAdler32(const uint8_t* bytes, size_t length,
                                                          uint32_t seed) {
  uint32_t low = seed & 0xffff;
  uint32_t high = seed >> 16;
  while (length >= ADLER_BLOCK) {
    size_t blocks = std::min(length / ADLER_BLOCK, ADLER_REDUCE_BLOCKS);
    length -= blocks * ADLER_BLOCK;
    for (; blocks > 0; blocks--, bytes += ADLER_BLOCK) addBlock(bytes, low, high);
    low %= ADLER_MODULUS;
    high %= ADLER_MODULUS;
  }
  if (length == 0) return high << 16 | low;
  for (; length > 0; bytes++, length--) {
    low += *bytes;
    high += low;
  }
  return (high % ADLER_MODULUS) << 16 | low % ADLER_MODULUS;
}

#if defined(__x86_64__)

/** The same with vectors of twice the length. */
__attribute__((target("avx2"))) uint32_t sumAdler32WithAvx2(const uint8_t* bytes, size_t length,
                                                            uint32_t seed) {
  return sumAdler32(bytes, length, seed);
}

#endif

/** Row k holds the CRC of each byte value with k zero bytes behind it: eight bytes take eight lookups, none
 * of which waits. */
constexpr size_t CRC_ROWS = 8;

constexpr std::array<std::array<uint32_t, 256>, CRC_ROWS> makeCrcTable() {
  std::array<std::array<uint32_t, 256>, CRC_ROWS> table{};
  for (uint32_t byte = 0; byte < 256; byte++) {
    uint32_t crc = byte;
    for (int bit = 0; bit < 8; bit++) crc = timesX(crc);
    table[0][byte] = crc;
  }
  for (size_t row = 1; row < CRC_ROWS; row++) {
    for (size_t byte = 0; byte < 256; byte++) {
      const uint32_t crc = table[row - 1][byte];
      table[row][byte] = (crc >> 8) ^ table[0][crc & 0xff];
    }
  }
  return table;
}

constexpr auto CRC_TABLE = makeCrcTable();

/** Continues the CRC register, which is the complement of the CRC. */
uint32_t tableCrc32(const uint8_t* bytes, size_t length, uint32_t crc) {
  const auto& table = CRC_TABLE;
  for (; length >= 8; bytes += 8, length -= 8) {
    const uint32_t one = loadLe<uint32_t>(bytes) ^ crc;
    const uint32_t two = loadLe<uint32_t>(bytes + 4);
    crc = table[7][one & 0xff] ^ table[6][(one >> 8) & 0xff] ^ table[5][(one >> 16) & 0xff] ^
          table[4][one >> 24] ^ table[3][two & 0xff] ^ table[2][(two >> 8) & 0xff] ^
          table[1][(two >> 16) & 0xff] ^ table[0][two >> 24];
  }
  for (; length > 0; bytes++, length--) crc = (crc >> 8) ^ table[0][(crc ^ *bytes) & 0xff];
  return crc;
}

}  // namespace

uint32_t adler32(const uint8_t* bytes, size_t length, uint32_t seed) {
#if defined(__x86_64__)
  static const bool hasAvx2 = __builtin_cpu_supports("avx2") != 0;
  if (hasAvx2) return sumAdler32WithAvx2(bytes, length, seed);
#endif
  return sumAdler32(bytes, length, seed);
}

uint32_t crc32(const uint8_t* bytes, size_t length, uint32_t seed) {
  uint32_t crc = ~seed;
  // What is left of long data may be long enough to be folded again.
  while (length >= CRC_FOLD_LEAST_BYTES && canFoldCrc32()) {
    uint8_t folded[CRC_FOLDED_BYTES];
    const size_t taken = foldCrc32(bytes, length, crc, folded);
    crc = tableCrc32(folded, CRC_FOLDED_BYTES, 0);
    bytes += taken;
    length -= taken;
  }
  return ~tableCrc32(bytes, length, crc);
}

}  // namespace nx
