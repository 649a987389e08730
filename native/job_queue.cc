// SPDX-License-Identifier: MIT
#include "job_queue.h"

#include <utility>

#include "software_job.h"

namespace nx {

JobQueue::JobQueue(std::shared_ptr<ThreadPool> threads, std::function<void()> onCompletion)
    : threads_(std::move(threads)), onCompletion_(std::move(onCompletion)) {}

bool JobQueue::submit(const uint8_t* crb) {
  pending_++;
  if (threads_->submit(*this, crb)) return true;
  pending_--;
  return false;
}

void JobQueue::close() {
  pending_ -= threads_->cancel(*this);
}

void JobQueue::run(GzipUnit& unit, const uint8_t* crb) {
  runSoftwareJob(unit, memory_, crb);
  pending_--;
  onCompletion_();
}

}  // namespace nx
