// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "job.h"

namespace nx::fuzz {

/**
 * Runs the job that an input stands for, and jobs that follow from it, and checks what must hold for them.
 * Ends the process by `abort` after a line to standard error when something does not:
 *
 * - nothing is written but the target, the CSB and the CPB's output, and of the target only TPBC bytes;
 * - the CSB says one of the things that it may say, and a fault names a page that is not there;
 * - a job that met faults, and was sent again each time with the page brought in, ends as if there had been
 * none;
 * - the same job gives the same bytes in a unit that has run other jobs, whatever the memory held before;
 * - a counting job before it, of the same source or of another one, changes nothing;
 * - what was compressed decompresses to the source, what was wrapped is the source; the checksums are right;
 * - a decompression cut into any jobs, by source or by the byte-count limit, gives the same bytes.
 *
 * @param unit is made anew, so that an input gives the same each time
 */
void check(const uint8_t* input, size_t length, std::optional<GzipUnit>& unit);

}  // namespace nx::fuzz
