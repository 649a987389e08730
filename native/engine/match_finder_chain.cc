#include "match_finder_chain.h"

#include <algorithm>

namespace nx {

namespace {

/** The chain's entry of a position is at its low 15 bits: what is overwritten has gone out of reach. */
constexpr int32_t CHAIN_MASK = REACH - 1;

}  // namespace

void ChainFinder::begin(const uint8_t* source, size_t length, size_t historyBytes,
                        const ChainEffort& effort) {
  base_ += static_cast<int64_t>(length_) + REACH;
  if (base_ > REBASE_AT) {
    newest_.fill(0);
    newest3_.fill(0);
    base_ = REACH;
  }
  bytes_ = source;
  length_ = length;
  position_ = historyBytes;
  misses_ = 0;
  effort_ = effort;
  insert(0, historyBytes);
}

bool ChainFinder::find(TokenChunk& chunk) {
  if (base_ + static_cast<int64_t>(position_) > REBASE_AT) rebase();
  const ChainEffort effort = effort_;
  const uint8_t* const bytes = bytes_;
  const int64_t base = base_;
  const size_t end = length_;
  const size_t wordEnd = end < 3 ? 0 : end - 3;
  size_t position = position_;
  uint32_t misses = misses_;
  uint32_t heldLength = 0;
  int32_t heldDistance = 0;

  // A chunk never ends while a match is held, so that what is held need not be kept between chunks.
  while (position < wordEnd && (chunk.length < CHUNK_TOKENS || heldLength != 0)) {
    const uint8_t* const at = bytes + position;
    const auto word = loadLe<uint32_t>(at);
    const auto here = static_cast<int32_t>(base + static_cast<int64_t>(position));
    int32_t& newest = newest_[hash4(word)];
    int32_t& newest3 = newest3_[hash3(word)];
    const int32_t near = here - newest3;
    int32_t entry = newest;
    newest3 = here;
    newest = here;
    chain_[static_cast<size_t>(here & CHAIN_MASK)] = entry;

    uint32_t length = heldLength;
    int32_t distance = 0;
    if (heldLength == 0) {
      length = 3;
      if (near <= NEAR3 && (loadLe<uint32_t>(at - near) ^ word) << 8 == 0) distance = near;
    }
    const auto most = static_cast<uint32_t>(std::min<size_t>(end - position, MAX_MATCH));
    if (here - entry < REACH && length < most) {
      const uint32_t enough = std::min(effort.nice, most);
      uint32_t left = heldLength < effort.good ? effort.depth : effort.depth >> 2;
      // A candidate can only be longer if it agrees in the four bytes that end where the longer match would.
      auto tail = loadLe<uint32_t>(at + length - 3);
      do {
        const uint8_t* const candidate = at - (here - entry);
        const int32_t following = chain_[static_cast<size_t>(entry & CHAIN_MASK)];
        if (loadLe<uint32_t>(candidate + length - 3) == tail && loadLe<uint32_t>(candidate) == word) {
          const uint32_t other = commonLength(candidate, at, most);
          if (other > length) {
            length = other;
            distance = here - entry;
            if (length >= enough) break;
            tail = loadLe<uint32_t>(at + length - 3);
          }
        }
        entry = following;
      } while (--left > 0 && here - entry < REACH);
    }

    if (distance != 0) {
      if (heldLength != 0) chunk.addLiteral(at[-1]);
      if (length < effort.lazy) {
        heldLength = length;
        heldDistance = distance;
        position++;
        continue;
      }
    } else if (heldLength == 0) {
      position = addLiterals(chunk, bytes, position, end, misses, effort.skip);
      continue;
    }

    // The match starts here, or it is the held one, which starts one byte before.
    const size_t searched = position + 1;
    if (distance == 0) {
      length = heldLength;
      distance = heldDistance;
      position--;
    }
    heldLength = 0;
    misses = 0;
    chunk.addMatch(length, static_cast<uint32_t>(distance));
    position += length;
    insert(searched, position);
  }

  if (heldLength != 0) {
    chunk.addMatch(heldLength, static_cast<uint32_t>(heldDistance));
    position += heldLength - 1;
  }
  if (position >= wordEnd) {
    while (position < end) chunk.addLiteral(bytes[position++]);
  }
  position_ = position;
  misses_ = misses;
  return position < end;
}

/** Inserts the positions from `from` on that are below `to` and have a word. */
void ChainFinder::insert(size_t from, size_t to) {
  const size_t last = std::min(to, length_ < 3 ? 0 : length_ - 3);
  for (size_t position = from; position < last; position++) {
    const auto word = loadLe<uint32_t>(bytes_ + position);
    const auto here = static_cast<int32_t>(base_ + static_cast<int64_t>(position));
    int32_t& newest = newest_[hash4(word)];
    chain_[static_cast<size_t>(here & CHAIN_MASK)] = newest;
    newest = here;
    newest3_[hash3(word)] = here;
  }
}

void ChainFinder::rebase() {
  // A multiple of the chain's size, so that every position keeps its entry there.
  const int64_t delta = (base_ + static_cast<int64_t>(position_) - 2 * REACH) & ~int64_t{CHAIN_MASK};
  moveDown(newest_, static_cast<int32_t>(delta));
  moveDown(newest3_, static_cast<int32_t>(delta));
  moveDown(chain_, static_cast<int32_t>(delta));
  base_ -= delta;
}

}  // namespace nx
