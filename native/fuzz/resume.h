// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include "job.h"

namespace nx::fuzz {

/**
 * Repeats the decompression that a job has done, from the start of a stream, as a series of jobs that get
 * `step` + 1 more bytes of source each and go on where the one before was suspended (UM table 5-3). They must
 * give the same bytes, checksums and end.
 *
 * @param done has valid output; nothing is checked unless it has decompressed with FC 0x10
 */
void checkResumes(const Job& done, size_t step, GzipUnit& unit);

}  // namespace nx::fuzz
