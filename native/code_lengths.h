// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "engine/deflate.h"
#include "engine/dht.h"

namespace nx {

/**
 * Makes Huffman codes of limited length: the twin of lib/deflate/huffman-lengths.ts, which explains every
 * step. Each gives the same lengths for the same counts.
 */
class CodeLengths {
 public:
  /**
   * Code lengths for the counts of an alphabet of up to 286 symbols.
   *
   * @param lengths receives the code length of each of `symbols` symbols, 0 for none
   * @returns bits that the counted symbols take with this code
   */
  uint64_t make(const uint32_t* counts, size_t symbols, unsigned maxBits, uint8_t* lengths);

  /** How many of the `symbols` symbols of the last alphabet have a code of each length. */
  CodeCounts counts(size_t symbols) const;

 private:
  static constexpr size_t MAX_SYMBOLS = LL_SYMBOLS;
  /** Most entries of a list that package-merge needs: twice the symbols, less two. */
  static constexpr size_t LIST_ENTRIES = 2 * MAX_SYMBOLS - 2;

  size_t sortSymbols(const uint32_t* counts, size_t symbols);
  void sortByCount(const uint32_t* counts, size_t used, uint32_t anyCount);
  void buildTree(size_t used);
  bool countTreeLengths(size_t used, unsigned maxBits);
  void limitLengths(size_t used, unsigned maxBits);

  std::array<uint16_t, MAX_SYMBOLS> symbols_;
  std::array<uint16_t, MAX_SYMBOLS> sorted_;
  /** Two more than there are: the next two are always looked at. */
  std::array<uint64_t, MAX_SYMBOLS + 2> weights_;
  std::array<uint64_t, MAX_SYMBOLS + 2> nodeWeights_;
  std::array<uint16_t, MAX_SYMBOLS + 2> nodeParents_;
  std::array<uint8_t, MAX_SYMBOLS> nodeLeaves_;
  std::array<uint16_t, MAX_SYMBOLS> nodeDepths_;
  std::array<int, MAX_CODE_BITS + 1> codesOfLength_;
  std::array<uint64_t, LIST_ENTRIES> mergedWeights_;
  std::array<uint64_t, LIST_ENTRIES> otherMergedWeights_;
  std::array<uint16_t, (MAX_CODE_BITS + 1) * LIST_ENTRIES> leavesUpTo_;
};

}  // namespace nx
