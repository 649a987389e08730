// SPDX-License-Identifier: MIT
#include "large_pages.h"

#if defined(__linux__)
#include <sys/mman.h>
#include <unistd.h>
#endif

namespace nx {

#if defined(__linux__)

namespace {

/** Of the system's transparent large pages on x86 and arm64. On POWER the small ones have 64 KiB already. */
constexpr uint64_t LARGE_PAGE_BYTES = 2 << 20;

/** Fewest bytes. Lower: more calls of the system for memory that has been written before. Higher: more small
 * pages. */
constexpr uint64_t LEAST_BYTES = 2 * LARGE_PAGE_BYTES;

/** The large pages that lie wholly in a range, which is long enough for one. */
struct LargePages {
  uint64_t start;
  uint64_t end;

  LargePages(uint64_t address, uint64_t length)
      : start((address + LARGE_PAGE_BYTES - 1) & ~(LARGE_PAGE_BYTES - 1)),
        end((address + length) & ~(LARGE_PAGE_BYTES - 1)) {}
};

/** Hints: there is nothing to do if one is not taken. */
void advise(uint64_t start, uint64_t end, int advice) {
  if (start < end) madvise(reinterpret_cast<void*>(static_cast<uintptr_t>(start)), end - start, advice);
}

}  // namespace

void askForLargePages(uint64_t address, uint64_t length) {
  if (length < LEAST_BYTES) return;
  const LargePages large(address, length);
  advise(large.start, large.end, MADV_HUGEPAGE);
}

void prepareToWrite(uint64_t address, uint64_t length) {
  askForLargePages(address, length);
#ifdef MADV_POPULATE_WRITE
  if (length < LEAST_BYTES) return;
  const LargePages large(address, length);
  const auto pageBytes = static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
  advise((address + pageBytes - 1) & ~(pageBytes - 1), large.start, MADV_POPULATE_WRITE);
  advise(large.end, (address + length) & ~(pageBytes - 1), MADV_POPULATE_WRITE);
#endif
}

#else

void askForLargePages(uint64_t, uint64_t) {}

void prepareToWrite(uint64_t, uint64_t) {}

#endif

}  // namespace nx
