// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "deflate.h"
#include "dht.h"
#include "target.h"
#include "tokens.h"

namespace nx {

/** Bits to send, the first one lowest, and how many they are. */
struct Code {
  uint64_t value;
  uint32_t size;
};

/** The codes of both alphabets, ready to send. A symbol without a code sends no bits, neither do its extra
 * bits. */
class Codes {
 public:
  /**
   * Takes over valid code lengths of at least LL0..LL285 and D0..D29.
   *
   * @param llCounts how many symbols have each length, with those of the fixed code that no block uses
   */
  void set(const uint8_t* llLengths, const CodeCounts& llCounts, const uint8_t* dLengths,
           const CodeCounts& dCounts);

  /** Bits that the symbols of a histogram send, extra bits included. */
  uint64_t cost(const Histogram& histogram) const;

  /** Whether a symbol of the histogram has no code. */
  bool lacks(const Histogram& histogram) const;

  /** A literal, or a match with its extra bits: at most 48 bits. */
  Code of(Token token) const {
    const Code ll = codeOf(ll_[token & TOKEN_LL_MASK]);
    const DistanceEntry d = d_[(token >> TOKEN_SYMBOL_SHIFT) & TOKEN_SYMBOL_MASK];
    // The extra bits of a distance are the low bits of distance - 1.
    const uint64_t distance = d.code | (token >> TOKEN_DISTANCE_SHIFT & d.extraMask) << d.codeBits;
    return {ll.value | distance << ll.size, ll.size + d.size};
  }
  Code endOfBlock() const { return codeOf(endOfBlock_); }

 private:
  /** An entry holds up to 20 bits to send and, above them, how many they are. */
  using Entry = uint32_t;
  static constexpr unsigned SIZE_SHIFT = 20;
  static Code codeOf(Entry entry) { return {entry & ((1u << SIZE_SHIFT) - 1), entry >> SIZE_SHIFT}; }

  /** Of eight bytes, so that the processor finds an entry without a multiplication. */
  struct alignas(8) DistanceEntry {
    uint16_t code;
    uint16_t extraMask;
    uint8_t codeBits;
    uint8_t size;
  };

  void beginAlphabet(const CodeCounts& counts);
  uint32_t nextCode(unsigned length);

  /** Bits that each symbol sends, its extra bits included; 0: no code. In the order of a histogram. */
  std::array<uint32_t, LL_SYMBOLS + D_SYMBOLS> bits_;
  /** Entries of the literals at 0-255, and of match lengths, extra bits included, as tokens have them. */
  std::array<Entry, TOKEN_LL_MASK + 1> ll_{};
  /** The last one, of `NO_DISTANCE`, stays empty. */
  std::array<DistanceEntry, D_SYMBOLS + 1> d_{};
  Entry endOfBlock_;
  /** All symbols have a code. */
  bool isFull_ = false;
  /** The next code of each length. */
  std::array<uint32_t, MAX_CODE_BITS + 1> next_;
};

/**
 * Writes one DEFLATE block into a target. Who writes asks for room with `reserve` first: after true the
 * tokens go through `putTokens`; after false through `putTokensThatFit`, which stops where the target ends.
 */
class BlockWriter {
 public:
  /** @param stores false: the block is only measured, and no byte of the target written */
  void begin(Target& target, bool stores);

  /** Bytes stored. */
  size_t position() const { return position_; }

  /** Makes room for `bits` more bits; false: the target space is not large enough. */
  bool reserve(uint64_t bits);

  /** The block header: BFINAL=1 (UM 2.5.2), BTYPE, and for a dynamic block the DHT's bits as they are; null:
   * fixed codes. */
  void putHeader(const uint8_t* dht, size_t dhtlen);

  /** Takes `bits` bits for sent, for which there is room, when no byte is stored. */
  void skip(uint64_t bits);

  /** Sends tokens for which there is room. @param bits what they send, or with EOB if that follows next */
  void putTokens(const Token* tokens, size_t count, const Codes& codes, uint64_t bits);

  /** Sends tokens as far as the target goes. */
  void putTokensThatFit(const Token* tokens, size_t count, const Codes& codes);

  /** Sends EOB, fills up the last byte with zeros and lets go of the target. Returns TEBC. */
  unsigned end(const Codes& codes);

 private:
  void put(Code code);

  Target* target_ = nullptr;
  bool stores_ = true;
  size_t position_ = 0;
  /** Fewer than 8 bits that are not stored yet, the next to send lowest, and how many they are. */
  uint64_t hold_ = 0;
  unsigned held_ = 0;
};

}  // namespace nx
