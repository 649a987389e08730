// SPDX-License-Identifier: MIT
#include "freed_memory.h"

#include <cstdlib>

namespace nx {

#if defined(__GLIBC__)

namespace {

/**
 * glibc learns from what is freed (mallopt(3), M_MMAP_THRESHOLD): blocks up to the size of a mapped one that
 * was freed come from the heap from then on, and twice that size is kept at its end. So one free block of
 * this size says it, and costs two calls of the system, as nobody writes it. Glibc does not learn from more
 * than 32 MiB. Less: the system is asked again, as V8 frees results of 30 MiB and more at a time. It is also
 * the most that a program holds too much: twice that.
 */
constexpr size_t LEARNT_BYTES = (32 << 20) - (64 << 10);

}  // namespace

void keepFreedMemory() {
  static const bool learnt = [] {
    // Volatile: otherwise the compiler sees that the block serves nothing.
    void* volatile block = std::malloc(LEARNT_BYTES);
    std::free(block);
    return true;
  }();
  static_cast<void>(learnt);
}

#else

void keepFreedMemory() {}

#endif

}  // namespace nx
