// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

#include "bytes.h"
#include "format.h"

namespace nx {

/** How a job came out: the fields of its CSB (UM 6.6). */
struct Completion {
  uint8_t cc;
  uint8_t ce;
  /** Target bytes stored. */
  uint32_t tpbc;
  /** Failing storage address; 0 where the completion code has none. */
  uint64_t fsa;
};

/** Writes a CSB of 16 bytes in the order of a completion: the body first, V last, when everything else can be
 * seen (UM 6.9). */
inline void writeCsb(uint8_t* csb, const Completion& completion) {
  storeBe32(csb, 0);
  csb[csb::CC] = completion.cc;
  csb[csb::CE] = completion.ce;
  storeBe32(csb + csb::TPBC, completion.tpbc);
  storeBe64(csb + csb::ADDRESS, completion.fsa);
  __atomic_store_n(csb + csb::FLAGS, csb::FLAG_V, __ATOMIC_RELEASE);
}

}  // namespace nx
