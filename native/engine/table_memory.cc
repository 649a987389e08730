// SPDX-License-Identifier: MIT
#include "table_memory.h"

#include <algorithm>
#include <utility>

namespace nx {

TableMemory::TableMemory(std::vector<Region> regions, uint64_t pageSize)
    : regions_(std::move(regions)), pageSize_(pageSize) {}

uint8_t* TableMemory::resolve(uint64_t address, uint64_t length, bool write, uint64_t& fault) const {
  for (const Region& region : regions_) {
    if (address < region.base || address - region.base >= region.length) continue;
    const uint64_t start = address - region.base;
    const uint64_t there = std::min(length, region.length - start);
    if (region.pages != nullptr) {
      const uint8_t needed = write ? PAGE_WRITABLE : PAGE_READABLE;
      for (uint64_t page = start / pageSize_; page <= (start + there - 1) / pageSize_; page++) {
        if (region.pages[page] >= needed) continue;
        fault = region.base + std::max(start, page * pageSize_);
        return nullptr;
      }
    }
    if (there < length) {
      fault = region.base + region.length;
      return nullptr;
    }
    return region.bytes + start;
  }
  fault = address;
  return nullptr;
}

}  // namespace nx
