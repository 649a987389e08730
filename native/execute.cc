// SPDX-License-Identifier: MIT
#include "execute.h"

#include <utility>
#include <vector>

#include "arguments.h"
#include "engine/table_memory.h"
#include "environment.h"

namespace nx {

namespace {

/** Takes over a region; false if it is none. */
bool readRegion(const Napi::Value& value, uint64_t pageSize, Region& region) {
  if (!value.IsArray()) return false;
  const auto parts = value.As<Napi::Array>();
  const Napi::Value address = parts.Get(uint32_t{0});
  const Napi::Value view = parts.Get(uint32_t{1});
  if (!address.IsBigInt() || !isBytes(view)) return false;
  bool lossless = false;
  auto bytes = view.As<Napi::Uint8Array>();
  region = {address.As<Napi::BigInt>().Uint64Value(&lossless), bytes.Data(), bytes.ByteLength(), nullptr};
  if (pageSize == 0) return lossless;
  const Napi::Value states = parts.Get(uint32_t{2});
  if (!isBytes(states)) return false;
  const auto pages = states.As<Napi::Uint8Array>();
  region.pages = pages.Data();
  return lossless && pages.ByteLength() >= (region.length + pageSize - 1) / pageSize;
}

bool readRegions(const Napi::Value& value, uint64_t pageSize, std::vector<Region>& regions) {
  if (!value.IsArray()) return false;
  const auto list = value.As<Napi::Array>();
  regions.reserve(list.Length());
  for (uint32_t index = 0; index < list.Length(); index++) {
    Region region;
    if (!readRegion(list.Get(index), pageSize, region)) return false;
    regions.push_back(region);
  }
  return true;
}

}  // namespace

Napi::Value execute(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  std::vector<Region> regions;
  const bool areScalars =
      info[2].IsBoolean() && info[3].IsNumber() && info[4].IsNumber() && info[5].IsNumber();
  const uint64_t pageSize = areScalars ? info[5].As<Napi::Number>().Uint32Value() : 0;
  if (!areScalars || crbOf(info[0]) == nullptr || !readRegions(info[1], pageSize, regions)) {
    throwUsage(env, "execute(crb, regions, useLowLimit, maxByteCountHigh, maxByteCountLow, pageSize)");
    return env.Undefined();
  }
  const ByteCountLimits limits = {info[3].As<Napi::Number>().Uint32Value(),
                                  info[4].As<Napi::Number>().Uint32Value()};
  const TableMemory memory(std::move(regions), pageSize);
  GzipUnit& unit = env.GetInstanceData<Environment>()->unit;
  const auto fault = unit.execute(info[0].As<Napi::Uint8Array>().Data(), memory,
                                  info[2].As<Napi::Boolean>().Value(), limits);
  return fault ? Napi::BigInt::New(env, *fault).As<Napi::Value>() : env.Undefined();
}

}  // namespace nx
