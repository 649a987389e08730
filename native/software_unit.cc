// SPDX-License-Identifier: MIT
#include "software_unit.h"

#include <cstring>

#include "arguments.h"
#include "engine/bytes.h"
#include "engine/format.h"
#include "environment.h"
#include "large_pages.h"

namespace nx {

namespace {

/** Where the object keeps the function. A reference of ours would keep both from ever being collected, as the
 * function usually knows the object. */
constexpr const char* ON_COMPLETION = "onCompletion";

/** Where the bytes of a view are; false: it is none, or has none. */
bool readLoan(const Napi::Value& value, Stretch& loan) {
  size_t length = 0;
  const uint8_t* const bytes = bytesOf(value, length);
  loan = {reinterpret_cast<uintptr_t>(bytes), length};
  return bytes != nullptr;
}

void throwClosed(Napi::Env env) {
  throwCoded(env, "ERR_NX_WINDOW_CLOSED", "The unit is closed");
}

}  // namespace

SoftwareUnit::~SoftwareUnit() {
  if (self_) *self_ = nullptr;
  shutDown();
}

Napi::Function SoftwareUnit::define(Napi::Env env) {
  return DefineClass(env, "SoftwareUnit",
                     {
                         InstanceMethod<&SoftwareUnit::map>("map"),
                         InstanceMethod<&SoftwareUnit::unmap>("unmap"),
                         InstanceMethod<&SoftwareUnit::submit>("submit"),
                         InstanceAccessor<&SoftwareUnit::pending>("pending"),
                         InstanceMethod<&SoftwareUnit::close>("close"),
                     });
}

SoftwareUnit::SoftwareUnit(const Napi::CallbackInfo& info) : Napi::ObjectWrap<SoftwareUnit>(info) {
  const Napi::Env env = info.Env();
  if (!info[0].IsFunction()) {
    throwUsage(env, "new SoftwareUnit(onCompletion: () => void)");
    return;
  }
  Value().DefineProperty(Napi::PropertyDescriptor::Value(ON_COMPLETION, info[0]));
  Value().DefineProperty(Napi::PropertyDescriptor::Value("execute", makeExecute(env)));
  notifier_ = Notifier::New(env, "nxzlib", 0, 1, this);
  notifier_.Unref(env);
  Environment& environment = *env.GetInstanceData<Environment>();
  unit_ = &environment.unit;
  jobs_.emplace(environment.threads, [this] { notify(); });
  open_ = true;
  renewTeardownHook();
}

Napi::Value SoftwareUnit::map(const Napi::CallbackInfo& info) {
  if (!isBytes(info[0])) {
    throwUsage(info.Env(), "map(view: Uint8Array)");
    return info.Env().Undefined();
  }
  const auto view = info[0].As<Napi::Uint8Array>();
  const uint64_t address = addressOf(view);
  askForLargePages(address, view.ByteLength());
  jobs_->memory().add(address, view.ByteLength());
  return Napi::BigInt::New(info.Env(), address);
}

void SoftwareUnit::unmap(const Napi::CallbackInfo& info) {
  if (!info[0].IsBigInt() || !info[1].IsNumber()) {
    throwUsage(info.Env(), "unmap(address: bigint, length: number)");
    return;
  }
  bool lossless = false;
  const uint64_t address = info[0].As<Napi::BigInt>().Uint64Value(&lossless);
  jobs_->memory().remove(address, static_cast<uint64_t>(info[1].As<Napi::Number>().Int64Value()));
}

/** The object's function `execute`. It knows its unit: to find that from the object takes twice as long as
 * all else that a call does. */
Napi::Function SoftwareUnit::makeExecute(Napi::Env env) {
  self_ = std::make_shared<SoftwareUnit*>(this);
  auto* const data = new std::shared_ptr<SoftwareUnit*>(self_);
  const auto function = Napi::Function::New<&SoftwareUnit::execute>(env, "execute", data);
  function.AddFinalizer([](Napi::Env, std::shared_ptr<SoftwareUnit*>* self) { delete self; }, data);
  return function;
}

void SoftwareUnit::execute(const Napi::CallbackInfo& info) {
  SoftwareUnit* const unit = **static_cast<std::shared_ptr<SoftwareUnit*>*>(info.Data());
  if (unit == nullptr) {
    throwClosed(info.Env());
    return;
  }
  SoftwareJob job;
  if (unit->readJob(info, "execute(crb: Uint8Array, source?: Uint8Array, target?: Uint8Array)", job))
    runSoftwareJob(*unit->unit_, unit->jobs_->memory(), job);
}

void SoftwareUnit::submit(const Napi::CallbackInfo& info) {
  SoftwareJob job;
  if (!readJob(info, "submit(crb: Uint8Array, source?: Uint8Array, target?: Uint8Array)", job)) return;
  hold();
  renewTeardownHook();
  if (jobs_->submit(job)) return;
  if (jobs_->pending() == 0) letGo();
  Napi::Error::New(info.Env(), "The system has no thread for the jobs").ThrowAsJavaScriptException();
}

Napi::Value SoftwareUnit::pending(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), static_cast<double>(jobs_->pending()));
}

/** The job that is an open unit's arguments: a CRB, and the memory that it is lent. False: an error was
 * thrown. */
bool SoftwareUnit::readJob(const Napi::CallbackInfo& info, const char* usage, SoftwareJob& job) {
  uint8_t* const crb = crbOf(info[0]);
  if (!open_) {
    throwClosed(info.Env());
    return false;
  }
  const bool lends = info.Length() > 1;
  if (crb == nullptr || (lends && !(readLoan(info[1], job.source) && readLoan(info[2], job.target)))) {
    throwUsage(info.Env(), usage);
    return false;
  }
  if (lends) {
    storeBe64(crb + crb::SOURCE_DDE + dde::ADDRESS, job.source.address);
    storeBe64(crb + crb::TARGET_DDE + dde::ADDRESS, job.target.address);
    prepareToWrite(job.target.address, job.target.length);
  }
  // A CRB in shared memory may change at any time, this copy does not.
  std::memcpy(job.crb.data(), crb, job.crb.size());
  return true;
}

/** A thread has finished a job. One call is enough for all that are finished until it comes. */
void SoftwareUnit::notify() {
  if (!notified_.exchange(true)) notifier_.NonBlockingCall();
}

void SoftwareUnit::callCompleted(Napi::Env env, Napi::Function, SoftwareUnit* unit, void*) {
  // Without one, the environment has gone and so may the unit.
  if (env != nullptr) unit->completed(env);
}

void SoftwareUnit::completed(Napi::Env env) {
  // First, so that there is another call for what is finished from here on.
  notified_ = false;
  const Napi::Object self = Value();
  // That other call may come when all jobs have been seen to be finished and everybody has gone.
  if (self.IsEmpty()) return;
  if (jobs_->pending() == 0) letGo();
  const Napi::Value onCompletion = self.Get(ON_COMPLETION);
  // There is none when the worker is being terminated.
  if (!onCompletion.IsFunction()) return;
  onCompletion.As<Napi::Function>().Call(self, {});
  // Node would only warn of what is thrown here.
  if (env.IsExceptionPending()) napi_fatal_exception(env, env.GetAndClearPendingException().Value());
}

void SoftwareUnit::hold() {
  if (held_) return;
  held_ = true;
  Ref();
  notifier_.Ref(Env());
}

void SoftwareUnit::letGo() {
  if (!held_) return;
  held_ = false;
  Unref();
  notifier_.Unref(Env());
}

/**
 * Teardown hooks run in the reverse order of their registration. Memory that a hook of its own frees was
 * there before the job that names it, so with each job this one has to be the youngest.
 */
void SoftwareUnit::renewTeardownHook() {
  napi_remove_env_cleanup_hook(Env(), onTeardown, this);
  napi_add_env_cleanup_hook(Env(), onTeardown, this);
}

void SoftwareUnit::shutDown() {
  if (!open_) return;
  open_ = false;
  napi_remove_env_cleanup_hook(Env(), onTeardown, this);
  jobs_->close();
  letGo();
  notifier_.Abort();
}

}  // namespace nx
