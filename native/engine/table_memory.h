// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "memory.h"

namespace nx {

/** State of a page, as lib/model/address-space.ts has it. */
constexpr uint8_t PAGE_READABLE = 1;
constexpr uint8_t PAGE_WRITABLE = 2;

/** One piece of mapped memory. */
struct Region {
  /** Effective address of its first byte. */
  uint64_t base;
  uint8_t* bytes;
  uint64_t length;
  /** State of each page; null where all pages are always resident. */
  const uint8_t* pages;
};

/** An address space that is a table of regions, which do not overlap: the twin of lib/model/address-space.ts.
 */
class TableMemory final : public Memory {
 public:
  /** @param pageSize bytes of a page, where regions have pages */
  TableMemory(std::vector<Region> regions, uint64_t pageSize);

  uint8_t* resolve(uint64_t address, uint64_t length, bool write, uint64_t& fault) const override;

 private:
  std::vector<Region> regions_;
  uint64_t pageSize_;
};

}  // namespace nx
