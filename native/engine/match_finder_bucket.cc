// SPDX-License-Identifier: MIT
#include "match_finder_bucket.h"

#include <algorithm>

namespace nx {

void BucketFinder::begin(const uint8_t* source, size_t length, size_t historyBytes,
                         const BucketEffort& effort) {
  base_ += static_cast<int64_t>(length_) + REACH;
  if (base_ > REBASE_AT) {
    table_.fill(0);
    base_ = REACH;
  }
  bytes_ = source;
  length_ = length;
  position_ = historyBytes;
  misses_ = 0;
  effort_ = effort;
  insert(0, historyBytes, 1);
}

bool BucketFinder::find(TokenChunk& chunk) {
  if (base_ + static_cast<int64_t>(position_) > REBASE_AT) rebase();
  const BucketEffort effort = effort_;
  const uint8_t* const bytes = bytes_;
  const int64_t base = base_;
  const size_t end = length_;
  const size_t wordEnd = end < 3 ? 0 : end - 3;
  size_t position = position_;
  uint32_t misses = misses_;

  while (position < wordEnd && chunk.length < CHUNK_TOKENS) {
    const uint8_t* const at = bytes + position;
    const auto word = loadLe<uint32_t>(at);
    int32_t* const bucket = &table_[hash4(word) * 2];
    const auto here = static_cast<int32_t>(base + static_cast<int64_t>(position));
    const int32_t newer = here - bucket[0];
    const int32_t older = here - bucket[1];
    bucket[1] = bucket[0];
    bucket[0] = here;

    uint32_t length = 0;
    int32_t distance = 0;
    if (newer < REACH) {
      const auto most = static_cast<uint32_t>(std::min<size_t>(end - position, MAX_MATCH));
      if (loadLe<uint32_t>(at - newer) == word) {
        length = commonLength(at - newer, at, most);
        distance = newer;
      }
      if (length < effort.nice && older < REACH && loadLe<uint32_t>(at - older) == word && length < most &&
          at[static_cast<int64_t>(length) - older] == at[length]) {
        const uint32_t other = commonLength(at - older, at, most);
        if (other > length) {
          length = other;
          distance = older;
        }
      }
    }

    if (length == 0) {
      position = addLiterals(chunk, bytes, position, end, misses, effort.skip);
      continue;
    }
    misses = 0;
    chunk.addMatch(length, static_cast<uint32_t>(distance));
    const size_t next = position + length;
    insert(position + 1, next, effort.stride);
    position = next;
  }

  if (position >= wordEnd) {
    while (position < end) chunk.addLiteral(bytes[position++]);
  }
  position_ = position;
  misses_ = misses;
  return position < end;
}

/** Inserts every `stride`th position from `from` on that is below `to` and has a word. */
void BucketFinder::insert(size_t from, size_t to, size_t stride) {
  const size_t last = std::min(to, length_ < 3 ? 0 : length_ - 3);
  for (size_t position = from; position < last; position += stride) {
    int32_t* const bucket = &table_[hash4(loadLe<uint32_t>(bytes_ + position)) * 2];
    bucket[1] = bucket[0];
    bucket[0] = static_cast<int32_t>(base_ + static_cast<int64_t>(position));
  }
}

void BucketFinder::rebase() {
  const int64_t delta = base_ + static_cast<int64_t>(position_) - 2 * REACH;
  moveDown(table_, static_cast<int32_t>(delta));
  base_ -= delta;
}

}  // namespace nx
