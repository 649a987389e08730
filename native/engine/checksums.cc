// SPDX-License-Identifier: MIT
#include "checksums.h"

#include <algorithm>
#include <array>

#include "bytes.h"
#include "crc32_fold.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace nx {

namespace {

/** Adler-32's modulus: the largest prime below 65536 (RFC 1950 8.2). */
constexpr uint32_t ADLER_MODULUS = 65521;

/** Rows of lanes that 16 bits can take: 255 n (n - 1) / 2 stays below 2^16 up to 23. */
constexpr size_t ADLER_ROWS = 16;

/**
 * Bytes after which the sums are reduced: 255 n (n + 1) / 2 + (n + 1) 65535 < 2^32 for n up to 5552. A seed
 * that is not reduced comes to at most 65535, and is returned as it is if there are no bytes.
 */
constexpr size_t ADLER_REDUCE_BYTES = 5552;

/** What a block of `ADLER_ROWS` rows of bytes adds up to, in lanes side by side. */
template <size_t COUNT>
struct AdlerLanes {
  uint16_t sums[COUNT];
  /** What the sum of the lane was before each of its bytes, added up: what the second sum is made of. */
  uint16_t before[COUNT];
};

/** Adds up a block by whatever vectors the processor of the caller has. */
struct AnyVectors {
  static constexpr size_t LANES = 32;
  __attribute__((always_inline)) static void add(const uint8_t* bytes, AdlerLanes<LANES>& lanes) {
    uint16_t sums[LANES] = {};
    uint16_t before[LANES] = {};
    for (size_t row = 0; row < ADLER_ROWS; row++) {
      for (size_t lane = 0; lane < LANES; lane++) {
        before[lane] = static_cast<uint16_t>(before[lane] + sums[lane]);
        sums[lane] = static_cast<uint16_t>(sums[lane] + bytes[row * LANES + lane]);
      }
    }
    std::copy_n(sums, LANES, lanes.sums);
    std::copy_n(before, LANES, lanes.before);
  }
};

/** Adds a block to the two sums. */
template <size_t COUNT>
__attribute__((always_inline)) inline void addLanes(const AdlerLanes<COUNT>& lanes, uint32_t& low,
                                                    uint32_t& high) {
  uint32_t added = 0;
  uint32_t rows = 0;
  uint32_t within = 0;
  for (size_t lane = 0; lane < COUNT; lane++) {
    added += lanes.sums[lane];
    rows += lanes.before[lane];
    within += lanes.sums[lane] * static_cast<uint32_t>(COUNT - lane);
  }
  high += low * static_cast<uint32_t>(COUNT * ADLER_ROWS) + rows * static_cast<uint32_t>(COUNT) + within;
  low += added;
}

/** Takes whole blocks off the bytes. */
template <typename Vectors>
__attribute__((always_inline)) inline void sumBlocks(const uint8_t*& bytes, size_t& length, uint32_t& low,
                                                     uint32_t& high) {
  constexpr size_t BLOCK = Vectors::LANES * ADLER_ROWS;
  while (length >= BLOCK) {
    size_t blocks = std::min(length / BLOCK, ADLER_REDUCE_BYTES / BLOCK);
    length -= blocks * BLOCK;
    for (; blocks > 0; blocks--, bytes += BLOCK) {
      AdlerLanes<Vectors::LANES> lanes;
      Vectors::add(bytes, lanes);
      addLanes(lanes, low, high);
    }
    low %= ADLER_MODULUS;
    high %= ADLER_MODULUS;
  }
}

/** @tparam Wide for most of the bytes; what it leaves is taken by `AnyVectors`, and the last ones one by one
 */
template <typename Wide>
__attribute__((always_inline)) inline uint32_t sumAdler32(const uint8_t* bytes, size_t length,
                                                          uint32_t seed) {
  uint32_t low = seed & 0xffff;
  uint32_t high = seed >> 16;
  sumBlocks<Wide>(bytes, length, low, high);
  sumBlocks<AnyVectors>(bytes, length, low, high);
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
  return sumAdler32<AnyVectors>(bytes, length, seed);
}

/** By vectors of 512 bits, which compilers avoid of themselves. */
struct Avx512Vectors {
  static constexpr size_t LANES = 64;
  __attribute__((target("avx512bw"))) static __m512i half(const uint8_t* bytes) {
    return _mm512_cvtepu8_epi16(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(bytes)));
  }
  __attribute__((target("avx512bw"))) static void add(const uint8_t* bytes, AdlerLanes<LANES>& lanes) {
    __m512i sums = half(bytes);
    __m512i otherSums = half(bytes + 32);
    __m512i before = _mm512_setzero_si512();
    __m512i otherBefore = _mm512_setzero_si512();
    for (size_t row = 1; row < ADLER_ROWS; row++) {
      before = _mm512_add_epi16(before, sums);
      otherBefore = _mm512_add_epi16(otherBefore, otherSums);
      sums = _mm512_add_epi16(sums, half(bytes + row * LANES));
      otherSums = _mm512_add_epi16(otherSums, half(bytes + row * LANES + 32));
    }
    _mm512_storeu_si512(lanes.sums, sums);
    _mm512_storeu_si512(lanes.sums + 32, otherSums);
    _mm512_storeu_si512(lanes.before, before);
    _mm512_storeu_si512(lanes.before + 32, otherBefore);
  }
};

__attribute__((target("avx512bw"))) uint32_t sumAdler32WithAvx512(const uint8_t* bytes, size_t length,
                                                                  uint32_t seed) {
  return sumAdler32<Avx512Vectors>(bytes, length, seed);
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
  static const bool hasAvx512 = __builtin_cpu_supports("avx512bw") != 0;
  if (hasAvx512) return sumAdler32WithAvx512(bytes, length, seed);
  static const bool hasAvx2 = __builtin_cpu_supports("avx2") != 0;
  if (hasAvx2) return sumAdler32WithAvx2(bytes, length, seed);
#endif
  return sumAdler32<AnyVectors>(bytes, length, seed);
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
