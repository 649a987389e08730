// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

namespace nx {

/** Adler-32 of `length` bytes, continued from `seed`; 1 to begin with (RFC 1950 8.2). */
uint32_t adler32(const uint8_t* bytes, size_t length, uint32_t seed);

/** CRC-32 of `length` bytes, continued from `seed`; 0 to begin with (RFC 1952 8). */
uint32_t crc32(const uint8_t* bytes, size_t length, uint32_t seed);

/** The checksums of some bytes, and what they were continued from. */
struct Checksums {
  uint32_t adlerSeed;
  uint32_t crcSeed;
  uint32_t adler;
  uint32_t crc;
};

}  // namespace nx
