// SPDX-License-Identifier: MIT
#pragma once

#include <cstdio>
#include <cstdlib>

namespace nx::fuzz {

/** Ends the process, so that a fuzzer takes the input for a finding, unless `holds`. */
inline void require(bool holds, const char* otherwise) {
  if (holds) return;
  std::fprintf(stderr, "nxzlib: %s\n", otherwise);
  std::abort();
}

}  // namespace nx::fuzz
