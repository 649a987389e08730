// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>

#include "../engine/format.h"
#include "counters.h"
#include "settings.h"

namespace nx {

/** A send window: what the switchboard keeps of one TX_WIN_OPEN. Its fields are the switchboard's. */
struct SendWindow {
  uint64_t id;
  uint32_t creditsInUse = 0;
  /** Pastes that failed since the last accepted one, for the setting `busy`. */
  uint32_t refused = 0;
};

/** A CRB that was accepted. */
struct Job {
  std::array<uint8_t, crb::BYTES> crb;
  std::shared_ptr<SendWindow> window;
  /** Counted from 1. */
  uint64_t number;
};

/**
 * VAS between the paste and the unit: send windows with their credits, and the receive FIFO (UM 4.7, 6.1).
 * All calls may come from any thread.
 */
class Switchboard {
 public:
  Switchboard(const Settings& settings, Counters& counters) : settings_(settings), counters_(counters) {}

  std::shared_ptr<SendWindow> openWindow(int vasId);
  /** Blocks until every credit is back, without bound, as the kernel's vas_win_close. */
  void closeWindow(SendWindow& window);

  /** Takes a CRB if both the window has a credit and the FIFO has room. False: busy, for whatever reason. */
  bool paste(const std::shared_ptr<SendWindow>& window, const uint8_t* crb);

  /** The next CRB of the FIFO, when it is due; blocks until there is one. */
  Job take();
  /** A CRB waits, due or not. */
  bool hasJobs();
  void returnCredit(SendWindow& window);

 private:
  using Clock = std::chrono::steady_clock;

  bool isSuspended(const SendWindow& window) const;
  bool isRefused(SendWindow& window) const;
  void accept(const std::shared_ptr<SendWindow>& window, const uint8_t* crb);
  bool isHung(uint64_t number) const;

  const Settings& settings_;
  Counters& counters_;
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::condition_variable returned_;
  /** By the time they are due: in the order of arrival, but for ordered delays. */
  std::multimap<Clock::time_point, Job> fifo_;
  uint64_t accepted_ = 0;
  uint64_t lastWindow_ = 0;
  /** Windows up to this id are suspended ... */
  uint64_t lastSuspended_ = 0;
  /** ... until then. */
  Clock::time_point suspendedUntil_;
};

}  // namespace nx
