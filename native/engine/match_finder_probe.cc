// SPDX-License-Identifier: MIT
#include "match_finder_probe.h"

#include <algorithm>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace nx {

namespace {

/** Bytes that a position must have to be searched or inserted: one load. */
constexpr size_t LOOK = 8;

/** Distances are taken modulo 32768: what is farther away is only looked at where it cannot be found. */
constexpr uint32_t DISTANCE_MASK = REACH - 1;

/**
 * How many bytes at `candidate` equal those at `here`, at most `most`; the first 4 are known to. Every x86-64
 * processor compares 32 of them at once, which spares a branch on the length that is wrong half of the time.
 */
uint32_t matchLength(const uint8_t* candidate, const uint8_t* here, uint32_t most) {
#if defined(__SSE2__)
  if (most >= 32) {
    const auto equal = [&](size_t at) {
      const __m128i one = _mm_loadu_si128(reinterpret_cast<const __m128i*>(candidate + at));
      const __m128i other = _mm_loadu_si128(reinterpret_cast<const __m128i*>(here + at));
      return static_cast<uint64_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(one, other)));
    };
    const auto length = static_cast<uint32_t>(__builtin_ctzll(~(equal(0) | equal(16) << 16)));
    return length < 32 ? length : commonLength(candidate, here, most, length);
  }
#endif
  return commonLength(candidate, here, most);
}

/** Bits of the table's hash for a source of `length` bytes: about as many entries as positions. */
unsigned hash5Bits(size_t length) {
  unsigned bits = LEAST_HASH5_BITS;
  while (bits < MOST_HASH5_BITS && length > size_t{1} << bits) bits++;
  return bits;
}

}  // namespace

void ProbeFinder::begin(const uint8_t* source, size_t length, size_t historyBytes,
                        const ProbeEffort& effort) {
  const unsigned bits = hash5Bits(length);
  std::fill_n(table_.begin(), size_t{1} << bits, uint16_t{0});
  shift_ = 32 - bits;
  bytes_ = source;
  length_ = length;
  position_ = historyBytes;
  misses_ = 0;
  effort_ = effort;
  for (size_t at = 0; at < historyBytes && at + LOOK <= length; at += HISTORY_STRIDE) {
    table_[hash5(loadLe<uint64_t>(source + at))] = static_cast<uint16_t>(at);
  }
}

bool ProbeFinder::find(TokenChunk& chunk) {
  const uint8_t* const bytes = bytes_;
  const size_t end = length_;
  const size_t lookEnd = end < LOOK ? 0 : end - LOOK + 1;
  const uint32_t skip = effort_.skip;
  size_t position = position_;
  uint32_t misses = misses_;

  while (position < lookEnd && chunk.length < CHUNK_TOKENS) {
    const uint8_t* const at = bytes + position;
    const auto look = loadLe<uint64_t>(at);
    uint16_t& entry = table_[hash5(look)];
    // It is at most `position`, so that there are bytes whatever the entry says.
    const uint32_t distance = static_cast<uint32_t>(position - entry) & DISTANCE_MASK;
    entry = static_cast<uint16_t>(position);
    const uint64_t difference = loadLe<uint64_t>(at - distance) ^ look;
    if (static_cast<uint32_t>(difference) != 0 || distance == 0) {
      if (misses >> skip == 0) {
        chunk.addLiteral(*at);
        misses++;
        position++;
      } else {
        position = addLiterals(chunk, bytes, position, end, misses, skip);
      }
      continue;
    }
    misses = 0;
    const auto most = static_cast<uint32_t>(std::min<size_t>(end - position, MAX_MATCH));
    const uint32_t length = matchLength(at - distance, at, most);
    chunk.addMatch(length, distance);
    position += length;
    // Few of its positions are worth an entry: the first ones, as the match may have begun late, and the
    // last.
    if (position - 1 < lookEnd) {
      table_[hash5(loadLe<uint64_t>(at + 1))] = static_cast<uint16_t>(position - length + 1);
      table_[hash5(loadLe<uint64_t>(at + 2))] = static_cast<uint16_t>(position - length + 2);
      table_[hash5(loadLe<uint64_t>(at + length - 1))] = static_cast<uint16_t>(position - 1);
    }
  }

  if (position >= lookEnd) {
    while (position < end) chunk.addLiteral(bytes[position++]);
  }
  position_ = position;
  misses_ = misses;
  return position < end;
}

}  // namespace nx
