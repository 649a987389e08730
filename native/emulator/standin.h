// SPDX-License-Identifier: MIT
#pragma once

#include <mutex>

#include "counters.h"
#include "device_files.h"
#include "settings.h"
#include "switchboard.h"
#include "unit.h"
#include "user_memory.h"

namespace nx {

/** The machine around a process: everything that stands in for kernel, switchboard and unit. */
class Standin {
 public:
  /**
   * The process's own, set up at the first call, as a program's constructor may use the device before this
   * object's would have run. After a fork the child's is a new one.
   */
  static Standin& get();

  const Settings& settings() const { return settings_; }
  Counters& counters() { return counters_; }
  Switchboard& switchboard() { return switchboard_; }
  DeviceFiles& files() { return files_; }
  Unit& unit() { return unit_; }

  /** Starts the unit and takes over SIGILL, the first time. To be called when the device is opened. */
  void powerOn();

 private:
  explicit Standin(bool isForked) : isForked_(isForked) {}

  static Standin& create();

  /**
   * In a forked child the unit has no thread, but runs in the one that pastes: where the parent has had
   * several threads, qemu-user (7.2) cannot start any in the child.
   */
  const bool isForked_;
  // Never destroyed: the unit's thread runs until the process is gone.
  const Settings settings_ = Settings::fromEnvironment();
  Counters counters_;
  UserMemory user_;
  Switchboard switchboard_{settings_, counters_};
  DeviceFiles files_{settings_, switchboard_, user_};
  Unit unit_{settings_, counters_, switchboard_, user_};
  std::once_flag poweredOn_;
};

}  // namespace nx
