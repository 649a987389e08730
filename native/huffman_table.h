// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "code_lengths.h"

namespace nx {

/** The dynamic Huffman table of a block, and what the block takes with it. */
struct HuffmanTable {
  /** The CPB's DHT field, zero behind the last bit. */
  std::array<uint8_t, 288> dht;
  /** Code lengths of LL0..LL285 and D0..D29; 0: no code. */
  std::array<uint8_t, LL_SYMBOLS + D_SYMBOLS> lengths;
  uint32_t dhtlen;
  /** Bits of the symbols that were counted, extra bits included, with this table and with the fixed code. */
  uint64_t bits;
  uint64_t fixedBits;
};

/** Makes tables from symbol counts: the twin of `makeTable` in lib/deflate/huffman.ts, every bit is the same.
 */
class TableMaker {
 public:
  /** @param counts of LL0..LL285, then D0..D29 */
  void make(const uint32_t* counts, HuffmanTable& table);

 private:
  /** Symbols of the code-length alphabet. */
  static constexpr size_t CODE_LENGTH_SYMBOLS = 19;

  /** As in lib/deflate/dht-writer.ts. */
  struct Description {
    /** Four are written together, also where there are no more. */
    static constexpr size_t MOST = LL_SYMBOLS + D_SYMBOLS + 4;

    std::array<uint8_t, MOST> symbols;
    std::array<uint8_t, MOST> extras;
    size_t count;
    std::array<uint8_t, CODE_LENGTH_SYMBOLS> lengths;
    unsigned codes;
    uint64_t bits;
    std::array<uint32_t, CODE_LENGTH_SYMBOLS> counts;

    void clear();
    void add(unsigned symbol, unsigned extra);
    /** Adds a length up to three times. */
    void addFew(uint8_t length, size_t times);
  };

  void finish(Description& description);
  void describeRuns(const uint8_t* lengths, size_t total);
  bool unrollRepeats();
  void writeDht(HuffmanTable& table);

  CodeLengths codeLengths_;
  std::array<uint32_t, LL_SYMBOLS + D_SYMBOLS> counts_;
  Description longest_;
  Description other_;
};

}  // namespace nx
