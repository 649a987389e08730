// SPDX-License-Identifier: MIT
#pragma once

#include <array>

#include "effort.h"
#include "match_finder.h"

namespace nx {

/** The bucket rule: 256 KiB of table. */
class BucketFinder {
 public:
  /** Starts a job. `historyBytes` <= 32768 and < `length`. */
  void begin(const uint8_t* source, size_t length, size_t historyBytes, const BucketEffort& effort);

  /** Appends tokens to `chunk` until it is full or the source ends; true when there are more. */
  bool find(TokenChunk& chunk);

 private:
  void insert(size_t from, size_t to, size_t stride);
  void rebase();

  /** The two positions of a hash at twice its value, the newer one first. */
  std::array<int32_t, 2 << HASH4_BITS> table_{};
  /** What entries are above the position that they stand for. */
  int64_t base_ = 0;
  const uint8_t* bytes_ = nullptr;
  size_t length_ = 0;
  size_t position_ = 0;
  uint32_t misses_ = 0;
  BucketEffort effort_{};
};

}  // namespace nx
