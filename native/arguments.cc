// SPDX-License-Identifier: MIT
#include "arguments.h"

#include "engine/format.h"

namespace nx {

bool isBytes(const Napi::Value& value) {
  return value.IsTypedArray() && value.As<Napi::TypedArray>().TypedArrayType() == napi_uint8_array;
}

uint8_t* bytesOf(const Napi::Value& value, size_t& length) {
  napi_typedarray_type type{};
  void* data = nullptr;
  const napi_status status =
      napi_get_typedarray_info(value.Env(), value, &type, &length, &data, nullptr, nullptr);
  return status == napi_ok && type == napi_uint8_array ? static_cast<uint8_t*>(data) : nullptr;
}

uint8_t* crbOf(const Napi::Value& value) {
  size_t length = 0;
  uint8_t* const bytes = bytesOf(value, length);
  return length == crb::BYTES ? bytes : nullptr;
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
