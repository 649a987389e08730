// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "code_lengths.h"
#include "dht_encoder.h"
#include "engine/dht.h"

namespace nx {

/** The dynamic Huffman table of a block, and what the block takes with it. */
struct HuffmanTable : MadeDht {
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
  CodeLengths codeLengths_;
  std::array<uint32_t, LL_SYMBOLS + D_SYMBOLS> counts_;
  DhtEncoder dhtEncoder_{codeLengths_};
};

}  // namespace nx
