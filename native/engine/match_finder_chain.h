#pragma once

#include <array>

#include "effort.h"
#include "match_finder.h"

namespace nx {

/** The chain rule: 576 KiB of tables, of which the efforts that look for no 3-byte matches use 512. */
class ChainFinder {
 public:
  /** Starts a job. `historyBytes` <= 32768 and < `length`. */
  void begin(const uint8_t* source, size_t length, size_t historyBytes, const ChainEffort& effort);

  /** Appends tokens to `chunk` until it is full or the source ends; true when there are more. */
  bool find(TokenChunk& chunk);

 private:
  void insert(size_t from, size_t to);
  void rebase();

  /** The position inserted last for each chain hash, for each hash4 and for each hash3. */
  std::array<int32_t, 1 << CHAIN_BITS> newest_{};
  std::array<int32_t, 1 << HASH4_BITS> newest4_{};
  std::array<int32_t, 1 << HASH3_BITS> newest3_{};
  /** For each position, at its low 15 bits, the one inserted before it with the same chain hash. */
  std::array<int32_t, REACH> chain_{};
  /** What entries are above the position that they stand for. */
  int64_t base_ = 0;
  const uint8_t* bytes_ = nullptr;
  size_t length_ = 0;
  size_t position_ = 0;
  uint32_t misses_ = 0;
  ChainEffort effort_{};
};

}  // namespace nx
