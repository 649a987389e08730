// SPDX-License-Identifier: MIT
#include "job_queue.h"

#include <utility>

namespace nx {

JobQueue::JobQueue(std::shared_ptr<ThreadPool> threads, std::function<void()> onCompletion)
    : threads_(std::move(threads)), onCompletion_(std::move(onCompletion)) {}

bool JobQueue::submit(const SoftwareJob& job) {
  pending_++;
  if (threads_->submit(*this, job)) return true;
  pending_--;
  return false;
}

void JobQueue::close() {
  pending_ -= threads_->cancel(*this);
}

void JobQueue::run(GzipUnit& unit, const SoftwareJob& job) {
  runSoftwareJob(unit, memory_, job);
  pending_--;
  onCompletion_();
}

}  // namespace nx
