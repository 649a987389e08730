// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "bytes.h"
#include "inflate_overrun.h"
#include "target.h"

namespace nx {

/** What stopped a step of the engine; every value above is the completion code of an error. */
constexpr int BLOCK_ENDED = 0;
/** The source ended within a symbol, a header or a stored block (CC=3). */
constexpr int SOURCE_ENDED = -1;

/**
 * Where a decompression stands: the next source bit, the next target byte, and the history before the target.
 * Read and moved on by each step of the engine; bit 0 of a byte is its least significant one, as in RFC 1951.
 */
struct InflateState {
  static constexpr size_t NO_LIMIT = std::numeric_limits<size_t>::max();

  /** The whole source, and how many of its bytes the DMA hands over. */
  const uint8_t* source;
  size_t sourceLength;
  size_t sourceEnd;
  /** First bit not processed yet. */
  uint64_t bit;

  Target* target;
  Overrun overrun;
  /** Bytes written: TPBC. */
  size_t at;
  /** Bytes written at which the DMA stops sending source. */
  size_t limit;

  /** The bytes before the target. */
  const uint8_t* history;
  size_t historyLength;

  /** First bit behind the source. */
  uint64_t end() const { return uint64_t{sourceEnd} * 8; }
  /** Bits of source that have not been processed. */
  uint64_t unprocessed() const { return end() - bit; }
  /** Whether the DMA held source back because of the byte limit. */
  bool isCutOff() const { return sourceEnd < sourceLength; }

  /** To be called between two symbols: after the limit no byte of source follows the one with the last
   * processed bit. */
  void applyLimit() {
    if (at < limit) return;
    limit = NO_LIMIT;
    sourceEnd = (bit + 7) >> 3;
  }

  /** At least 56 bits from `bit` on; zeros follow the last one of the source. */
  uint64_t peek() const {
    const size_t byte = bit >> 3;
    if (byte + 8 <= sourceEnd) return loadLe<uint64_t>(source + byte) >> (bit & 7);
    uint64_t word = 0;
    if (sourceEnd >= 8) {
      // The last eight bytes, of which those before this one are shifted out.
      if (byte < sourceEnd) word = loadLe<uint64_t>(source + (sourceEnd - 8)) >> (8 * (byte + 8 - sourceEnd));
    } else {
      for (size_t index = sourceEnd; index-- > byte;) word = word << 8 | source[index];
    }
    return word >> (bit & 7);
  }

  /** Makes room for `count` more bytes if there is any to be had; returns how many of them fit. */
  size_t reserve(size_t count) {
    while (target->size() - at < count && target->grow()) continue;
    return std::min(count, target->size() - at);
  }

  /** Up to where the output may go if `Overrun::BYTES` more are written. */
  size_t roomToOverrun() {
    const size_t size = target->size();
    if (target->isDirect()) return at < size ? overrun.keep(target->bytes(), at, size) : 0;
    // A target of the engine's own has bytes behind its output that nobody sees.
    return size > Overrun::BYTES ? size - Overrun::BYTES : 0;
  }

  /** Copies a match, or what fits of it, to target byte `to`; `distance` reaches back to the history at most.
   * The history of a job that is not valid may overlap with the target. */
  void copyFromHistory(size_t to, size_t distance, size_t count) const {
    uint8_t* const bytes = target->bytes();
    const size_t before = distance > to ? std::min(distance - to, count) : 0;
    if (before > 0) std::memmove(bytes + to, history + (historyLength - (distance - to)), before);
    for (size_t index = to + before; index < to + count; index++) bytes[index] = bytes[index - distance];
  }
};

}  // namespace nx
