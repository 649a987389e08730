// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "deflate.h"
#include "dht.h"

/*
 * A decoding table is indexed with the next bits of the source: first with the root bits, then, for longer
 * codes, with the rest of 15 bits in the subtable that the first entry names. Layout of an entry, bits
 * counted from the lowest:
 *
 *   0:4    bits to consume: codes and extra bits
 *   5:7    flags of what is exceptional
 *   8:11   bits of the codes alone
 *   13     LITERALS: one or two literals and nothing else
 *   14:15  how many literals, before a length as well
 *   16:31  what the entry stands for:
 *            literals: the first one in 16:23, the second one in 24:31
 *            a length: less 3 in 24:31, after at most one literal in 16:23
 *            a distance: the least one
 *            a longer code: the index of its subtable
 *
 * Two codes that together fit into the root bits can share an entry: two literals, or a literal and a length.
 * An UNDEFINED entry has as code bits those that it takes to detect it. Shifts take the low 6 bits of an
 * entry, or of its second byte, for a count; flags are there only where nothing is shifted by it, and bits 5
 * to 7 are 0 in what is not exceptional.
 */
namespace nx {

using DecodeEntry = uint32_t;

constexpr DecodeEntry ENTRY_LITERALS = 0x2000;
/** What one literal adds to the number of them. */
constexpr DecodeEntry ENTRY_LITERAL = 0x4000;
/** One of the next two; if neither, the code continues in a subtable. */
constexpr DecodeEntry ENTRY_EXCEPTIONAL = 0x80;
/** The end-of-block code. */
constexpr DecodeEntry ENTRY_END = 0x40;
/** No symbol has this code: CC=66. */
constexpr DecodeEntry ENTRY_UNDEFINED = 0x20;

inline unsigned bitsOf(DecodeEntry entry) {
  return entry & 31;
}
inline unsigned codeBitsOf(DecodeEntry entry) {
  return (entry >> 8) & 15;
}
inline bool isExceptional(DecodeEntry entry) {
  return (entry & ENTRY_EXCEPTIONAL) != 0;
}
inline bool isLiterals(DecodeEntry entry) {
  return (entry & ENTRY_LITERALS) != 0;
}
/** 0 to 2. */
inline unsigned literalsOf(DecodeEntry entry) {
  return (entry / ENTRY_LITERAL) & 3;
}

/** Masks bits on any processor. */
struct AnyBits {
  /** The lowest bits, as many as the low byte of `count` says: less than 64. */
  static uint64_t lowest(uint64_t bits, uint32_t count) { return bits & ((uint64_t{1} << (count & 63)) - 1); }
};

/** The extra bits of a length or distance whose code starts at bit 0 of `bits`. */
template <typename Bits = AnyBits>
__attribute__((always_inline)) inline unsigned extraOf(DecodeEntry entry, uint64_t bits) {
  return static_cast<unsigned>(Bits::lowest(bits, entry) >> ((entry >> 8) & 63));
}
template <typename Bits = AnyBits>
__attribute__((always_inline)) inline unsigned lengthOf(DecodeEntry entry, uint64_t bits) {
  return (entry >> 24) + MIN_MATCH + extraOf<Bits>(entry, bits);
}
template <typename Bits = AnyBits>
__attribute__((always_inline)) inline unsigned distanceOf(DecodeEntry entry, uint64_t bits) {
  return (entry >> 16) + extraOf<Bits>(entry, bits);
}

/** A decoding table of an alphabet of up to `SYMBOLS` symbols, with room for `LEAST` entries or more. */
template <unsigned ROOT, unsigned SYMBOLS, size_t LEAST = 0>
struct DecodeTable {
  /** Most root bits. A table of shorter codes has only as many as its longest code, which fills it faster. */
  static constexpr unsigned ROOT_BITS = ROOT;
  /** Bits of the second lookup: what is left of the longest code. */
  static constexpr unsigned SUB_BITS = MAX_CODE_BITS - ROOT;
  static constexpr uint64_t SUB_MASK = (1u << SUB_BITS) - 1;

  /** As many ones as the table has root bits. */
  uint64_t rootMask;
  /** A subtable serves at least two codes, because only complete codes have long codes. */
  static constexpr size_t USED = (1 << ROOT) + (SYMBOLS >> 1) * (1 << SUB_BITS);
  std::array<DecodeEntry, std::max(USED, LEAST)> entries{};

  DecodeEntry root(uint64_t bits) const { return entries[bits & rootMask]; }

  static bool isSubtable(DecodeEntry entry) {
    return (entry & (ENTRY_EXCEPTIONAL | ENTRY_END | ENTRY_UNDEFINED)) == ENTRY_EXCEPTIONAL;
  }
  DecodeEntry sub(DecodeEntry entry, uint64_t bits) const {
    return entries[(entry >> 16) + ((bits >> ROOT_BITS) & SUB_MASK)];
  }

  /** The entry of the code that starts at bit 0 of `bits`. */
  DecodeEntry find(uint64_t bits) const {
    const DecodeEntry entry = root(bits);
    return isSubtable(entry) ? sub(entry, bits) : entry;
  }
};

/**
 * Bits of the first lookup. More: fewer codes need a second one and more literals share an entry, but each
 * block fills a larger table (8 KiB at 11), which competes for the first-level cache.
 */
using LlTable = DecodeTable<11, LL_SYMBOLS>;
constexpr unsigned D_ROOT_BITS = 9;

/**
 * Behind the distances lie as many entries of what may follow literals: one or two literals more, or 0, which
 * takes no bits. They begin as many bytes behind the table's begin as the value of LITERALS, so that an entry
 * tells by itself where the lookup behind it goes.
 */
constexpr size_t FIRST_FOLLOWER = ENTRY_LITERALS / sizeof(DecodeEntry);
using DTable = DecodeTable<D_ROOT_BITS, D_SYMBOLS, FIRST_FOLLOWER + (1 << D_ROOT_BITS)>;
static_assert(DTable::USED <= FIRST_FOLLOWER, "what follows literals is no part of the table");

/** The two decoding tables of a block. */
class HuffmanDecoder {
 public:
  LlTable ll;
  DTable d;

  /** Makes the tables of a dynamic block from a table that was read and is valid. */
  void build(const Dht& dht);

  /** Makes the tables of fixed blocks (RFC 1951 3.2.6). */
  void buildFixed();

  /** Lets literals share an entry, or a turn of the fast loop, with the symbols that follow them, if that
   * pays before so much source. */
  void pairBefore(uint64_t sourceBits);

  /** Whether literals make up so much of the data, by the lengths of their codes, that they mostly follow
   * each other. */
  bool hasRunsOfLiterals() const { return hasRunsOfLiterals_; }

  /** Bits of a literal's own code, where its entry may stand for more. */
  unsigned codeBitsOfLiteral(unsigned literal) const { return llLengths_[literal]; }

 private:
  void widenDistances();
  void addFollowers();

  /** The code lengths that the tables stand for; at first, with no codes, none do. */
  bool built_ = false;
  bool paired_ = false;
  bool hasRunsOfLiterals_ = false;
  /** The literals and lengths that have codes, in the order of these, and how many of each length. */
  std::array<uint16_t, LL_SYMBOLS> llSorted_{};
  CodeCounts llCounts_{};
  std::array<uint8_t, FIXED_LL_SYMBOLS> llLengths_{};
  std::array<uint8_t, D_SYMBOLS> dLengths_{};
};

}  // namespace nx
