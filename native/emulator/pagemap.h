// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

namespace nx {

/** Bytes of a page of an emulated program. */
constexpr uint64_t GUEST_PAGE = 4096;

/** /proc/self/pagemap: the state of each page of this process (the kernel's admin-guide/mm/pagemap.rst). */
class Pagemap {
 public:
  Pagemap();
  Pagemap(const Pagemap&) = delete;
  Pagemap& operator=(const Pagemap&) = delete;

  /** Reads the entries of `count` pages from the one at `address` on; pages beyond all memory have entry 0.
   */
  void read(uint64_t address, size_t count, uint64_t* entries) const;

  /** There is a page, if only the zero page that reading gives. */
  static bool isPresent(uint64_t entry) { return (entry >> 63 & 1) != 0; }
  /** There is a page of its own (mapped exclusively, or of a file): it has been written. */
  static bool isWritten(uint64_t entry) { return isPresent(entry) && ((entry >> 56 | entry >> 61) & 1) != 0; }

 private:
  int file_;
};

}  // namespace nx
