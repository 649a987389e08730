// SPDX-License-Identifier: MIT
#include "huffman_table.h"

#include <algorithm>

namespace nx {

namespace {

/** Bits of the extra bits of all counted symbols. */
uint64_t extraBits(const uint32_t* counts) {
  uint64_t total = 0;
  for (size_t index = 0; index < LENGTH_EXTRA_BITS.size(); index++)
    total += uint64_t{counts[FIRST_LENGTH_SYMBOL + index]} * LENGTH_EXTRA_BITS[index];
  for (size_t index = 0; index < DISTANCE_EXTRA_BITS.size(); index++)
    total += uint64_t{counts[LL_SYMBOLS + index]} * DISTANCE_EXTRA_BITS[index];
  return total;
}

uint64_t fixedCodeBits(const uint32_t* counts) {
  uint64_t total = 0;
  for (size_t symbol = 0; symbol < LL_SYMBOLS; symbol++)
    total += uint64_t{counts[symbol]} * FIXED_LL_LENGTHS[symbol];
  for (size_t symbol = 0; symbol < D_SYMBOLS; symbol++)
    total += uint64_t{counts[LL_SYMBOLS + symbol]} * FIXED_D_LENGTHS[symbol];
  return total;
}

}  // namespace

void TableMaker::make(const uint32_t* given, HuffmanTable& table) {
  // Another thread may be changing them: each is read once.
  std::copy_n(given, counts_.size(), counts_.begin());
  uint32_t* const counts = counts_.data();
  const uint32_t ends = counts[END_OF_BLOCK];
  counts[END_OF_BLOCK] = std::max(ends, 1u);
  uint8_t* const lengths = table.lengths.data();
  const uint64_t llBits = codeLengths_.make(counts, LL_SYMBOLS, MAX_CODE_BITS, lengths);
  table.llCounts = codeLengths_.counts(LL_SYMBOLS);
  const uint64_t dBits =
      codeLengths_.make(counts + LL_SYMBOLS, D_SYMBOLS, MAX_CODE_BITS, lengths + LL_SYMBOLS);
  table.dCounts = codeLengths_.counts(D_SYMBOLS);
  const uint64_t unused = ends == 0 ? lengths[END_OF_BLOCK] : 0;
  counts[END_OF_BLOCK] = ends;
  const uint64_t extra = extraBits(counts);
  table.bits = llBits + dBits + extra - unused;
  table.fixedBits = fixedCodeBits(counts) + extra;
  table.dhtlen = dhtEncoder_.write(lengths, table.dht.data());
}

}  // namespace nx
