// SPDX-License-Identifier: MIT
#include "match_finder_chain.h"

#include <algorithm>
#include <cstring>

namespace nx {

namespace {

/** The chain's entry of a position is at its low 15 bits: what is overwritten has gone out of reach. */
constexpr int32_t CHAIN_MASK = REACH - 1;

/** Bytes that a position must have up to the end of the source for all of the rule. */
constexpr size_t LOOK_BYTES = 8;

/** Bytes that are enough to be looked for at the nearest position. */
constexpr size_t WORD_BYTES = 4;

/** All hashes of a position: of the chains, and over 4 and 3 bytes. */
struct Hashes {
  uint32_t chain;
  uint32_t four;
  uint32_t three;
};

/** @param shift bits of the eight bytes that the hash of the chains does not cover */
inline Hashes hashesOf(uint64_t bytes, unsigned shift) {
  const auto word = static_cast<uint32_t>(bytes);
  const uint32_t high = static_cast<uint32_t>(bytes >> 32) << shift;
  const uint32_t chain = (word * HASH_MULTIPLIER + high * FIFTH_MULTIPLIER) >> (32 - CHAIN_BITS);
  return {chain, hash4(word), hash3(word)};
}

/** Bits of a chain hash's eight bytes that a span leaves out. */
unsigned shiftOf(const ChainEffort& effort) {
  return 8 * (8 - effort.span);
}

}  // namespace

void ChainFinder::begin(const uint8_t* source, size_t length, size_t historyBytes, const ChainEffort& effort,
                        bool isOwn) {
  const bool continues = holds(source, historyBytes, effort);
  if (continues) {
    base_ += static_cast<int64_t>(length_ - historyBytes);
  } else {
    base_ += static_cast<int64_t>(length_) + REACH;
    if (base_ > REBASE_AT) {
      newest_.fill(0);
      newest4_.fill(0);
      newest3_.fill(0);
      base_ = REACH;
    }
  }
  bytes_ = source;
  length_ = length;
  position_ = historyBytes;
  misses_ = 0;
  effort_ = effort;
  isOwn_ = isOwn;
  stepped_ = 0;
  keptBytes_ = 0;
  // The last positions of the source before had not enough bytes to be inserted.
  insert(continues && historyBytes >= LOOK_BYTES ? historyBytes - LOOK_BYTES + 1 : 0, historyBytes);
}

/** Whether the tables hold what inserting this history would put there. */
bool ChainFinder::holds(const uint8_t* source, size_t historyBytes, const ChainEffort& effort) const {
  return historyBytes > 0 && historyBytes <= keptBytes_ && effort.span == effort_.span &&
         effort.near3 == effort_.near3 &&
         std::memcmp(kept_.data() + (keptBytes_ - historyBytes), source, historyBytes) == 0;
}

/** Keeps the end of the source, as far as every position of it has been inserted. */
void ChainFinder::keep() {
  if (!isOwn_) return;
  keptBytes_ = std::min<size_t>(length_ - stepped_, REACH);
  std::memcpy(kept_.data(), bytes_ + (length_ - keptBytes_), keptBytes_);
}

bool ChainFinder::find(TokenChunk& chunk) {
  if (base_ + static_cast<int64_t>(position_) > REBASE_AT) rebase();
  return effort_.near3 ? findWith<true>(chunk) : findWith<false>(chunk);
}

template <bool NEAR_TOO>
bool ChainFinder::findWith(TokenChunk& chunk) {
  const ChainEffort effort = effort_;
  const unsigned shift = shiftOf(effort);
  const uint8_t* const bytes = bytes_;
  const int64_t base = base_;
  // Where the byte of entry 0 would be: no memory of ours, so it is a number.
  const uintptr_t origin = reinterpret_cast<uintptr_t>(bytes) - static_cast<uintptr_t>(base);
  const auto bytesOf = [origin](int64_t entry) {
    return reinterpret_cast<const uint8_t*>(origin + static_cast<uintptr_t>(entry));
  };
  const size_t end = length_;
  const size_t lookEnd = end < LOOK_BYTES ? 0 : end - LOOK_BYTES + 1;
  // Below are positions of other jobs.
  const int64_t lowest = std::max<int64_t>(base, 0);
  size_t position = position_;
  uint32_t misses = misses_;
  uint32_t heldLength = 0;
  int32_t heldDistance = 0;

  // A chunk never ends while a match is held, so that what is held need not be kept between chunks.
  while (position < lookEnd && (chunk.length < CHUNK_TOKENS || heldLength != 0)) {
    const uint8_t* const at = bytes + position;
    const int64_t here = base + static_cast<int64_t>(position);
    const auto look = loadLe<uint64_t>(at);
    const auto word = static_cast<uint32_t>(look);
    const Hashes hashes = hashesOf(look, shift);
    uint32_t& newest = newest_[hashes.chain];
    uint32_t& newest4 = newest4_[hashes.four];
    const int64_t head = newest;
    const int64_t nearest = newest4;
    newest = static_cast<uint32_t>(here);
    newest4 = static_cast<uint32_t>(here);
    chain_[static_cast<size_t>(here & CHAIN_MASK)] = static_cast<uint32_t>(head);
    // Mostly the next position follows; the search that is between is likely to be guessed wrongly. Of eight
    // bytes the last one is missing: then only the nearest position's entry is the right one.
    const Hashes next = hashesOf(look >> 8, shift);
    __builtin_prefetch(&newest_[next.chain], 1);
    __builtin_prefetch(&newest4_[next.four], 1);

    int32_t distance = 0;
    // Nobody can foresee how this comes out, so nothing branches on it yet.
    if (NEAR_TOO) {
      uint32_t& newest3 = newest3_[hashes.three];
      const int64_t near = newest3;
      newest3 = static_cast<uint32_t>(here);
      const int64_t farthest = std::max(here - NEAR3, lowest);
      const uint32_t difference = (loadLe<uint32_t>(bytesOf(std::max(near, farthest))) ^ word) << 8;
      const bool isThere = (heldLength == 0) & (near >= farthest) & (difference == 0);
      distance = static_cast<int32_t>(here - near) & -static_cast<int32_t>(isThere);
    }
    uint32_t length = std::max(heldLength, 3u);
    const int64_t limit = std::max(here - REACH, lowest - 1);
    if (nearest > limit) {
      const auto most = static_cast<uint32_t>(std::min<size_t>(end - position, MAX_MATCH));
      const uint32_t enough = std::min(effort.nice, most);
      if (length < enough) {
        uint32_t left = heldLength < effort.good ? effort.depth : effort.depth >> 2;
        int64_t entry = nearest;
        int64_t following = head;
        // A candidate can only be longer if it agrees in the four bytes that end where the longer match
        // would.
        int64_t tailAt = static_cast<int64_t>(length) - 3;
        auto tail = loadLe<uint32_t>(at + tailAt);
        for (;;) {
          if (loadLe<uint32_t>(bytesOf(entry + tailAt)) == tail && loadLe<uint32_t>(bytesOf(entry)) == word) {
            const uint32_t other = commonLength(bytesOf(entry), at, most);
            if (other > length) {
              length = other;
              distance = static_cast<int32_t>(here - entry);
              if (length >= enough) break;
              tailAt = static_cast<int64_t>(length) - 3;
              tail = loadLe<uint32_t>(at + tailAt);
            }
          }
          if (following <= limit || left-- == 0) break;
          entry = following;
          following = chain_[static_cast<size_t>(entry & CHAIN_MASK)];
        }
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
      const size_t next = addLiterals(chunk, bytes, position, end, misses, effort.skip);
      if (next - position > 1) stepped_ = next;
      position = next;
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
    const size_t inside = position;
    position += heldLength - 1;
    insert(inside, position);
  }
  if (position >= lookEnd) position = findAtEnd(chunk, position);
  position_ = position;
  misses_ = misses;
  if (position < end) return true;
  keep();
  return false;
}

/** The positions that have not their eight bytes: a match with the nearest one, or a literal. */
size_t ChainFinder::findAtEnd(TokenChunk& chunk, size_t position) {
  const int64_t lowest = std::max<int64_t>(base_, 0);
  while (position < length_) {
    const uint8_t* const at = bytes_ + position;
    if (position + WORD_BYTES > length_) {
      chunk.addLiteral(*at);
      position++;
      continue;
    }
    const auto word = loadLe<uint32_t>(at);
    const auto here = static_cast<int32_t>(base_ + static_cast<int64_t>(position));
    uint32_t& newest4 = newest4_[hash4(word)];
    const int32_t distance = here - static_cast<int32_t>(newest4);
    const bool isThere = newest4 >= lowest && distance < REACH && loadLe<uint32_t>(at - distance) == word;
    newest4 = static_cast<uint32_t>(here);
    if (!isThere) {
      chunk.addLiteral(*at);
      position++;
      continue;
    }
    const uint32_t length = commonLength(at - distance, at, static_cast<uint32_t>(length_ - position));
    chunk.addMatch(length, static_cast<uint32_t>(distance));
    insert(position + 1, position + length);
    position += length;
  }
  return position;
}

/** Inserts the positions from `from` on that are below `to`; without their eight bytes for the nearest only.
 */
void ChainFinder::insert(size_t from, size_t to) {
  const size_t last = std::min(to, length_ < LOOK_BYTES ? 0 : length_ - LOOK_BYTES + 1);
  const unsigned shift = shiftOf(effort_);
  const bool near3 = effort_.near3;
  const uint8_t* const bytes = bytes_;
  const int64_t base = base_;
  for (size_t position = from; position < last; position++) {
    const Hashes hashes = hashesOf(loadLe<uint64_t>(bytes + position), shift);
    const auto here = static_cast<uint32_t>(base + static_cast<int64_t>(position));
    uint32_t& newest = newest_[hashes.chain];
    chain_[here & CHAIN_MASK] = newest;
    newest = here;
    newest4_[hashes.four] = here;
    if (near3) newest3_[hashes.three] = here;
  }
  const size_t lastWord = std::min(to, length_ < WORD_BYTES ? 0 : length_ - WORD_BYTES + 1);
  for (size_t position = std::max(from, last); position < lastWord; position++) {
    newest4_[hash4(loadLe<uint32_t>(bytes_ + position))] =
        static_cast<uint32_t>(base_ + static_cast<int64_t>(position));
  }
}

void ChainFinder::rebase() {
  // A multiple of the chain's size, so that every position keeps its entry there.
  const int64_t delta = (base_ + static_cast<int64_t>(position_) - 2 * REACH) & ~int64_t{CHAIN_MASK};
  moveDown(newest_, static_cast<uint32_t>(delta));
  moveDown(newest4_, static_cast<uint32_t>(delta));
  moveDown(newest3_, static_cast<uint32_t>(delta));
  moveDown(chain_, static_cast<uint32_t>(delta));
  base_ -= delta;
}

}  // namespace nx
