// SPDX-License-Identifier: MIT
#include "oracle.h"

/** libFuzzer calls this with every input that it makes up. */
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* input, size_t length) {
  static std::optional<nx::GzipUnit> unit;
  nx::fuzz::check(input, length, unit);
  return 0;
}
