// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "bytes.h"
#include "deflate.h"
#include "format.h"

namespace nx {

/** How many symbols have a code of each length; at 0: no code. */
using CodeCounts = std::array<uint16_t, MAX_CODE_BITS + 1>;

template <size_t N>
CodeCounts countLengths(const std::array<uint8_t, N>& lengths) {
  CodeCounts counts{};
  size_t symbol = 0;
  // Mostly many in a row have no code.
  for (; symbol + 8 <= N; symbol += 8) {
    if (loadLe<uint64_t>(&lengths[symbol]) == 0) {
      counts[0] += 8;
      continue;
    }
    for (size_t index = symbol; index < symbol + 8; index++) counts[lengths[index]]++;
  }
  for (; symbol < N; symbol++) counts[lengths[symbol]]++;
  return counts;
}

/** A table that was made, with what `Dht::read` would make of its bits. */
struct MadeDht {
  /** The CPB's DHT field, zero behind the last bit of the table. */
  std::array<uint8_t, cpb::DHT_BYTES> dht;
  /** Bits of the table; 0: none was made yet. */
  uint32_t dhtlen = 0;
  /** Code lengths of LL0..LL285 and D0..D29; 0: no code. */
  std::array<uint8_t, LL_SYMBOLS + D_SYMBOLS> lengths;
  CodeCounts llCounts;
  CodeCounts dCounts;

  /** Whether a DHT field has this table, and zeros up to the end of its last byte. */
  bool isIn(const uint8_t* field, size_t bits) const {
    return dhtlen != 0 && bits == dhtlen && std::memcmp(field, dht.data(), (dhtlen + 7) >> 3) == 0;
  }
};

/** Symbols that have a code, in rising order, and for each how many before it have a code of the same length.
 */
struct CodedSymbols {
  static constexpr size_t MOST = LL_SYMBOLS + D_SYMBOLS;

  size_t used = 0;
  /** One more than there can be: what is not a symbol with a code is written over. */
  std::array<uint16_t, MOST + 1> symbols;
  std::array<uint16_t, MOST + 1> ranks;
};

/** A dynamic Huffman table: the code lengths that the bits of a DHT describe (RFC 1951 3.2.7, UM table 6-3).
 */
class Dht {
 public:
  /** What `read` returns instead of a number of bits: the bits ended before the table did. */
  static constexpr int INCOMPLETE = -1;
  /** What `read` returns instead of a number of bits: the table breaks a rule of UM table 5-1, CC=68. */
  static constexpr int INVALID = -2;

  /** Code lengths of LL0..LL285; 0: no code. */
  std::array<uint8_t, LL_SYMBOLS> ll;
  /** Code lengths of D0..D29; 0: no code. */
  std::array<uint8_t, D_SYMBOLS> d;
  CodeCounts llCounts;
  CodeCounts dCounts;
  /** LL0..LL285 and behind them, from symbol `llEnd` on, D0..D29: their ranks go on with `llCounts`. */
  CodedSymbols coded;
  unsigned llEnd = 0;

  /**
   * Reads a table from bit `start` (bit 0 is the least significant bit of byte 0) of `length` bytes and takes
   * no bit from `end` on. An error that the available bits show is reported even when the table is cut off
   * behind it; that a code is no complete one shows at the end of all code-length lengths, or of all code
   * lengths.
   *
   * @returns the bits read, or `INCOMPLETE`, or `INVALID`
   */
  int read(const uint8_t* bytes, size_t length, uint64_t start, uint64_t end);

 private:
  void buildCodeLengthDecoder(const CodeCounts& counts);

  std::array<uint8_t, 19> codeLengths_;
  std::array<uint8_t, LL_SYMBOLS + D_SYMBOLS> lengths_;
  /** For each 7-bit value, symbol * 256 + length of the code-length code that it starts with: a shift takes
   * the low 6 bits for its count. */
  std::array<uint16_t, 128> decode_;
};

}  // namespace nx
