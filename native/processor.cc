// SPDX-License-Identifier: MIT
#include "processor.h"

#if defined(__linux__) && defined(__powerpc64__)
#include <sys/auxv.h>
#endif

namespace nx {

#if defined(__linux__) && defined(__powerpc64__)

namespace {

/** Bits of AT_HWCAP2 on powerpc; a later version has those of the earlier ones, too. */
constexpr unsigned long HWCAP2_ARCH_2_07 = 0x80000000;
constexpr unsigned long HWCAP2_ARCH_3_00 = 0x00800000;
constexpr unsigned long HWCAP2_ARCH_3_1 = 0x00040000;

}  // namespace

Processor processor() {
  const unsigned long capabilities = getauxval(AT_HWCAP2);
  if ((capabilities & HWCAP2_ARCH_3_1) != 0) return {"3.1", true};
  if ((capabilities & HWCAP2_ARCH_3_00) != 0) return {"3.0", true};
  if ((capabilities & HWCAP2_ARCH_2_07) != 0) return {"2.07", false};
  return {nullptr, false};
}

#else

Processor processor() {
  return {nullptr, false};
}

#endif

}  // namespace nx
