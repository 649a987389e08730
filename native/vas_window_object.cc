// SPDX-License-Identifier: MIT
#include "vas_window_object.h"

#if NX_HAS_VAS

#include <cstring>
#include <string>
#include <utility>

#include "arguments.h"

namespace nx {

namespace {

/** Closes a window in a thread of libuv's pool. */
class Closing : public Napi::AsyncWorker {
 public:
  Closing(Napi::Env env, std::unique_ptr<VasWindow> window)
      : AsyncWorker(env, "nxzlib"), window_(std::move(window)), deferred_(env) {}

  Napi::Promise promise() const { return deferred_.Promise(); }

 private:
  void Execute() override { result_ = window_->close(); }
  void OnOK() override { deferred_.Resolve(Napi::Number::New(Env(), result_)); }

  const std::unique_ptr<VasWindow> window_;
  const Napi::Promise::Deferred deferred_;
  int result_ = 0;
};

void throwSystemError(Napi::Env env, const SystemError& reason, const std::string& path) {
  const Napi::Error error =
      Napi::Error::New(env, std::string(reason.syscall) + " " + path + ": " + std::strerror(reason.number));
  error.Set("syscall", reason.syscall);
  error.Set("errno", static_cast<double>(reason.number));
  error.ThrowAsJavaScriptException();
}

}  // namespace

Napi::Function VasWindowObject::define(Napi::Env env) {
  return DefineClass(env, "VasWindow",
                     {
                         InstanceMethod<&VasWindowObject::paste>("paste"),
                         InstanceMethod<&VasWindowObject::close>("close"),
                         InstanceMethod<&VasWindowObject::closeInBackground>("closeInBackground"),
                     });
}

VasWindowObject::VasWindowObject(const Napi::CallbackInfo& info) : Napi::ObjectWrap<VasWindowObject>(info) {
  const Napi::Env env = info.Env();
  if (!info[0].IsString() || !info[1].IsNumber() || !info[2].IsNumber()) {
    throwUsage(env, "new VasWindow(path: string, vasId: number, flags: number)");
    return;
  }
  const std::string path = info[0].As<Napi::String>();
  const auto vasId = static_cast<int16_t>(info[1].As<Napi::Number>().Int32Value());
  const auto flags = static_cast<uint64_t>(info[2].As<Napi::Number>().Int64Value());
  SystemError error{};
  window_ = VasWindow::open(path.c_str(), vasId, flags, error);
  if (!window_) throwSystemError(env, error, path);
}

Napi::Value VasWindowObject::paste(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const uint8_t* const crb = crbOf(info[0]);
  if (crb == nullptr) {
    throwUsage(env, "paste(crb: Uint8Array)");
  } else if (!window_) {
    throwCoded(env, "ERR_NX_WINDOW_CLOSED", "The window is closed");
  } else if (window_->isForeign()) {
    throwCoded(env, "ERR_NX_FOREIGN_PROCESS",
               "The window was opened by the process this one was forked from");
  } else {
    return Napi::Boolean::New(env, window_->paste(crb));
  }
  return env.Undefined();
}

Napi::Value VasWindowObject::close(const Napi::CallbackInfo& info) {
  const int result = window_ ? window_->close() : 0;
  window_.reset();
  return Napi::Number::New(info.Env(), result);
}

Napi::Value VasWindowObject::closeInBackground(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!window_) {
    const auto closed = Napi::Promise::Deferred::New(env);
    closed.Resolve(Napi::Number::New(env, 0));
    return closed.Promise();
  }
  // Frees itself when it is done.
  auto* const closing = new Closing(env, std::move(window_));
  closing->Queue();
  return closing->promise();
}

}  // namespace nx

#endif
