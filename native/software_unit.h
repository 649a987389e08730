// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <memory>
#include <optional>

#include "addon_api.h"
#include "job_queue.h"

namespace nx {

/**
 * The software NX of one device, as lib/device/addon.ts declares it: the memory that was mapped for it, and
 * jobs, executed by the caller or by the threads of the process.
 *
 * Mapping memory does not keep it: who maps a view holds on to it until the view is unmapped, and no job that
 * names it is under way.
 *
 * While submitted jobs are pending it keeps the event loop alive, and itself from being collected. Its
 * environment may be torn down at any time: before memory of the environment is freed, jobs that no thread
 * has begun are dropped, and those that one has are waited for.
 */
class SoftwareUnit : public Napi::ObjectWrap<SoftwareUnit> {
 public:
  /** The class as JavaScript sees it. */
  static Napi::Function define(Napi::Env env);

  explicit SoftwareUnit(const Napi::CallbackInfo& info);
  ~SoftwareUnit() override;

 private:
  Napi::Value map(const Napi::CallbackInfo& info);
  void unmap(const Napi::CallbackInfo& info);
  static void execute(const Napi::CallbackInfo& info);
  void submit(const Napi::CallbackInfo& info);
  Napi::Value pending(const Napi::CallbackInfo& info);
  void close(const Napi::CallbackInfo&) { shutDown(); }

  Napi::Function makeExecute(Napi::Env env);
  bool readJob(const Napi::CallbackInfo& info, const char* usage, SoftwareJob& job);
  void notify();
  void completed(Napi::Env env);
  void hold();
  void letGo();
  void renewTeardownHook();
  void shutDown();

  static void onTeardown(void* unit) { static_cast<SoftwareUnit*>(unit)->shutDown(); }
  static void callCompleted(Napi::Env env, Napi::Function, SoftwareUnit* unit, void*);
  using Notifier = Napi::TypedThreadSafeFunction<SoftwareUnit, void, callCompleted>;

  /** This unit, for its function `execute`, which may outlive it; then null. */
  std::shared_ptr<SoftwareUnit*> self_;
  /** Of this environment, which outlives all calls of it. */
  GzipUnit* unit_ = nullptr;
  std::optional<JobQueue> jobs_;
  /** Has `completed` called in the environment's thread. */
  Notifier notifier_;
  /** Such a call is under way. */
  std::atomic<bool> notified_{false};
  /** Event loop and object are kept alive. */
  bool held_ = false;
  bool open_ = false;
};

}  // namespace nx
