// SPDX-License-Identifier: MIT
#pragma once

#include <array>

#include "effort.h"
#include "match_finder.h"

namespace nx {

/** The small rule: 72 KiB of tables. */
class SmallFinder {
 public:
  /** Starts a job. `historyBytes` < `length` <= `SMALL_BYTES`. */
  void begin(const uint8_t* source, size_t length, size_t historyBytes, const ChainEffort& effort);

  /** Appends all tokens of the source to `chunk`. */
  void find(TokenChunk& chunk);

 private:
  void insert();
  size_t untilCandidate(size_t position) const;

  /** For each hash4 the position inserted last. Entries are base + position, and base grows from job to job:
   * what is below it is of other jobs. */
  std::array<uint16_t, 1 << HASH4_BITS> newest_{};
  /** For each position the one inserted before it with the same hash4. */
  std::array<uint16_t, SMALL_BYTES> chain_{};
  /** A bit for each position: whether there is one before it. */
  std::array<uint64_t, SMALL_BYTES / 64> candidates_{};
  /** 0 is no position of any job. */
  uint32_t base_ = 1;
  /** The base of the next job. */
  uint32_t nextBase_ = 1;
  const uint8_t* bytes_ = nullptr;
  size_t length_ = 0;
  /** Where the positions end that have a word. */
  size_t wordEnd_ = 0;
  size_t historyBytes_ = 0;
  ChainEffort effort_{};
};

}  // namespace nx
