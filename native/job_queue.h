// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

#include "engine/gzip_unit.h"
#include "mapped_memory.h"
#include "thread_pool.h"

namespace nx {

/** The jobs that one software unit has submitted, and the memory that its jobs may touch. */
class JobQueue final : private ThreadPool::Client {
 public:
  /** @param onCompletion called behind each job, in the thread that has executed it */
  JobQueue(std::shared_ptr<ThreadPool> threads, std::function<void()> onCompletion);
  ~JobQueue() { close(); }
  JobQueue(const JobQueue&) = delete;
  JobQueue& operator=(const JobQueue&) = delete;

  MappedMemory& memory() { return memory_; }

  /** Copies a job and lets a thread execute it. False: no thread can be had. */
  bool submit(const SoftwareJob& job);

  /** Submitted jobs that are not finished; a job is finished before `onCompletion` is called for it. */
  size_t pending() const { return pending_; }

  /** Drops the jobs that no thread has begun and waits for the others, and for their `onCompletion`. */
  void close();

 private:
  void run(GzipUnit& unit, const SoftwareJob& job) override;

  const std::shared_ptr<ThreadPool> threads_;
  const std::function<void()> onCompletion_;
  MappedMemory memory_;
  std::atomic<size_t> pending_{0};
};

}  // namespace nx
