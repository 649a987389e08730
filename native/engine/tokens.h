// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "deflate.h"

namespace nx {

/**
 * A token is one LZ77 step in 29 bits. A match has 253 + its length in bits 0-8, its distance symbol in bits
 * 9-13 and distance - 1 in bits 14-28. A literal has its byte in bits 0-8 and `NO_DISTANCE` as its distance
 * symbol, which sends no bits: so all tokens are sent in the same way, without a branch that nobody could
 * predict. (The model, to which 64 bits cost more than a branch, has another layout.)
 */
using Token = uint32_t;
constexpr uint32_t TOKEN_LL_MASK = 0x1ff;
constexpr uint32_t TOKEN_FIRST_LENGTH = 256 - MIN_MATCH;
constexpr unsigned TOKEN_SYMBOL_SHIFT = 9;
constexpr uint32_t TOKEN_SYMBOL_MASK = 0x1f;
constexpr unsigned TOKEN_DISTANCE_SHIFT = 14;
constexpr uint32_t NO_DISTANCE = D_SYMBOLS;

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

inline Token literalToken(uint8_t byte) {
  return NO_DISTANCE << TOKEN_SYMBOL_SHIFT | byte;
}

/**
 * The symbol of a distance of `gap` + 1. From gap 2 on it is twice the number of gap's highest bit, plus the
 * bit below it: in a floating-point number the end of its exponent and the begin of its fraction. The half
 * brings gap 1 into line.
 */
inline uint32_t distanceSymbol(uint32_t gap) {
  constexpr int32_t BIAS = 2 * 127;
  const float number = static_cast<float>(static_cast<int32_t>(gap)) + 0.5F;
  int32_t bits;
  std::memcpy(&bits, &number, sizeof bits);
  return static_cast<uint32_t>(std::max((bits >> 22) - BIAS, 0));
}

/** The token of a match of 3..258 bytes at a distance of `gap` + 1, whose symbol is given. */
inline Token matchToken(uint32_t matchLength, uint32_t gap, uint32_t symbol) {
  return gap << TOKEN_DISTANCE_SHIFT | symbol << TOKEN_SYMBOL_SHIFT | (TOKEN_FIRST_LENGTH + matchLength);
}

/** A chunk of tokens and the histogram of their symbols. */
struct TokenChunk {
  /** Where they are: in `room`, unless a finder has them elsewhere. */
  const Token* tokens;
  size_t length;
  Histogram histogram;
  std::array<Token, CHUNK_TOKENS + SLACK_TOKENS> room;

  void clear() {
    tokens = room.data();
    length = 0;
    histogram.fill(0);
  }

  void addLiteral(uint8_t byte) {
    room[length++] = literalToken(byte);
    histogram[byte]++;
  }

  /** @param matchLength 3..258; @param distance 1..32768 */
  void addMatch(uint32_t matchLength, uint32_t distance) {
    const uint32_t symbol = distanceSymbol(distance - 1);
    room[length++] = matchToken(matchLength, distance - 1, symbol);
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
