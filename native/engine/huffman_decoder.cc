#include "huffman_decoder.h"

#include <algorithm>

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
  for (unsigned literal = 0; literal < END_OF_BLOCK; literal++)
    entries[literal] = ENTRY_LITERAL | literal << 16;
  entries[END_OF_BLOCK] = ENTRY_EXCEPTIONAL | ENTRY_END;
  for (unsigned symbol = 0; symbol < LENGTH_BASE.size(); symbol++) {
    entries[FIRST_LENGTH_SYMBOL + symbol] =
        static_cast<DecodeEntry>(LENGTH_BASE[symbol]) << 16 | LENGTH_EXTRA_BITS[symbol];
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

/** Fills a table from code lengths that are complete, or have at most one code, of one bit (RFC 1951 3.2.2).
 */
template <typename Table>
void fill(Table& table, const uint8_t* lengths, size_t symbols, const DecodeEntry* prototypes) {
  unsigned counts[MAX_CODE_BITS + 1] = {};
  for (size_t symbol = 0; symbol < symbols; symbol++) counts[lengths[symbol]]++;
  unsigned offsets[MAX_CODE_BITS + 2] = {};
  for (unsigned length = 1; length <= MAX_CODE_BITS; length++)
    offsets[length + 1] = offsets[length] + counts[length];
  uint16_t sorted[FIXED_LL_SYMBOLS];
  for (size_t symbol = 0; symbol < symbols; symbol++) {
    if (lengths[symbol] != 0) sorted[offsets[lengths[symbol]]++] = static_cast<uint16_t>(symbol);
  }

  // The table of the codes up to one length is, twice over, that of the codes up to the next length but for
  // its new codes.
  DecodeEntry* const entries = table.entries.data();
  entries[0] = UNDEFINED_DYNAMIC;
  entries[1] = UNDEFINED_DYNAMIC;
  uint32_t code = 0;
  const uint16_t* next = sorted;
  for (unsigned length = 1; length <= Table::ROOT_BITS; length++) {
    if (length > 1) std::copy_n(entries, size_t{1} << (length - 1), entries + (size_t{1} << (length - 1)));
    for (unsigned left = counts[length]; left > 0; left--) {
      entries[code] = prototypes[*next++] + length * CODE_BIT;
      code = nextReversedCode(code, length);
    }
  }

  constexpr uint32_t SUBTABLE_ENTRIES = 1u << Table::SUB_BITS;
  uint32_t subtable = (1u << Table::ROOT_BITS) - SUBTABLE_ENTRIES;
  uint32_t root = ~uint32_t{0};
  for (unsigned length = Table::ROOT_BITS + 1; length <= MAX_CODE_BITS; length++) {
    for (unsigned left = counts[length]; left > 0; left--) {
      if ((code & Table::ROOT_MASK) != root) {
        root = code & Table::ROOT_MASK;
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

}  // namespace

void HuffmanDecoder::build(const std::array<uint8_t, LL_SYMBOLS>& llLengths,
                           const std::array<uint8_t, D_SYMBOLS>& dLengths) {
  if (!built_ || llLengths != llLengths_) {
    fill(ll, llLengths.data(), llLengths.size(), LL_ENTRIES.data());
    llLengths_ = llLengths;
  }
  if (!built_ || dLengths != dLengths_) {
    fill(d, dLengths.data(), dLengths.size(), D_ENTRIES.data());
    dLengths_ = dLengths;
  }
  built_ = true;
}

void HuffmanDecoder::buildFixed() {
  fill(ll, FIXED_LL_LENGTHS.data(), FIXED_LL_LENGTHS.size(), LL_ENTRIES.data());
  fill(d, FIXED_D_LENGTHS.data(), FIXED_D_LENGTHS.size(), D_ENTRIES.data());
}

}  // namespace nx
