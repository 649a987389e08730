// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

/** Loads and stores at any alignment, in the order of the NX structures (big-endian) and of DEFLATE
 * (little-endian). */
namespace nx {

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the engine is written for little-endian machines");
static_assert(sizeof(size_t) == 8, "the engine counts the bits of up to 4 GiB in a size_t");

template <typename T>
inline T loadLe(const uint8_t* at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

template <typename T>
inline void storeLe(uint8_t* at, T value) {
  std::memcpy(at, &value, sizeof value);
}

inline uint16_t loadBe16(const uint8_t* at) {
  return __builtin_bswap16(loadLe<uint16_t>(at));
}
inline uint32_t loadBe32(const uint8_t* at) {
  return __builtin_bswap32(loadLe<uint32_t>(at));
}
inline uint64_t loadBe64(const uint8_t* at) {
  return __builtin_bswap64(loadLe<uint64_t>(at));
}

inline void storeBe16(uint8_t* at, uint16_t value) {
  storeLe(at, __builtin_bswap16(value));
}
inline void storeBe32(uint8_t* at, uint32_t value) {
  storeLe(at, __builtin_bswap32(value));
}
inline void storeBe64(uint8_t* at, uint64_t value) {
  storeLe(at, __builtin_bswap64(value));
}

}  // namespace nx
