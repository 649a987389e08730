// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "code_lengths.h"
#include "engine/deflate.h"

namespace nx {

/** Describes code lengths as a DHT does (RFC 1951 3.2.7): the twin of lib/deflate/dht-writer.ts, every bit is
 * the same. */
class DhtEncoder {
 public:
  /** @param codeLengths makes the code of the code lengths */
  explicit DhtEncoder(CodeLengths& codeLengths) : codeLengths_(codeLengths) {}

  /**
   * @param lengths of LL0..LL285, then of D0..D29
   * @param dht receives the 288 bytes of the CPB's DHT field, zero behind the last bit
   * @returns how many bits describe the lengths
   */
  uint32_t write(const uint8_t* lengths, uint8_t* dht);

 private:
  /** Symbols of the code-length alphabet. */
  static constexpr size_t CODE_LENGTH_SYMBOLS = 19;
  static constexpr size_t ALL_LENGTHS = LL_SYMBOLS + D_SYMBOLS;

  /** Items that `addFew` writes. */
  static constexpr size_t FEW = 4;

  /** As in lib/deflate/dht-writer.ts. */
  struct Description {
    /** Also where there are no more, a few are written together. */
    std::array<uint16_t, ALL_LENGTHS + FEW> items;
    size_t count;
    std::array<uint8_t, CODE_LENGTH_SYMBOLS> lengths;
    unsigned codes;
    uint64_t bits;
    std::array<uint32_t, CODE_LENGTH_SYMBOLS> counts;

    void clear();
    void add(uint16_t item);
    /** Adds a length up to three times. */
    void addFew(uint8_t length, size_t times);
  };

  /** All code lengths: eight of them are looked at together, with the one behind them. */
  using Sequence = std::array<uint8_t, (ALL_LENGTHS + 7) / 8 * 8 + 1>;
  class RunEnds;

  void finish(Description& description);
  void describeRuns(const Sequence& lengths, size_t total);
  bool isShort(uint16_t item) const;
  bool unrollRepeats();

  CodeLengths& codeLengths_;
  Description longest_;
  Description other_;
  /** The items of `longest_` that are repeats of up to ten lengths. */
  std::array<uint16_t, ALL_LENGTHS / 3> repeats_;
  size_t repeatCount_ = 0;
};

}  // namespace nx
