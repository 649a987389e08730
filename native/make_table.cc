// SPDX-License-Identifier: MIT
#include "make_table.h"

#include <algorithm>

#include "arguments.h"
#include "environment.h"

namespace nx {

namespace {

constexpr size_t COUNTS = LL_SYMBOLS + D_SYMBOLS;
constexpr size_t TABLE_BYTES = std::tuple_size_v<decltype(HuffmanTable::dht)> + COUNTS;
constexpr size_t SIZES = 3;

/** Where the elements of an array of this type and length are; null for anything else. */
void* elements(const Napi::Value& value, napi_typedarray_type type, size_t length) {
  napi_typedarray_type actualType{};
  size_t actualLength = 0;
  void* data = nullptr;
  const napi_status status =
      napi_get_typedarray_info(value.Env(), value, &actualType, &actualLength, &data, nullptr, nullptr);
  return status == napi_ok && actualType == type && actualLength == length ? data : nullptr;
}

}  // namespace

Napi::Value makeTable(const Napi::CallbackInfo& info) {
  const auto* const counts = static_cast<const uint32_t*>(elements(info[0], napi_uint32_array, COUNTS));
  auto* const bytes = static_cast<uint8_t*>(elements(info[1], napi_uint8_array, TABLE_BYTES));
  auto* const sizes = static_cast<double*>(elements(info[2], napi_float64_array, SIZES));
  if (counts == nullptr || bytes == nullptr || sizes == nullptr) {
    throwUsage(info.Env(), "makeTable(counts: Uint32Array, table: Uint8Array, sizes: Float64Array)");
    return info.Env().Undefined();
  }
  Environment& environment = *info.Env().GetInstanceData<Environment>();
  HuffmanTable& table = environment.table;
  environment.tableMaker.make(counts, table);
  environment.unit.expectTable(table);
  const auto lengths = std::copy(table.dht.begin(), table.dht.end(), bytes);
  std::copy(table.lengths.begin(), table.lengths.end(), lengths);
  sizes[0] = table.dhtlen;
  sizes[1] = static_cast<double>(table.bits);
  sizes[2] = static_cast<double>(table.fixedBits);
  return info.Env().Undefined();
}

}  // namespace nx
