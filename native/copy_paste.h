// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

/**
 * The instructions that hand a CRB to the switchboard. `copy` takes a line of 128 bytes into a buffer that
 * each hardware thread has one of, `paste.` sends it to a window. Between the two another process may run:
 * the kernel then clears the buffer and `paste.` fails, as it does when there is no credit; so after a
 * failure both are to be done again.
 *
 * The barriers order what the processor does not: stores to the CRB and to all that it names have to be seen
 * by the unit before the paste that tells it to look; and loads of the CSB must not be done before the paste.
 */
namespace nx {

/** Everything before it is seen by everybody before anything behind it. */
inline void sync() {
  asm volatile("sync" ::: "memory");
}

/** @param line 128 bytes, aligned to 128 bytes */
inline void copy(const void* line) {
  asm volatile(
      ".machine push\n\t"
      ".machine power9\n\t"
      "copy 0,%0\n\t"
      ".machine pop"
      :
      : "r"(line)
      : "memory");
}

/** @returns CR0: bit 2 (value 2) set if the line was accepted, bit 3 (value 1) is XER's SO and says nothing
 */
inline unsigned paste(void* address) {
  uint32_t cr;
  asm volatile(
      ".machine push\n\t"
      ".machine power9\n\t"
      "paste. 0,%1\n\t"
      ".machine pop\n\t"
      "mfocrf %0,0x80"
      : "=r"(cr)
      : "r"(address)
      : "cr0", "memory");
  return cr >> 28;
}

}  // namespace nx
