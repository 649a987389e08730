// SPDX-License-Identifier: MIT
#pragma once

#include "job.h"

namespace nx::fuzz {

/** A DHT as a CPB has it. */
struct WrittenDht {
  Bytes bytes;
  size_t bits;
};

/** Writes code lengths, of LL0..LL285 and D0..D29 at most, as a DHT (RFC 1951 3.2.7); whether they are codes
 * or not. */
WrittenDht writeDht(const Bytes& llLengths, const Bytes& dLengths);

}  // namespace nx::fuzz
