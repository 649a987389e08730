// SPDX-License-Identifier: MIT
#include "match_finder_small.h"

#include <algorithm>
#include <limits>

namespace nx {

namespace {

/** How many positions at the end of a source have no word. */
constexpr size_t LAST_POSITIONS = 3;

}  // namespace

void SmallFinder::begin(const uint8_t* source, size_t length, size_t historyBytes,
                        const ChainEffort& effort) {
  base_ = nextBase_;
  if (base_ + length > std::numeric_limits<uint16_t>::max()) {
    newest_.fill(0);
    base_ = 1;
  }
  nextBase_ = base_ + static_cast<uint32_t>(length);
  bytes_ = source;
  length_ = length;
  wordEnd_ = length - std::min(length, LAST_POSITIONS);
  historyBytes_ = historyBytes;
  effort_ = effort;
  insert();
}

/** Inserts all positions before the first one is searched: without a branch, so that none waits for one that
 * was guessed wrongly. */
void SmallFinder::insert() {
  const uint8_t* const bytes = bytes_;
  const uint32_t base = base_;
  const size_t wordEnd = wordEnd_;
  for (size_t first = 0; first < wordEnd; first += 64) {
    const size_t count = std::min<size_t>(64, wordEnd - first);
    uint64_t candidates = 0;
    for (size_t index = 0; index < count; index++) {
      const size_t position = first + index;
      uint16_t& newest = newest_[hash4(loadLe<uint32_t>(bytes + position))];
      const uint16_t before = newest;
      newest = static_cast<uint16_t>(base + position);
      chain_[position] = before;
      candidates |= uint64_t{before >= base} << index;
    }
    candidates_[first / 64] = candidates;
  }
}

/** How many positions from `position` on, which has a word, have no candidate; not all of them need be
 * counted. */
size_t SmallFinder::untilCandidate(size_t position) const {
  const uint64_t candidates = candidates_[position / 64] >> (position % 64);
  if (candidates != 0) return static_cast<size_t>(__builtin_ctzll(candidates));
  return std::min(64 - position % 64, wordEnd_ - position);
}

void SmallFinder::find(TokenChunk& chunk) {
  const ChainEffort effort = effort_;
  const uint8_t* const bytes = bytes_;
  const uint32_t base = base_;
  const size_t end = length_;
  const size_t wordEnd = wordEnd_;
  size_t position = historyBytes_;
  uint32_t heldLength = 0;
  int32_t heldDistance = 0;

  while (position < wordEnd) {
    if (heldLength == 0) {
      size_t literals = untilCandidate(position);
      if (literals != 0) {
        do chunk.addLiteral(bytes[position++]);
        while (--literals > 0);
        continue;
      }
    }
    const uint8_t* const at = bytes + position;
    uint32_t length = std::max(heldLength, 3u);
    int32_t distance = 0;
    uint32_t entry = chain_[position];
    if (entry >= base) {
      const auto most = static_cast<uint32_t>(std::min<size_t>(end - position, MAX_MATCH));
      const uint32_t enough = std::min(effort.nice, most);
      if (length < enough) {
        uint32_t left = heldLength < effort.good ? effort.depth : effort.depth >> 2;
        const auto word = loadLe<uint32_t>(at);
        // A candidate can only be longer if it agrees in the four bytes that end where the longer match
        // would.
        size_t tailAt = length - 3;
        auto tail = loadLe<uint32_t>(at + tailAt);
        do {
          const size_t from = entry - base;
          const uint8_t* const candidate = bytes + from;
          entry = chain_[from];
          if (loadLe<uint32_t>(candidate + tailAt) == tail && loadLe<uint32_t>(candidate) == word) {
            const uint32_t other = commonLength(candidate, at, most);
            if (other > length) {
              length = other;
              distance = static_cast<int32_t>(position - from);
              if (length >= enough) break;
              tailAt = length - 3;
              tail = loadLe<uint32_t>(at + tailAt);
            }
          }
        } while (entry >= base && left-- > 0);
      }
    }

    if (heldLength != 0 && distance != 0 && !isGain(length, distance, heldLength, heldDistance)) distance = 0;

    if (distance != 0) {
      if (heldLength != 0) chunk.addLiteral(at[-1]);
      if (length < effort.lazy) {
        heldLength = length;
        heldDistance = distance;
        position++;
        continue;
      }
    } else if (heldLength == 0) {
      chunk.addLiteral(bytes[position++]);
      continue;
    }

    // The match starts here, or it is the held one, which starts one byte before.
    if (distance == 0) {
      length = heldLength;
      distance = heldDistance;
      position--;
    }
    heldLength = 0;
    chunk.addMatch(length, static_cast<uint32_t>(distance));
    position += length;
  }

  if (heldLength != 0) {
    chunk.addMatch(heldLength, static_cast<uint32_t>(heldDistance));
    position += heldLength - 1;
  }
  while (position < end) chunk.addLiteral(bytes[position++]);
}

}  // namespace nx
