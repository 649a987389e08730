// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "engine/gzip_unit.h"

namespace nx {

/**
 * Executes a CRB of 128 bytes as bare metal does (limits: Low 64 KiB, High none), the kernel included: when
 * an address could not be translated, its fault handler writes a CSB with CC=250 and that address. A job
 * whose CSB is not in `memory` is lost: nothing is written. (Linux sends a SIGSEGV then, but here nobody
 * would be left to tell of it.)
 */
void runSoftwareJob(GzipUnit& unit, const Memory& memory, const uint8_t* crb);

}  // namespace nx
