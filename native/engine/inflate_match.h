// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "bytes.h"

namespace nx {

/** 16 bytes in one register, where the processor has such. */
struct Block16 {
  uint8_t bytes[16];
};

inline void copyBlock(uint8_t* to, const uint8_t* from) {
  storeLe(to, loadLe<Block16>(from));
}

/**
 * For each distance below 8: the number that repeats a word's low bytes, as many as the distance, over all of
 * the word if it is multiplied by them; and the bytes from one such word to the next that continues it.
 */
struct ShortDistance {
  uint64_t repeat;
  uint64_t mask;
  size_t stride;
};
constexpr std::array<ShortDistance, 8> makeShortDistances() {
  std::array<ShortDistance, 8> all{};
  for (unsigned distance = 1; distance < 8; distance++) {
    uint64_t repeat = 0;
    for (unsigned bit = 0; bit < 64; bit += 8 * distance) repeat |= uint64_t{1} << bit;
    all[distance] = {repeat, (uint64_t{1} << (8 * distance)) - 1, 8 - 8 % distance};
  }
  return all;
}
constexpr auto SHORT_DISTANCES = makeShortDistances();

/** Bytes of a match that are copied without asking how long it is, which the processor would often guess
 * wrongly. More: fewer wrong guesses. Fewer: less is copied for nothing. */
constexpr size_t UNASKED_BYTES = 32;

/** Most bytes that `copyMatch` writes behind a match. */
constexpr size_t MATCH_OVERRUN_BYTES = UNASKED_BYTES;

/**
 * Copies `length` bytes from `from`, which lies `distance` bytes before `to`, front to back, and up to
 * `MATCH_OVERRUN_BYTES` more. If there is no match, length and distance are 0 and `from` is anywhere.
 */
inline void copyMatch(uint8_t* to, const uint8_t* from, size_t length, size_t distance) {
  uint8_t* const last = to + length;
  // One comparison: 0 less 1 is a large number.
  if (distance - 1 >= 15) {
    for (size_t copied = 0; copied < UNASKED_BYTES; copied += 16) copyBlock(to + copied, from + copied);
    for (size_t copied = UNASKED_BYTES; copied < length; copied += 32) {
      copyBlock(to + copied, from + copied);
      copyBlock(to + copied + 16, from + copied + 16);
    }
  } else if (distance >= 8) {
    do {
      storeLe(to, loadLe<uint64_t>(from));
      storeLe(to + 8, loadLe<uint64_t>(from + 8));
      to += 16;
      from += 16;
    } while (to < last);
  } else {
    const ShortDistance& pattern = SHORT_DISTANCES[distance];
    const uint64_t word = (loadLe<uint64_t>(from) & pattern.mask) * pattern.repeat;
    do {
      storeLe(to, word);
      to += pattern.stride;
    } while (to < last);
  }
}

}  // namespace nx
