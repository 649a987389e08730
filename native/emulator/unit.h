// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>

#include "../engine/gzip_unit.h"
#include "counters.h"
#include "fault_handler.h"
#include "resident_memory.h"
#include "settings.h"
#include "switchboard.h"
#include "user_memory.h"

namespace nx {

/** The gzip unit: takes CRBs from the receive FIFO, one at a time, and completes them. */
class Unit {
 public:
  Unit(const Settings& settings, Counters& counters, Switchboard& switchboard, const UserMemory& user);

  /** Starts a thread that does so and never ends. It takes none of the program's signals. */
  void start();
  /** Does so in the calling thread until the FIFO is empty, if there is no thread. */
  void runWithoutThread();

 private:
  void runOne();
  void execute(const Job& job);
  std::optional<uint64_t> endUnexecuted(const Job& job, uint8_t cc);
  void publish(const Job& job, const uint8_t* line);

  const Settings& settings_;
  Counters& counters_;
  Switchboard& switchboard_;
  FaultHandler faultHandler_;
  ResidentMemory memory_;
  GzipUnit engine_;
  bool hasThread_ = false;
};

}  // namespace nx
