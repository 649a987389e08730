// SPDX-License-Identifier: MIT
#include "code_lengths.h"

#include <algorithm>
#include <limits>

namespace nx {

namespace {

/** Symbols up to which they are sorted one by one: counting takes a pass over 256 values. */
constexpr size_t MOST_INSERTED = 20;

/** The weight of what is not there. */
constexpr uint64_t NOTHING = std::numeric_limits<uint64_t>::max();

}  // namespace

uint64_t CodeLengths::make(const uint32_t* counts, size_t symbols, unsigned maxBits, uint8_t* lengths) {
  const size_t used = sortSymbols(counts, symbols);
  buildTree(used);
  if (!countTreeLengths(used, maxBits)) limitLengths(used, maxBits);

  // The rarest symbols take the longest codes.
  std::fill_n(lengths, symbols, uint8_t{0});
  uint64_t bits = 0;
  size_t next = 0;
  for (unsigned length = maxBits; length > 0; length--) {
    for (int left = codesOfLength_[length]; left > 0; left--) {
      bits += weights_[next] * length;
      lengths[symbols_[next++]] = static_cast<uint8_t>(length);
    }
  }
  return bits;
}

CodeCounts CodeLengths::counts(size_t symbols) const {
  CodeCounts counts{};
  counts[0] = static_cast<uint16_t>(symbols);
  for (unsigned length = 1; length <= MAX_CODE_BITS; length++) {
    counts[length] = static_cast<uint16_t>(codesOfLength_[length]);
    counts[0] = static_cast<uint16_t>(counts[0] - counts[length]);
  }
  return counts;
}

size_t CodeLengths::sortSymbols(const uint32_t* counts, size_t symbols) {
  size_t used = 0;
  uint32_t anyCount = 0;
  const auto add = [&](size_t symbol) {
    // Without a branch: which symbols occur is hard to predict.
    symbols_[used] = static_cast<uint16_t>(symbol);
    used += counts[symbol] != 0;
    anyCount |= counts[symbol];
  };
  // Mostly there are many in a row that do not occur.
  size_t symbol = 0;
  for (; symbol + 8 <= symbols; symbol += 8) {
    uint32_t any = 0;
    for (size_t index = symbol; index < symbol + 8; index++) any |= counts[index];
    if (any == 0) continue;
    for (size_t index = symbol; index < symbol + 8; index++) add(index);
  }
  for (; symbol < symbols; symbol++) add(symbol);
  for (symbol = 0; used < 2; symbol++) {
    if (counts[symbol] == 0) symbols_[used++] = static_cast<uint16_t>(symbol);
  }
  sortByCount(counts, used, anyCount);
  for (size_t index = 0; index < used; index++) weights_[index] = counts[symbols_[index]];
  return used;
}

/** The rarest first and equal ones in the order in which they are. */
void CodeLengths::sortByCount(const uint32_t* counts, size_t used, uint32_t anyCount) {
  if (used <= MOST_INSERTED) {
    for (size_t index = 1; index < used; index++) {
      const uint16_t symbol = symbols_[index];
      size_t place = index;
      for (; place > 0 && counts[symbols_[place - 1]] > counts[symbol]; place--)
        symbols_[place] = symbols_[place - 1];
      symbols_[place] = symbol;
    }
    return;
  }
  for (unsigned shift = 0; shift < 32 && anyCount >> shift != 0; shift += 8) {
    // No byte has a bit that none of them has.
    const size_t most = anyCount >> shift & 0xff;
    std::array<uint16_t, 257> placeOfByte;
    std::fill_n(placeOfByte.begin(), most + 2, uint16_t{0});
    for (size_t index = 0; index < used; index++)
      placeOfByte[(counts[symbols_[index]] >> shift & 0xff) + 1]++;
    for (size_t value = 0; value < most; value++)
      placeOfByte[value + 1] = static_cast<uint16_t>(placeOfByte[value + 1] + placeOfByte[value]);
    for (size_t index = 0; index < used; index++) {
      const uint16_t symbol = symbols_[index];
      sorted_[placeOfByte[counts[symbol] >> shift & 0xff]++] = symbol;
    }
    std::copy_n(sorted_.begin(), used, symbols_.begin());
  }
}

void CodeLengths::buildTree(size_t used) {
  const size_t nodes = used - 1;
  // Behind the last leaf, and behind the last node that is made, there is nothing to take.
  weights_[used] = NOTHING;
  weights_[used + 1] = NOTHING;
  nodeWeights_[0] = NOTHING;
  nodeWeights_[1] = NOTHING;
  size_t leaf = 0;
  size_t node = 0;
  for (size_t made = 0; made < nodes; made++) {
    // The two lightest of two leaves and two nodes, without a branch that nobody could predict. A leaf goes
    // before a node of the same weight.
    const uint64_t leafWeight = weights_[leaf];
    const uint64_t nodeWeight = nodeWeights_[node];
    const bool twoLeaves = weights_[leaf + 1] <= nodeWeight;
    const bool twoNodes = nodeWeights_[node + 1] < leafWeight;
    const size_t leaves = 1 + size_t{twoLeaves} - size_t{twoNodes};
    const uint64_t first = twoNodes ? nodeWeights_[node + 1] : leafWeight;
    const uint64_t second = twoLeaves ? weights_[leaf + 1] : nodeWeight;
    // What is not taken is written again once it is.
    nodeParents_[node] = static_cast<uint16_t>(made);
    nodeParents_[node + 1] = static_cast<uint16_t>(made);
    leaf += leaves;
    node += 2 - leaves;
    nodeWeights_[made] = first + second;
    nodeWeights_[made + 2] = NOTHING;
    nodeLeaves_[made] = static_cast<uint8_t>(leaves);
  }
  nodeDepths_[nodes - 1] = 0;
  for (size_t index = nodes - 1; index-- > 0;)
    nodeDepths_[index] = static_cast<uint16_t>(nodeDepths_[nodeParents_[index]] + 1);
}

bool CodeLengths::countTreeLengths(size_t used, unsigned maxBits) {
  codesOfLength_.fill(0);
  int tooLong = 0;
  for (size_t node = 0; node < used - 1; node++) {
    const unsigned length = nodeDepths_[node] + 1u;
    const int leaves = nodeLeaves_[node];
    codesOfLength_[std::min(length, maxBits)] += leaves;
    tooLong |= length > maxBits ? leaves : 0;
  }
  return tooLong == 0;
}

/** Package-merge. */
void CodeLengths::limitLengths(size_t used, unsigned maxBits) {
  const size_t bought = 2 * used - 2;
  uint64_t* narrower = mergedWeights_.data();
  uint64_t* merged = otherMergedWeights_.data();
  size_t size = 0;
  for (unsigned length = maxBits; length > 0; length--) {
    const size_t packages = size >> 1;
    uint16_t* const row = &leavesUpTo_[length * LIST_ENTRIES];
    size = std::min(used + packages, bought);
    size_t leaf = 0;
    size_t made = 0;
    for (size_t entry = 0; entry < size; entry++) {
      const uint64_t price = made < packages ? narrower[2 * made] + narrower[2 * made + 1] : NOTHING;
      if (leaf < used && weights_[leaf] <= price) {
        merged[entry] = weights_[leaf++];
      } else {
        merged[entry] = price;
        made++;
      }
      row[entry] = static_cast<uint16_t>(leaf);
    }
    std::swap(narrower, merged);
  }

  codesOfLength_.fill(0);
  size_t entries = bought;
  for (unsigned length = 1; length <= maxBits && entries > 0; length++) {
    const uint16_t leaves = leavesUpTo_[length * LIST_ENTRIES + entries - 1];
    codesOfLength_[length] += leaves;
    codesOfLength_[length - 1] -= leaves;
    entries = 2 * (entries - leaves);
  }
}

}  // namespace nx
