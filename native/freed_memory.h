// SPDX-License-Identifier: MIT
#pragma once

namespace nx {

/**
 * Lets glibc's `malloc` keep some of the memory that results have had, instead of giving it back to the
 * system after each garbage collection and faulting it in again for the next results. What the program or its
 * environment has set (`mallopt`, GLIBC_TUNABLES) stays as it is. Only the first call in a process does
 * anything.
 */
void keepFreedMemory();

}  // namespace nx
