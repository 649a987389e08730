#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "deflate.h"

/*
 * A decoding table is indexed with the next bits of the source: first with the root bits, then, for longer
 * codes, with the rest of 15 bits in the subtable that the first entry names. Layout of an entry, bits
 * counted from the lowest:
 *
 *   0:4    bits to consume: code and extra bits; bits 5-7 are 0
 *   8:11   bits of the code alone
 *   13:15  flags
 *   16:30  the literal, the least length or distance, or the index of the subtable
 *   31     literal
 *
 * An UNDEFINED entry has as code bits those that it takes to detect it.
 */
namespace nx {

using DecodeEntry = uint32_t;

constexpr DecodeEntry ENTRY_LITERAL = 0x80000000;
/** One of the next two; if neither, the code continues in a subtable. */
constexpr DecodeEntry ENTRY_EXCEPTIONAL = 0x8000;
/** The end-of-block code. */
constexpr DecodeEntry ENTRY_END = 0x4000;
/** No symbol has this code: CC=66. */
constexpr DecodeEntry ENTRY_UNDEFINED = 0x2000;

inline unsigned bitsOf(DecodeEntry entry) {
  return entry & 31;
}
inline unsigned codeBitsOf(DecodeEntry entry) {
  return (entry >> 8) & 15;
}
inline unsigned baseOf(DecodeEntry entry) {
  return (entry >> 16) & 0x7fff;
}

/** Base plus extra bits of an entry whose code starts at bit 0 of `bits`. */
inline unsigned valueOf(DecodeEntry entry, uint64_t bits) {
  const uint64_t codeAndExtra = bits & ((uint64_t{1} << bitsOf(entry)) - 1);
  return baseOf(entry) + static_cast<unsigned>(codeAndExtra >> codeBitsOf(entry));
}

/** A decoding table of an alphabet of up to `SYMBOLS` symbols. */
template <unsigned ROOT, unsigned SYMBOLS>
struct DecodeTable {
  static constexpr unsigned ROOT_BITS = ROOT;
  static constexpr uint64_t ROOT_MASK = (1u << ROOT) - 1;
  /** Bits of the second lookup: what is left of the longest code. */
  static constexpr unsigned SUB_BITS = MAX_CODE_BITS - ROOT;
  static constexpr uint64_t SUB_MASK = (1u << SUB_BITS) - 1;

  /** A subtable serves at least two codes, because only complete codes have long codes. */
  std::array<DecodeEntry, (1 << ROOT) + (SYMBOLS >> 1) * (1 << SUB_BITS)> entries;

  DecodeEntry root(uint64_t bits) const { return entries[bits & ROOT_MASK]; }

  static bool isSubtable(DecodeEntry entry) { return (entry & ENTRY_EXCEPTIONAL) != 0 && baseOf(entry) != 0; }
  DecodeEntry sub(DecodeEntry entry, uint64_t bits) const {
    return entries[baseOf(entry) + ((bits >> ROOT_BITS) & SUB_MASK)];
  }

  /** The entry of the code that starts at bit 0 of `bits`. */
  DecodeEntry find(uint64_t bits) const {
    const DecodeEntry entry = root(bits);
    return isSubtable(entry) ? sub(entry, bits) : entry;
  }
};

/**
 * Bits of the first lookup. More: fewer codes need a second one, but each block fills a larger table (8 KiB
 * at 11), which competes for the first-level cache.
 */
using LlTable = DecodeTable<11, LL_SYMBOLS>;
using DTable = DecodeTable<9, D_SYMBOLS>;

/** The two decoding tables of a block. */
class HuffmanDecoder {
 public:
  LlTable ll;
  DTable d;

  /** Makes the tables of a dynamic block from valid code lengths; 0: no code. */
  void build(const std::array<uint8_t, LL_SYMBOLS>& llLengths,
             const std::array<uint8_t, D_SYMBOLS>& dLengths);

  /** Makes the tables of fixed blocks (RFC 1951 3.2.6). */
  void buildFixed();

 private:
  /** The code lengths that the tables stand for; at first, with no codes, none do. */
  bool built_ = false;
  std::array<uint8_t, LL_SYMBOLS> llLengths_;
  std::array<uint8_t, D_SYMBOLS> dLengths_;
};

}  // namespace nx
