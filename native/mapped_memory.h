// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <shared_mutex>
#include <vector>

#include "engine/memory.h"

namespace nx {

/**
 * This process's memory, as far as it was registered: what jobs of a software unit may touch. Any thread may
 * use it at any time. Who registers memory keeps it there until it was taken back and no job runs on it.
 *
 * A range is there for a job if one registration holds all of it; ranges of two that meet or overlap do not
 * make a larger one, since they are pieces of different allocations by chance.
 */
class MappedMemory final : public Memory {
 public:
  /** Registers `length` bytes, which may be registered already; no bytes are no registration. */
  void add(uint64_t address, uint64_t length);
  /** Takes one registration of just this range back; there need not be one. */
  void remove(uint64_t address, uint64_t length);

  /** All registered memory is writable. */
  uint8_t* resolve(uint64_t address, uint64_t length, bool write, uint64_t& fault) const override;

 private:
  struct Range {
    uint64_t start;
    uint64_t end;
    /** The farthest end of this range and all before it: a lookup has one range to look at, however they
     * overlap. */
    uint64_t reach;
    size_t registrations;
  };

  void updateReach(size_t from);

  mutable std::shared_mutex mutex_;
  /** Sorted by start, then by end. */
  std::vector<Range> ranges_;
};

}  // namespace nx
