// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

namespace nx {

/**
 * What the stand-in has seen, as 512 little-endian 64-bit counters. In the file that NX_STANDIN_COUNTERS
 * names, if any, mapped shared: it is current at any time, and several processes add to the same file.
 */
class Counters {
 public:
  /** Places in the array: README.md of this folder. */
  enum Place : size_t {
    WINDOWS_OPENED = 0,
    WINDOWS_CLOSED = 1,
    COPIES = 2,
    PASTES = 3,
    ACCEPTED = 4,
    REJECTED = 5,
    COMPLETED = 6,
    FAULTS = 7,
    HUNG = 8,
    BYTES_IN = 9,
    BYTES_OUT = 10,
    MOST_CREDITS = 11,
    SEGV_SENT = 12,
    /** By FC, 64 of them. */
    JOBS_BY_FC = 64,
    /** By CC, 256 of them. */
    ENDS_BY_CC = 128,
    /** Windows opened by vas_id + 1, 33 of them. */
    WINDOWS_BY_VAS = 384,
  };
  static constexpr size_t COUNT = 512;

  Counters();
  Counters(const Counters&) = delete;
  Counters& operator=(const Counters&) = delete;

  void add(size_t place, uint64_t number = 1);
  /** Keeps the largest value that was ever reported. */
  void raise(size_t place, uint64_t value);

 private:
  uint64_t* values_;
};

}  // namespace nx
