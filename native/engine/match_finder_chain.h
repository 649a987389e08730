// SPDX-License-Identifier: MIT
#pragma once

#include <array>

#include "effort.h"
#include "match_finder.h"

namespace nx {

/** The chain rule: 576 KiB of tables, of which the efforts that look for no 3-byte matches use 512. */
class ChainFinder {
 public:
  /**
   * Starts a job. `historyBytes` <= 32768 and < `length`.
   *
   * @param isOwn nobody changes the source while the job runs: a job whose history is its end need not insert
   *              that history again
   */
  void begin(const uint8_t* source, size_t length, size_t historyBytes, const ChainEffort& effort,
             bool isOwn);

  /** Appends tokens to `chunk` until it is full or the source ends; true when there are more. */
  bool find(TokenChunk& chunk);

 private:
  bool holds(const uint8_t* source, size_t historyBytes, const ChainEffort& effort) const;
  void keep();
  /** @tparam NEAR_TOO whether matches of 3 bytes are looked for: the effort's `near3` */
  template <bool NEAR_TOO>
  bool findWith(TokenChunk& chunk);
  size_t findAtEnd(TokenChunk& chunk, size_t position);
  void insert(size_t from, size_t to);
  void rebase();

  /** The position inserted last for each chain hash, for each hash4 and for each hash3. */
  std::array<uint32_t, 1 << CHAIN_BITS> newest_{};
  std::array<uint32_t, 1 << HASH4_BITS> newest4_{};
  std::array<uint32_t, 1 << HASH3_BITS> newest3_{};
  /** For each position, at its low 15 bits, the one inserted before it with the same chain hash. */
  std::array<uint32_t, REACH> chain_{};
  /** What entries are above the position that they stand for. */
  int64_t base_ = 0;
  const uint8_t* bytes_ = nullptr;
  size_t length_ = 0;
  size_t position_ = 0;
  uint32_t misses_ = 0;
  ChainEffort effort_{};
  bool isOwn_ = false;
  /** Behind the last position of the job that was stepped over, and so not inserted. */
  size_t stepped_ = 0;
  /** The end of the source of the last job, once that is finished, and how many bytes of it are held. */
  std::array<uint8_t, REACH> kept_{};
  size_t keptBytes_ = 0;
};

}  // namespace nx
