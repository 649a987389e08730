// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

namespace nx::fuzz {

/** Adler-32 and CRC-32 by their definitions, byte by byte, for comparison with the engine's fast ones. */

inline uint32_t plainAdler32(const std::vector<uint8_t>& bytes, uint32_t seed) {
  if (bytes.empty()) return seed;
  uint32_t low = seed & 0xffff;
  uint32_t high = seed >> 16;
  for (const uint8_t byte : bytes) {
    low = (low + byte) % 65521;
    high = (high + low) % 65521;
  }
  return high << 16 | low;
}

inline uint32_t plainCrc32(const std::vector<uint8_t>& bytes, uint32_t seed) {
  /** The register after four zero bits that follow a nibble. */
  static const std::vector<uint32_t> table = [] {
    std::vector<uint32_t> made;
    for (uint32_t nibble = 0; nibble < 16; nibble++) {
      uint32_t value = nibble;
      for (int bit = 0; bit < 4; bit++) value = (value & 1) != 0 ? value >> 1 ^ 0xedb88320 : value >> 1;
      made.push_back(value);
    }
    return made;
  }();
  uint32_t crc = ~seed;
  for (const uint8_t byte : bytes) {
    crc ^= byte;
    crc = crc >> 4 ^ table[crc & 15];
    crc = crc >> 4 ^ table[crc & 15];
  }
  return ~crc;
}

}  // namespace nx::fuzz
