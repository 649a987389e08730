// SPDX-License-Identifier: MIT
#include "large_pages.h"

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace nx {

#if defined(__linux__)

namespace {

/** Of the system's transparent large pages on x86 and arm64. On POWER the small ones have 64 KiB already. */
constexpr uint64_t LARGE_PAGE_BYTES = 2 << 20;

/** Fewest bytes. Lower: more calls of the system for memory that has been written before. Higher: more small
 * pages. */
constexpr uint64_t LEAST_BYTES = 2 * LARGE_PAGE_BYTES;

}  // namespace

void askForLargePages(uint64_t address, uint64_t length) {
  if (length < LEAST_BYTES) return;
  const uint64_t start = (address + LARGE_PAGE_BYTES - 1) & ~(LARGE_PAGE_BYTES - 1);
  const uint64_t end = (address + length) & ~(LARGE_PAGE_BYTES - 1);
  // A hint: there is nothing to do if it is not taken.
  madvise(reinterpret_cast<void*>(static_cast<uintptr_t>(start)), end - start, MADV_HUGEPAGE);
}

#else

void askForLargePages(uint64_t, uint64_t) {}

#endif

}  // namespace nx
