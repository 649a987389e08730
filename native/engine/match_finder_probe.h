// SPDX-License-Identifier: MIT
#pragma once

#include <array>

#include "effort.h"
#include "match_finder.h"

namespace nx {

/** The probe rule: 32 KiB of table. */
class ProbeFinder {
 public:
  /** Starts a job. `historyBytes` <= 32768 and < `length`. */
  void begin(const uint8_t* source, size_t length, size_t historyBytes, const ProbeEffort& effort);

  /** Appends tokens to `chunk` until it is full or the source ends; true when there are more. */
  bool find(TokenChunk& chunk);

 private:
  uint32_t hash5(uint64_t bytes) const {
    const auto word = static_cast<uint32_t>(bytes);
    const auto fifth = static_cast<uint8_t>(bytes >> 32);
    return (word * HASH_MULTIPLIER + fifth * FIFTH_MULTIPLIER) >> shift_;
  }

  /** The position inserted last for each hash5, in its 16 low bits. */
  std::array<uint16_t, 1 << MOST_HASH5_BITS> table_{};
  unsigned shift_ = 0;
  const uint8_t* bytes_ = nullptr;
  size_t length_ = 0;
  size_t position_ = 0;
  uint32_t misses_ = 0;
  ProbeEffort effort_{};
};

}  // namespace nx
