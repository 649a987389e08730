#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "deflate.h"

namespace nx {

/**
 * A token is one LZ77 step in 29 bits. A literal is its byte. A match has distance - 1 in bits 0-14, its
 * length in bits 15-23 and its distance symbol in bits 24-28, so that only the match finder has to work that
 * symbol out.
 */
using Token = uint32_t;
constexpr unsigned TOKEN_LENGTH_SHIFT = 15;
constexpr unsigned TOKEN_SYMBOL_SHIFT = 24;
constexpr uint32_t TOKEN_DISTANCE_MASK = 0x7fff;
constexpr uint32_t TOKEN_LENGTH_MASK = 0x1ff;

/** Where the counts of D0..D29 start in a histogram, after LL0..LL285. */
constexpr size_t FIRST_D_COUNT = LL_SYMBOLS;

/** Symbols that were counted: LL0..LL285, then D0..D29, as in the CPB's LZcount (UM table 6-4). */
using Histogram = std::array<uint32_t, LL_SYMBOLS + D_SYMBOLS>;

/** The counters of LZcount have 24 bits and stay at their largest value (UM 5.1.1). */
constexpr uint32_t MAX_COUNT = 0xffffff;

/**
 * Tokens after which a finder hands over its chunk. Larger: fewer rounds of costing 316 symbols. Smaller:
 * fewer bytes; these 32 KiB compete with the finder's tables for the second-level cache.
 */
constexpr size_t CHUNK_TOKENS = 8192;

/** Tokens that a finder may still add once it has seen a full chunk: one step of literals, or a row of
 * put-off matches. */
constexpr size_t SLACK_TOKENS = 1024;

/** The histogram entry of each match length. */
constexpr std::array<uint16_t, MAX_MATCH + 1> makeLengthCounts() {
  std::array<uint16_t, MAX_MATCH + 1> counts{};
  for (unsigned symbol = 0; symbol < LENGTH_BASE.size(); symbol++) {
    for (unsigned length = LENGTH_BASE[symbol]; length <= MAX_MATCH; length++) {
      counts[length] = static_cast<uint16_t>(FIRST_LENGTH_SYMBOL + symbol);
    }
  }
  return counts;
}
inline constexpr auto LENGTH_COUNT = makeLengthCounts();

/** A chunk of tokens and the histogram of their symbols. */
struct TokenChunk {
  std::array<Token, CHUNK_TOKENS + SLACK_TOKENS> tokens;
  size_t length;
  Histogram histogram;

  void clear() {
    length = 0;
    histogram.fill(0);
  }

  void addLiteral(uint8_t byte) {
    tokens[length++] = byte;
    histogram[byte]++;
  }

  /** @param matchLength 3..258; @param distance 1..32768 */
  void addMatch(uint32_t matchLength, uint32_t distance) {
    // From distance 5 on the symbol is twice the number of the highest bit of distance - 1, plus the bit
    // below it.
    const uint32_t gap = distance - 1;
    uint32_t symbol = gap;
    if (gap >= 2) {
      const uint32_t highest = 31 - static_cast<uint32_t>(__builtin_clz(gap));
      symbol = 2 * highest + ((gap >> (highest - 1)) & 1);
    }
    tokens[length++] = symbol << TOKEN_SYMBOL_SHIFT | matchLength << TOKEN_LENGTH_SHIFT | gap;
    histogram[LENGTH_COUNT[matchLength]]++;
    histogram[FIRST_D_COUNT + symbol]++;
  }
};

/** Adds a chunk's histogram to the job's counts; a count stays at `MAX_COUNT` once it is there. */
inline void addSaturating(Histogram& counts, const Histogram& histogram) {
  for (size_t symbol = 0; symbol < counts.size(); symbol++) {
    counts[symbol] = std::min(counts[symbol] + histogram[symbol], MAX_COUNT);
  }
}

}  // namespace nx
