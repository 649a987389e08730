// SPDX-License-Identifier: MIT
#include "inflate_symbols.h"

#include "format.h"
#include "inflate_fast.h"

namespace nx {

namespace {

/** A whole symbol was written; no value that a step of the engine ends with. */
constexpr int WRITTEN = -2;

/** Copies as much of a match as the target has room for; only all of it is a success. */
int copyMatch(InflateState& state, size_t distance, size_t length) {
  const size_t fitting = state.reserve(length);
  state.copyFromHistory(state.at, distance, fitting);
  state.at += fitting;
  return fitting == length ? WRITTEN : cc::TARGET_SPACE;
}

/**
 * Decodes one symbol with exact account of every bit: a match, its length and its distance with their extra
 * bits, is one symbol, of which nothing is taken unless all of it is there (UM table 5-3).
 */
int decodeSymbol(InflateState& state, const HuffmanDecoder& decoder) {
  const uint64_t available = state.unprocessed();
  const uint64_t bits = state.peek();
  const DecodeEntry entry = decoder.ll.find(bits);
  if (isExceptional(entry)) {
    if (codeBitsOf(entry) > available) return SOURCE_ENDED;
    if ((entry & ENTRY_END) == 0) return cc::MISSING_CODE;
    state.bit += bitsOf(entry);
    return BLOCK_ENDED;
  }
  if (literalsOf(entry) > 0) {
    const unsigned literal = (entry >> 16) & 0xff;
    const unsigned literalBits = decoder.codeBitsOfLiteral(literal);
    if (literalBits > available) return SOURCE_ENDED;
    if (state.reserve(1) == 0) return cc::TARGET_SPACE;
    state.target->bytes()[state.at++] = static_cast<uint8_t>(literal);
    state.bit += literalBits;
    return WRITTEN;
  }
  const unsigned lengthBits = bitsOf(entry);
  if (lengthBits > available) return SOURCE_ENDED;

  // Length and distance have 20 and 28 bits at most.
  const uint64_t distanceBits = bits >> lengthBits;
  const DecodeEntry distanceEntry = decoder.d.find(distanceBits);
  if (lengthBits + codeBitsOf(distanceEntry) > available) return SOURCE_ENDED;
  if ((distanceEntry & ENTRY_UNDEFINED) != 0) return cc::MISSING_CODE;
  const unsigned bothBits = lengthBits + bitsOf(distanceEntry);
  if (bothBits > available) return SOURCE_ENDED;
  const size_t distance = distanceOf(distanceEntry, distanceBits);
  if (distance > state.at + state.historyLength) return cc::INVALID_DISTANCE;
  state.bit += bothBits;
  return copyMatch(state, distance, lengthOf(entry, bits));
}

}  // namespace

int decodeSymbols(InflateState& state, const HuffmanDecoder& decoder) {
  for (;;) {
    if (inflateFast(state, decoder)) return BLOCK_ENDED;
    do {
      const int outcome = decodeSymbol(state, decoder);
      if (outcome != WRITTEN) return outcome;
      state.applyLimit();
    } while (!hasFastSource(state));
  }
}

}  // namespace nx
