// SPDX-License-Identifier: MIT
#include "arguments.h"

#include "engine/format.h"

namespace nx {

bool isBytes(const Napi::Value& value) {
  return value.IsTypedArray() && value.As<Napi::TypedArray>().TypedArrayType() == napi_uint8_array;
}

bool isCrb(const Napi::Value& value) {
  return isBytes(value) && value.As<Napi::Uint8Array>().ByteLength() == crb::BYTES;
}

uint64_t addressOf(const Napi::Uint8Array& view) {
  if (view.ByteLength() == 0) return 0;
  return reinterpret_cast<uintptr_t>(view.Data());
}

void throwUsage(Napi::Env env, const char* usage) {
  Napi::TypeError::New(env, usage).ThrowAsJavaScriptException();
}

void throwCoded(Napi::Env env, const char* code, const char* message) {
  const Napi::Error error = Napi::Error::New(env, message);
  error.Set("code", code);
  error.ThrowAsJavaScriptException();
}

}  // namespace nx
