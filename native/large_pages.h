// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace nx {

/**
 * Asks the system to give memory that nobody has written yet in large pages when it is written: one of 2 MiB
 * takes a small part of the time of the 512 that it replaces. Memory that is there stays as it is, and so do
 * fewer bytes than pay. Where the system cannot do it, nothing happens.
 */
void askForLargePages(uint64_t address, uint64_t length);

/**
 * The same for memory that is about to be written as a whole. What lies before the first large page and
 * behind the last one is fetched at once: page by page, as it is written, takes several times as long.
 */
void prepareToWrite(uint64_t address, uint64_t length);

}  // namespace nx
