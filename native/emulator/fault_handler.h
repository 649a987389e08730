// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "counters.h"
#include "user_memory.h"

namespace nx {

/** The completion code of system software for such a job (UM table 6-8, 240 to 255). */
constexpr uint8_t CC_TRANSLATION_FAULT = 250;

/**
 * What the kernel does for a job that met an address which could not be translated: CC=250 with the address
 * in the CSB, or SIGSEGV if the CSB cannot be written (vas_update_csb).
 */
class FaultHandler {
 public:
  FaultHandler(const UserMemory& user, Counters& counters) : user_(user), counters_(counters) {}

  void updateCsb(const uint8_t* crb, uint64_t faultAddress) const;

 private:
  void signalProcess(uint64_t csbAddress) const;

  const UserMemory& user_;
  Counters& counters_;
};

}  // namespace nx
