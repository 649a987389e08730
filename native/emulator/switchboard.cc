// SPDX-License-Identifier: MIT
#include "switchboard.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace nx {

using std::chrono::milliseconds;

std::shared_ptr<SendWindow> Switchboard::openWindow(int vasId) {
  const std::lock_guard<std::mutex> lock(mutex_);
  auto window = std::make_shared<SendWindow>();
  window->id = ++lastWindow_;
  counters_.add(Counters::WINDOWS_OPENED);
  counters_.add(Counters::WINDOWS_BY_VAS + static_cast<size_t>(vasId + 1));
  return window;
}

void Switchboard::closeWindow(SendWindow& window) {
  std::unique_lock<std::mutex> lock(mutex_);
  returned_.wait(lock, [&window] { return window.creditsInUse == 0; });
  counters_.add(Counters::WINDOWS_CLOSED);
}

bool Switchboard::paste(const std::shared_ptr<SendWindow>& window, const uint8_t* crb) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (isSuspended(*window) || isRefused(*window)) return false;
  if (window->creditsInUse >= settings_.credits || fifo_.size() >= settings_.fifo) return false;
  accept(window, crb);
  return true;
}

bool Switchboard::isSuspended(const SendWindow& window) const {
  return window.id <= lastSuspended_ && Clock::now() < suspendedUntil_;
}

/** Counts a paste for the setting `busy`. */
bool Switchboard::isRefused(SendWindow& window) const {
  if (settings_.busy == UINT32_MAX) return true;
  if (window.refused == settings_.busy) return false;
  window.refused++;
  return true;
}

void Switchboard::accept(const std::shared_ptr<SendWindow>& window, const uint8_t* crb) {
  Job job{{}, window, ++accepted_};
  std::memcpy(job.crb.data(), crb, job.crb.size());
  window->refused = 0;
  window->creditsInUse++;
  counters_.raise(Counters::MOST_CREDITS, window->creditsInUse);
  counters_.add(Counters::JOBS_BY_FC + (job.crb[crb::FC] & crb::FC_MASK));
  if (accepted_ == settings_.suspendAfter) {
    const milliseconds time = settings_.suspension;
    lastSuspended_ = lastWindow_;
    suspendedUntil_ = time.count() == 0 ? Clock::time_point::max() : Clock::now() + time;
  }
  if (isHung(job.number)) {
    counters_.add(Counters::HUNG);
    return;
  }
  const auto delay = ordered(settings_.delays, job.number, milliseconds(0));
  fifo_.emplace(Clock::now() + delay, std::move(job));
  arrived_.notify_one();
}

bool Switchboard::isHung(uint64_t number) const {
  return std::any_of(settings_.hangs.begin(), settings_.hangs.end(),
                     [number](const Selection& hung) { return hung.has(number); });
}

Job Switchboard::take() {
  std::unique_lock<std::mutex> lock(mutex_);
  while (fifo_.empty() || fifo_.begin()->first > Clock::now()) {
    if (fifo_.empty()) {
      arrived_.wait(lock);
    } else {
      arrived_.wait_until(lock, Clock::time_point(fifo_.begin()->first));
    }
  }
  return std::move(fifo_.extract(fifo_.begin()).mapped());
}

bool Switchboard::hasJobs() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return !fifo_.empty();
}

void Switchboard::returnCredit(SendWindow& window) {
  const std::lock_guard<std::mutex> lock(mutex_);
  window.creditsInUse--;
  returned_.notify_all();
}

}  // namespace nx
