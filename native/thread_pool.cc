// SPDX-License-Identifier: MIT
#include "thread_pool.h"

#include <signal.h>

#include <algorithm>
#include <thread>

namespace nx {

namespace {

/**
 * Keeps signals from the threads that are started meanwhile: those sent to the process are for the program's
 * own threads to handle. Signals of a defect in the thread itself stay, so that crash reports name it.
 */
class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t blocked;
    sigfillset(&blocked);
    for (const int own : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP}) sigdelset(&blocked, own);
    pthread_sigmask(SIG_SETMASK, &blocked, &before_);
  }
  ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  sigset_t before_;
};

}  // namespace

std::shared_ptr<ThreadPool> ThreadPool::shared() {
  static std::mutex mutex;
  static std::weak_ptr<ThreadPool> present;
  const std::lock_guard lock(mutex);
  std::shared_ptr<ThreadPool> pool = present.lock();
  if (!pool) {
    pool = std::make_shared<ThreadPool>();
    present = pool;
  }
  return pool;
}

ThreadPool::ThreadPool() : processors_(std::max(1u, std::thread::hardware_concurrency())) {}

ThreadPool::~ThreadPool() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  hasWork_.notify_all();
  for (const pthread_t thread : threads_) pthread_join(thread, nullptr);
}

bool ThreadPool::submit(Client& client, const SoftwareJob& job) {
  {
    const std::lock_guard lock(mutex_);
    const bool mustWait = jobs_.size() >= idle_;
    if (mustWait && threads_.size() < processors_ && !startThread() && threads_.empty()) return false;
    jobs_.push_back({&client, job});
  }
  hasWork_.notify_one();
  return true;
}

size_t ThreadPool::cancel(const Client& client) {
  std::unique_lock lock(mutex_);
  const auto kept =
      std::remove_if(jobs_.begin(), jobs_.end(), [&client](const Job& job) { return job.client == &client; });
  const auto dropped = static_cast<size_t>(jobs_.end() - kept);
  jobs_.erase(kept, jobs_.end());
  hasFinished_.wait(lock, [&client] { return client.running_ == 0; });
  return dropped;
}

bool ThreadPool::startThread() {
  const SignalsBlocked blocked;
  pthread_t thread;
  const auto body = [](void* pool) -> void* {
    static_cast<ThreadPool*>(pool)->work();
    return nullptr;
  };
  if (pthread_create(&thread, nullptr, body, this) != 0) return false;
  threads_.push_back(thread);
  idle_++;
  return true;
}

/** What a thread does: it counts as idle when it comes here. */
void ThreadPool::work() {
  const auto unit = std::make_unique<GzipUnit>(tokens_);
  std::unique_lock lock(mutex_);
  for (;;) {
    hasWork_.wait(lock, [this] { return stopping_ || !jobs_.empty(); });
    if (stopping_) return;
    idle_--;
    const Job job = jobs_.front();
    jobs_.pop_front();
    job.client->running_++;
    lock.unlock();
    job.client->run(*unit, job.job);
    lock.lock();
    idle_++;
    if (--job.client->running_ == 0) hasFinished_.notify_all();
  }
}

}  // namespace nx
