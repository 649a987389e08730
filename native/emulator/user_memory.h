// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

namespace nx {

/**
 * Access to the program's memory as the kernel has it: an address that is not there gives false, not a
 * signal. The copies go through system calls on a file of the stand-in's own, since only the kernel can try.
 */
class UserMemory {
 public:
  UserMemory();
  UserMemory(const UserMemory&) = delete;
  UserMemory& operator=(const UserMemory&) = delete;

  /** The kernel's copy_from_user. At most 4096 bytes. */
  bool read(uint64_t address, void* bytes, size_t length) const;
  /** The kernel's copy_to_user: a page that is mapped but not resident is made so. At most 4096 bytes. */
  bool write(uint64_t address, const void* bytes, size_t length) const;

  /** The program may read this byte. */
  bool isReadable(uint64_t address) const;
  /** The program may write this byte, which must be the job's own: it is written with its own value. */
  bool isWritable(uint64_t address) const;
  /** The first address of a range of whole 4 KiB pages that is mapped to nothing; `end` if all are. */
  static uint64_t firstUnmapped(uint64_t start, uint64_t end);

 private:
  int file_;
};

}  // namespace nx
