// SPDX-License-Identifier: MIT
#include "huffman_decoder.h"

#include <algorithm>

#include "bytes.h"

namespace nx {

namespace {

/** What an entry's two bit counts grow by for each bit of its code. */
constexpr DecodeEntry CODE_BIT = 0x101;

/** An undefined dynamic code takes as many bits to detect as the longest code has (UM table 5-1). */
constexpr DecodeEntry UNDEFINED_DYNAMIC = (ENTRY_EXCEPTIONAL | ENTRY_UNDEFINED) + MAX_CODE_BITS * CODE_BIT;

/** Entries without their code bits: of LL0..LL287. */
constexpr std::array<DecodeEntry, FIXED_LL_SYMBOLS> makeLlEntries() {
  std::array<DecodeEntry, FIXED_LL_SYMBOLS> entries{};
  for (DecodeEntry& entry : entries) entry = ENTRY_EXCEPTIONAL | ENTRY_UNDEFINED;
  // In both places: it may become the first or the second literal of an entry.
  for (unsigned literal = 0; literal < END_OF_BLOCK; literal++)
    entries[literal] = literal << 24 | literal << 16 | ENTRY_LITERALS | ENTRY_LITERAL;
  entries[END_OF_BLOCK] = ENTRY_EXCEPTIONAL | ENTRY_END;
  for (unsigned symbol = 0; symbol < LENGTH_BASE.size(); symbol++) {
    entries[FIRST_LENGTH_SYMBOL + symbol] =
        (LENGTH_BASE[symbol] - MIN_MATCH) << 24 | LENGTH_EXTRA_BITS[symbol];
  }
  return entries;
}
constexpr auto LL_ENTRIES = makeLlEntries();

/** The same of D0..D31. */
constexpr std::array<DecodeEntry, FIXED_D_SYMBOLS> makeDEntries() {
  std::array<DecodeEntry, FIXED_D_SYMBOLS> entries{};
  // The first four bits of the fixed codes of D30 and D31 are theirs alone: detected a bit before the code's
  // end (UM table 5-1).
  for (DecodeEntry& entry : entries) entry = (ENTRY_EXCEPTIONAL | ENTRY_UNDEFINED) - CODE_BIT;
  for (unsigned symbol = 0; symbol < D_SYMBOLS; symbol++) {
    entries[symbol] = static_cast<DecodeEntry>(DISTANCE_BASE[symbol]) << 16 | DISTANCE_EXTRA_BITS[symbol];
  }
  return entries;
}
constexpr auto D_ENTRIES = makeDEntries();

/**
 * Bits of source before which it pays to pair entries. Lower: the time that it takes, that of decoding some
 * hundred symbols, is lost more often on small jobs. Higher: jobs of medium size are decoded symbol by
 * symbol.
 */
constexpr uint64_t PAIRED_SOURCE_BITS = 2048 * 8;

/**
 * The share of literals from which on they are taken for runs, in units of 2 ** -15. Lower: more time is lost
 * to wrong guesses where runs begin and end. Higher: more time is lost on literals that could be guessed.
 */
constexpr unsigned RUNS_SHARE = 11 << (MAX_CODE_BITS - 4);

/** How much of the code space, in units of 2 ** -15, the codes of literals take: their share of the data. */
unsigned shareOfLiterals(const std::array<uint8_t, FIXED_LL_SYMBOLS>& lengths) {
  // What the others leave, as they are few. The length 0, of no code, becomes the bit that is cut off.
  unsigned others = 0;
  for (size_t symbol = END_OF_BLOCK; symbol < lengths.size(); symbol++)
    others += (1u << (MAX_CODE_BITS - lengths[symbol])) & ((1u << MAX_CODE_BITS) - 1);
  return (1u << MAX_CODE_BITS) - others;
}

/** Symbols that have a code, in rising order, and what is before them in the list of which they are a part.
 */
struct CodedPart {
  const uint16_t* symbols;
  const uint16_t* ranks;
  size_t used;
  /** Of symbol 0 of the alphabet. */
  unsigned first;
  /** What ranks are more than in this alphabet alone. */
  const CodeCounts& before;
};

constexpr CodeCounts NONE_BEFORE{};

/**
 * Fills a table from code lengths that are complete, or have at most one code, of one bit (RFC 1951 3.2.2).
 *
 * @param sorted becomes the symbols in the order of their codes
 */
template <typename Table>
void fill(Table& table, const uint8_t* lengths, const CodedPart& coded, const CodeCounts& counts,
          const DecodeEntry* prototypes, uint16_t* sorted) {
  // No branch depends on a length.
  unsigned offsets[MAX_CODE_BITS + 1];
  unsigned longest = 1;
  unsigned offset = 0;
  for (unsigned length = 1; length <= MAX_CODE_BITS; length++) {
    offsets[length] = offset - coded.before[length];
    offset += counts[length];
    if (counts[length] != 0) longest = length;
  }
  for (size_t index = 0; index < coded.used; index++) {
    const unsigned symbol = coded.symbols[index] - coded.first;
    sorted[offsets[lengths[symbol]] + coded.ranks[index]] = static_cast<uint16_t>(symbol);
  }

  // The table of the codes up to one length is, twice over, that of the codes up to the next length but for
  // its new codes.
  DecodeEntry* const entries = table.entries.data();
  const unsigned rootBits = std::min(longest, Table::ROOT_BITS);
  table.rootMask = (1u << rootBits) - 1;
  entries[0] = UNDEFINED_DYNAMIC;
  entries[1] = UNDEFINED_DYNAMIC;
  uint32_t code = 0;
  const uint16_t* next = sorted;
  for (unsigned length = 1; length <= rootBits; length++) {
    if (length > 1) std::copy_n(entries, size_t{1} << (length - 1), entries + (size_t{1} << (length - 1)));
    for (unsigned left = counts[length]; left > 0; left--) {
      entries[code] = prototypes[*next++] + length * CODE_BIT;
      code = nextReversedCode(code, length);
    }
  }

  constexpr uint32_t SUBTABLE_ENTRIES = 1u << Table::SUB_BITS;
  uint32_t subtable = (1u << Table::ROOT_BITS) - SUBTABLE_ENTRIES;
  uint32_t root = ~uint32_t{0};
  for (unsigned length = Table::ROOT_BITS + 1; length <= longest; length++) {
    for (unsigned left = counts[length]; left > 0; left--) {
      if ((code & table.rootMask) != root) {
        root = static_cast<uint32_t>(code & table.rootMask);
        subtable += SUBTABLE_ENTRIES;
        entries[root] = ENTRY_EXCEPTIONAL | subtable << 16;
      }
      const DecodeEntry entry = prototypes[*next++] + length * CODE_BIT;
      for (uint32_t at = code >> Table::ROOT_BITS; at < SUBTABLE_ENTRIES;
           at += 1u << (length - Table::ROOT_BITS)) {
        entries[subtable + at] = entry;
      }
      code = nextReversedCode(code, length);
    }
  }
}

/** The literal/length table before its entries are paired, as far as a second symbol is looked up in it. */
using LoneEntries = std::array<DecodeEntry, 1 << (LlTable::ROOT_BITS - 1)>;

/** Lets a literal share its entries with what follows it. `first` is its entry, of `length` code bits. */
__attribute__((always_inline)) inline void pairLiteral(DecodeEntry* entries, unsigned rootBits,
                                                       const LoneEntries& lone, uint32_t code,
                                                       unsigned length) {
  const DecodeEntry first = entries[code];
  const unsigned left = rootBits - length;
  const uint32_t count = 1u << left;
  // Two loops, the first of which the compiler makes of vectors.
  LoneEntries pairs;
  for (uint32_t index = 0; index < count; index++) {
    const DecodeEntry second = lone[index];
    // The bits and literals of both add up, and what the second one is all of it will be.
    const DecodeEntry pair = (first & 0x00ff0000) | (second & 0xff000000) |
                             ((first & (0xffff & ~ENTRY_LITERALS)) + (second & 0xffff));
    const bool fits = codeBitsOf(second) <= left && !isExceptional(second);
    pairs[index] = fits ? pair : first;
  }
  for (uint32_t index = 0; index < count; index++) entries[code + (index << length)] = pairs[index];
}

/** Makes entries of up to two symbols from those of one, of which there are 2 ** `rootBits`. */
__attribute__((always_inline)) inline void pairAll(DecodeEntry* entries, unsigned rootBits,
                                                   const uint16_t* symbols, const CodeCounts& counts) {
  unsigned shortest = 1;
  while (shortest < rootBits && counts[shortest] == 0) shortest++;
  LoneEntries lone;
  std::copy_n(entries, size_t{1} << (rootBits - shortest), lone.data());
  uint32_t code = 0;
  for (unsigned length = shortest; length + shortest <= rootBits; length++) {
    for (unsigned left = counts[length]; left > 0; left--) {
      if (*symbols++ < END_OF_BLOCK) pairLiteral(entries, rootBits, lone, code, length);
      code = nextReversedCode(code, length);
    }
  }
}

#if defined(__x86_64__)

/** The same with vectors of twice the length. */
__attribute__((target("avx2"))) void pairAllWithAvx2(DecodeEntry* entries, unsigned rootBits,
                                                     const uint16_t* symbols, const CodeCounts& counts) {
  pairAll(entries, rootBits, symbols, counts);
}

#endif

}  // namespace

void HuffmanDecoder::build(const Dht& dht) {
  const CodedSymbols& coded = dht.coded;
  const size_t dUsed = D_SYMBOLS - size_t{dht.dCounts[0]};
  const size_t llUsed = coded.used - dUsed;
  if (!built_ || !std::equal(dht.ll.begin(), dht.ll.end(), llLengths_.begin())) {
    const CodedPart part = {coded.symbols.data(), coded.ranks.data(), llUsed, 0, NONE_BEFORE};
    fill(ll, dht.ll.data(), part, dht.llCounts, LL_ENTRIES.data(), llSorted_.data());
    llCounts_ = dht.llCounts;
    std::copy(dht.ll.begin(), dht.ll.end(), llLengths_.begin());
    hasRunsOfLiterals_ = shareOfLiterals(llLengths_) >= RUNS_SHARE;
    if (paired_) std::fill_n(d.entries.data() + FIRST_FOLLOWER, size_t{1} << D_ROOT_BITS, 0);
    paired_ = false;
  }
  if (!built_ || dht.d != dLengths_) {
    std::array<uint16_t, D_SYMBOLS> sorted;
    const CodedPart part = {coded.symbols.data() + llUsed, coded.ranks.data() + llUsed, dUsed, dht.llEnd,
                            dht.llCounts};
    fill(d, dht.d.data(), part, dht.dCounts, D_ENTRIES.data(), sorted.data());
    dLengths_ = dht.d;
    if (paired_) widenDistances();
  }
  built_ = true;
}

void HuffmanDecoder::buildFixed() {
  std::array<uint16_t, FIXED_LL_SYMBOLS> symbols;
  std::array<uint16_t, FIXED_LL_SYMBOLS> ranks;
  std::array<uint16_t, FIXED_LL_SYMBOLS> sorted;
  const auto fillFixed = [&](auto& table, const auto& lengths, const DecodeEntry* prototypes) {
    CodeCounts counts{};
    for (size_t symbol = 0; symbol < lengths.size(); symbol++) {
      symbols[symbol] = static_cast<uint16_t>(symbol);
      ranks[symbol] = counts[lengths[symbol]]++;
    }
    const CodedPart all = {symbols.data(), ranks.data(), lengths.size(), 0, NONE_BEFORE};
    fill(table, lengths.data(), all, counts, prototypes, sorted.data());
  };
  fillFixed(ll, FIXED_LL_LENGTHS, LL_ENTRIES.data());
  fillFixed(d, FIXED_D_LENGTHS, D_ENTRIES.data());
  llLengths_ = FIXED_LL_LENGTHS;
  hasRunsOfLiterals_ = shareOfLiterals(llLengths_) >= RUNS_SHARE;
}

void HuffmanDecoder::pairBefore(uint64_t sourceBits) {
  if (paired_ || sourceBits < PAIRED_SOURCE_BITS) return;
  paired_ = true;
  widenDistances();
  // Of one literal first, as two of them may be too long.
  addFollowers();
  DecodeEntry* const entries = ll.entries.data();
  const auto rootBits = static_cast<unsigned>(__builtin_ctzll(ll.rootMask + 1));
  const uint16_t* const symbols = llSorted_.data();
#if defined(__x86_64__)
  static const bool hasAvx2 = __builtin_cpu_supports("avx2") != 0;
  if (hasAvx2) {
    pairAllWithAvx2(entries, rootBits, symbols, llCounts_);
  } else {
    pairAll(entries, rootBits, symbols, llCounts_);
  }
#else
  pairAll(entries, rootBits, symbols, llCounts_);
#endif
  addFollowers();
}

/** Gives the distances all root bits, which those that follow literals are looked up with. */
void HuffmanDecoder::widenDistances() {
  constexpr size_t ALL = size_t{1} << D_ROOT_BITS;
  for (size_t count = d.rootMask + 1; count < ALL; count *= 2)
    std::copy_n(d.entries.data(), count, d.entries.data() + count);
  d.rootMask = ALL - 1;
}

/** Adds the literals that fit into the distances' root bits to what may follow literals. */
void HuffmanDecoder::addFollowers() {
  constexpr size_t ALL = size_t{1} << D_ROOT_BITS;
  DecodeEntry* const followers = d.entries.data() + FIRST_FOLLOWER;
  const size_t count = std::min<size_t>(ll.rootMask + 1, ALL);
  for (size_t index = 0; index < count; index++) {
    const DecodeEntry entry = ll.entries[index];
    const bool fits = isLiterals(entry) && codeBitsOf(entry) <= D_ROOT_BITS;
    // Read and written in any case, for the compiler to make vectors of it.
    const DecodeEntry before = followers[index];
    followers[index] = fits ? entry : before;
  }
  for (size_t filled = count; filled < ALL; filled *= 2) std::copy_n(followers, filled, followers + filled);
}

}  // namespace nx
