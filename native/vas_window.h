// SPDX-License-Identifier: MIT
#pragma once

#if defined(__linux__) && defined(__powerpc64__)

#include <sys/types.h>

#include <cstdint>
#include <memory>

/** Windows of the Virtual Accelerator Switchboard are there in a build for Linux on ppc64. */
#define NX_HAS_VAS 1

#include "engine/format.h"

namespace nx {

/** The system call that failed, and its errno. */
struct SystemError {
  const char* syscall;
  int number;
};

/**
 * A send window of the switchboard, as the kernel gives it to a process through a device file
 * (Documentation/arch/powerpc/vas-api.rst of Linux): descriptor, paste page, and the line that CRBs are
 * copied from. Used by one thread at a time.
 */
class VasWindow {
 public:
  /**
   * Opens a window.
   *
   * @param vasId the chip; -1: the one the thread runs on
   * @param flags of `struct vas_tx_win_open_attr`; bit 0: take a QoS credit (PowerVM)
   * @param error set if there is none
   * @returns null if there is none; nothing stays open then
   */
  static std::unique_ptr<VasWindow> open(const char* path, int16_t vasId, uint64_t flags, SystemError& error);

  ~VasWindow() { close(); }
  VasWindow(const VasWindow&) = delete;
  VasWindow& operator=(const VasWindow&) = delete;

  /** Whether it was opened by another process, of which this one is a fork. It must not be pasted to then:
   * addresses would be looked up in the memory of that process. */
  bool isForeign() const;

  /** Copies and pastes a CRB of 128 bytes. False: the paste failed, without saying why. */
  bool paste(const uint8_t* crb);

  /** Gives the window back; blocks until the unit has finished with its jobs. Returns 0 or an errno. */
  int close();

 private:
  VasWindow(int descriptor, void* page);

  alignas(crb::BYTES) uint8_t line_[crb::BYTES];
  int descriptor_;
  uint8_t* page_;
  pid_t opener_;
};

}  // namespace nx

#else

#define NX_HAS_VAS 0

#endif
