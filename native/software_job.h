// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>

#include "engine/format.h"
#include "engine/gzip_unit.h"

namespace nx {

/** Bytes at an effective address. */
struct Stretch {
  uint64_t address = 0;
  uint64_t length = 0;

  bool holds(uint64_t wanted, uint64_t count) const {
    return wanted >= address && wanted - address <= length && count <= length - (wanted - address);
  }
};

/** A CRB, and memory that is lent to this job only; none if the length is 0. */
struct SoftwareJob {
  std::array<uint8_t, crb::BYTES> crb;
  Stretch source;
  Stretch target;
};

/**
 * Executes a job as bare metal does (limits: Low 64 KiB, High none), the kernel included: when
 * an address could not be translated, its fault handler writes a CSB with CC=250 and that address. A job
 * whose CSB is not in `memory` is lost: nothing is written. (Linux sends a SIGSEGV then, but here nobody
 * would be left to tell of it.)
 *
 * @param memory that all jobs may touch
 */
void runSoftwareJob(GzipUnit& unit, const Memory& memory, const SoftwareJob& job);

}  // namespace nx
