// SPDX-License-Identifier: MIT
#include <unistd.h>

#include "addon_api.h"
#include "arguments.h"
#include "environment.h"
#include "execute.h"
#include "freed_memory.h"
#include "large_pages.h"
#include "make_table.h"
#include "processor.h"
#include "software_unit.h"
#include "vas_window_object.h"

namespace {

Napi::Value addressOf(const Napi::CallbackInfo& info) {
  if (nx::isBytes(info[0])) {
    return Napi::BigInt::New(info.Env(), nx::addressOf(info[0].As<Napi::Uint8Array>()));
  }
  nx::throwUsage(info.Env(), "addressOf(view: Uint8Array)");
  return info.Env().Undefined();
}

Napi::Value prepareToWrite(const Napi::CallbackInfo& info) {
  if (nx::isBytes(info[0])) {
    const auto view = info[0].As<Napi::Uint8Array>();
    nx::prepareToWrite(nx::addressOf(view), view.ByteLength());
  } else {
    nx::throwUsage(info.Env(), "prepareToWrite(view: Uint8Array)");
  }
  return info.Env().Undefined();
}

Napi::Value keepFreedMemory(const Napi::CallbackInfo& info) {
  nx::keepFreedMemory();
  return info.Env().Undefined();
}

Napi::Object describe(Napi::Env env, const nx::Processor& processor) {
  Napi::Object description = Napi::Object::New(env);
  description.Set("isa", processor.isa == nullptr ? env.Undefined() : Napi::String::New(env, processor.isa));
  description.Set("copyPaste", processor.copyPaste);
  return description;
}

/** Called once in each environment; lib/device/addon.ts describes what it exports. */
Napi::Object init(Napi::Env env, Napi::Object exports) {
  env.SetInstanceData(new nx::Environment);
  exports.Set("addressOf", Napi::Function::New(env, addressOf, "addressOf"));
  exports.Set("execute", Napi::Function::New(env, nx::execute, "execute"));
  exports.Set("keepFreedMemory", Napi::Function::New(env, keepFreedMemory, "keepFreedMemory"));
  exports.Set("makeTable", Napi::Function::New(env, nx::makeTable, "makeTable"));
  exports.Set("pageSize", static_cast<double>(sysconf(_SC_PAGESIZE)));
  exports.Set("prepareToWrite", Napi::Function::New(env, prepareToWrite, "prepareToWrite"));
  exports.Set("processor", describe(env, nx::processor()));
  exports.Set("SoftwareUnit", nx::SoftwareUnit::define(env));
#if NX_HAS_VAS
  exports.Set("VasWindow", nx::VasWindowObject::define(env));
#endif
  return exports;
}

}  // namespace

NODE_API_MODULE(NODE_GYP_MODULE_NAME, init)
