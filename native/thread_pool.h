// SPDX-License-Identifier: MIT
#pragma once

#include <pthread.h>

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <vector>

#include "engine/gzip_unit.h"
#include "software_job.h"

namespace nx {

/**
 * The threads that execute submitted jobs: as many as there are processors, each with a gzip unit of its own
 * (1 MiB). Jobs of all clients start in the order of their submission. Threads are started when jobs would
 * have to wait, and stay until the pool goes.
 */
class ThreadPool {
 public:
  /** Whose jobs they are. */
  class Client {
   public:
    /** Executes one; called in a thread of the pool, by several at a time. */
    virtual void run(GzipUnit& unit, const SoftwareJob& job) = 0;

   protected:
    ~Client() = default;

   private:
    friend class ThreadPool;
    /** Its jobs that threads are at. */
    size_t running_ = 0;
  };

  /** The pool of this process. The last one to let go of it waits for its threads. */
  static std::shared_ptr<ThreadPool> shared();

  ThreadPool();
  /** No job may be left. */
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  /** What its threads remember of counting jobs. */
  const std::shared_ptr<TokenCache>& tokens() const { return tokens_; }

  /** Copies a job, for a thread to execute. False: the system gives this process no thread at all. */
  bool submit(Client& client, const SoftwareJob& job);

  /**
   * Drops the jobs of a client that no thread has begun, and waits for the others. Then no thread is at this
   * client any more.
   *
   * @returns how many were dropped
   */
  size_t cancel(const Client& client);

 private:
  struct Job {
    Client* client;
    SoftwareJob job;
  };

  bool startThread();
  void work();

  /** Most threads. */
  const size_t processors_;
  /** Shared, as the two jobs for one block are mostly executed by different threads. */
  const std::shared_ptr<TokenCache> tokens_ = std::make_shared<TokenCache>();
  std::mutex mutex_;
  std::condition_variable hasWork_;
  std::condition_variable hasFinished_;
  std::deque<Job> jobs_;
  std::vector<pthread_t> threads_;
  /** Threads that wait for work, or were just told that there is some. */
  size_t idle_ = 0;
  bool stopping_ = false;
};

}  // namespace nx
