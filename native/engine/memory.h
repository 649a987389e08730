// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

namespace nx {

/** The memory of the process that sent a job, as the unit sees it: effective addresses (UM 6.10). */
class Memory {
 public:
  virtual ~Memory() = default;

  /**
   * Translates `length` > 0 bytes at an effective address for reading, or for writing if `write`.
   *
   * @returns where they are in this process; or null, with the first address that is not there for the access
   * in `fault`
   */
  virtual uint8_t* resolve(uint64_t address, uint64_t length, bool write, uint64_t& fault) const = 0;

 protected:
  Memory() = default;
  Memory(const Memory&) = default;
  Memory& operator=(const Memory&) = default;
};

/** This process's own memory: effective addresses are addresses, and who sends a job vouches for them. */
class ProcessMemory final : public Memory {
 public:
  uint8_t* resolve(uint64_t address, uint64_t, bool, uint64_t&) const override {
    return reinterpret_cast<uint8_t*>(static_cast<uintptr_t>(address));
  }
};

}  // namespace nx
