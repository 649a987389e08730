// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

#include "bytes.h"
#include "tokens.h"

/** What the match finders share. The rule that they follow is written down in lib/model/nx/match-finder.ts.
 */
namespace nx {

constexpr uint32_t HASH_MULTIPLIER = 0x9e3779b1;
/** For the bytes of a chain's hash behind the first four. */
constexpr uint32_t FIFTH_MULTIPLIER = 0x85ebca6b;

/** Bits of the hashes over 4 and over 3 bytes. Part of the rule: other values mean other tokens. */
constexpr unsigned HASH4_BITS = 15;
constexpr unsigned HASH3_BITS = 14;

/** Bits of the hash of the chains. */
constexpr unsigned CHAIN_BITS = 16;

/** Bits of the hash over 5 bytes, for short and for long sources. */
constexpr unsigned LEAST_HASH5_BITS = 10;
constexpr unsigned MOST_HASH5_BITS = 15;

/** Positions that the probe rule searches before it looks whether one of them is a match. */
constexpr size_t GROUP = 4;

/** Pieces that the probe rule cuts data into, the least data that is cut, and the longest piece. */
constexpr size_t PIECES = 3;
constexpr size_t LEAST_CUT_BYTES = 96 * 1024;
constexpr size_t MOST_PIECE_BYTES = 96 * 1024;

/** Every how many bytes the probe rule inserts a position of the history. */
constexpr size_t HISTORY_STRIDE = 8;

/** Farthest distance of a 3-byte match. */
constexpr int32_t NEAR3 = 2048;

/** Least gain of a match over the one that is held. */
constexpr int LEAST_GAIN = 3;

/** Most literals that one search without result is followed by. */
constexpr uint32_t MAX_STEP = 16;

/** The longest source that the small rule is for. */
constexpr size_t SMALL_BYTES = 4096;

/** The largest distance is one less than this. */
constexpr int32_t REACH = 32768;

/**
 * Tables hold base + position, and base grows by more than `REACH` from job to job, so that old entries are
 * out of reach and nothing is cleared. Beyond this value entries are cleared, or within a job moved down, so
 * that all stay clear of 32-bit overflow: a chunk adds at most 2.4 MB. Smaller: cleared more often.
 */
constexpr int64_t REBASE_AT = int64_t{1} << 30;

inline uint32_t hash4(uint32_t word) {
  return (word * HASH_MULTIPLIER) >> (32 - HASH4_BITS);
}
/** Of the first three bytes: their product is that of all four, moved up, which need not be computed again.
 */
inline uint32_t hash3(uint32_t word) {
  return word * HASH_MULTIPLIER << 8 >> (32 - HASH3_BITS);
}

/** Moves table entries down by `delta`; those that are out of reach become empty. */
template <typename Table>
void moveDown(Table& table, typename Table::value_type delta) {
  for (auto& entry : table) entry = entry > delta ? entry - delta : 0;
}

/** Bits of a distance below its highest one. */
inline int magnitude(int32_t distance) {
  return 31 - __builtin_clz(static_cast<uint32_t>(distance));
}

/** Whether a match is so much longer than the held one, a byte before it, that it counts. A distance costs
 * about a bit for each of its own. */
inline bool isGain(uint32_t length, int32_t distance, uint32_t heldLength, int32_t heldDistance) {
  return 4 * static_cast<int>(length - heldLength) + magnitude(heldDistance) - magnitude(distance) >=
         LEAST_GAIN;
}

/** How many bytes at `candidate` equal those at `here`, at most `most`; the first `length` are known to. */
inline uint32_t commonLength(const uint8_t* candidate, const uint8_t* here, uint32_t most,
                             uint32_t length = 4) {
  for (; length + 8 <= most; length += 8) {
    const uint64_t difference = loadLe<uint64_t>(candidate + length) ^ loadLe<uint64_t>(here + length);
    if (difference != 0) return length + (static_cast<uint32_t>(__builtin_ctzll(difference)) >> 3);
  }
  while (length < most && candidate[length] == here[length]) length++;
  return length;
}

/**
 * Adds the literals that follow a search without result, but none beyond `end`; see "Misses" in the rule.
 *
 * @param misses counts such literals up
 * @returns the position behind them
 */
inline size_t addLiterals(TokenChunk& chunk, const uint8_t* bytes, size_t position, size_t end,
                          uint32_t& misses, uint32_t skip) {
  uint32_t step = misses >> skip;
  step = step < MAX_STEP ? step + 1 : MAX_STEP;
  if (step > end - position) step = static_cast<uint32_t>(end - position);
  misses += step;
  do chunk.addLiteral(bytes[position++]);
  while (--step > 0);
  return position;
}

}  // namespace nx
