#include "huffman_decoder.h"

#include <algorithm>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

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
    entries[literal] = literal << 24 | literal << 16 | ENTRY_LITERALS;
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
 * Bits of source before which it pays to pair entries: eight at a time, or one by one. Lower: the time that
 * it takes, that of decoding some hundred symbols, is lost more often on small jobs. Higher: jobs of medium
 * size are decoded symbol by symbol.
 */
constexpr uint64_t PAIRED_SOURCE_BITS = 2048 * 8;
constexpr uint64_t PAIRED_SOURCE_BITS_ONE_BY_ONE = 16384 * 8;

/** Fills a table from code lengths that are complete, or have at most one code, of one bit (RFC 1951 3.2.2).
 */
template <typename Table>
void fill(Table& table, const uint8_t* lengths, size_t symbols, const CodeCounts& counts,
          const DecodeEntry* prototypes) {
  // The symbols in the order of their codes, after those that have none: no branch depends on a length.
  unsigned offsets[MAX_CODE_BITS + 1];
  offsets[0] = 0;
  unsigned longest = 1;
  for (unsigned length = 1; length <= MAX_CODE_BITS; length++) {
    offsets[length] = offsets[length - 1] + counts[length - 1];
    if (counts[length] != 0) longest = length;
  }
  uint16_t sorted[FIXED_LL_SYMBOLS];
  for (size_t symbol = 0; symbol < symbols; symbol++)
    sorted[offsets[lengths[symbol]]++] = static_cast<uint16_t>(symbol);

  // The table of the codes up to one length is, twice over, that of the codes up to the next length but for
  // its new codes.
  DecodeEntry* const entries = table.entries.data();
  const unsigned rootBits = std::min(longest, Table::ROOT_BITS);
  table.rootMask = (1u << rootBits) - 1;
  entries[0] = UNDEFINED_DYNAMIC;
  entries[1] = UNDEFINED_DYNAMIC;
  uint32_t code = 0;
  const uint16_t* next = sorted + counts[0];
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

/*
 * What follows a code of n bits in an index is the index shifted by n, a lower one: from the highest index
 * down, it still stands for one symbol.
 */

/** Makes entries of up to two symbols from those of one below `count`, of which there are 2 ** `rootBits`. */
void pairEntries(DecodeEntry* entries, size_t count, unsigned rootBits) {
  for (size_t index = count; index-- > 0;) {
    const DecodeEntry first = entries[index];
    const DecodeEntry second = entries[index >> codeBitsOf(first)];
    if (!isLiterals(first) || isExceptional(second)) continue;
    if (codeBitsOf(first) + codeBitsOf(second) > rootBits) continue;
    // The bits of both add up, and what the second one is all of it will be.
    entries[index] = (first & 0x00ff0000) | (second & 0xff000000) |
                     ((first & (0xffff & ~ENTRY_LITERALS)) + (second & 0xffff) + ENTRY_PAIR);
  }
}

#if defined(__x86_64__)

__attribute__((target("avx2"))) inline __m256i eight(uint32_t value) {
  return _mm256_set1_epi32(static_cast<int32_t>(value));
}

__attribute__((target("avx2"))) inline __m256i codeBits(__m256i entries) {
  return _mm256_and_si256(_mm256_srli_epi32(entries, 8), eight(15));
}

/** The same of a multiple of eight entries, eight at a time. */
__attribute__((target("avx2"))) void pairEntriesWithAvx2(DecodeEntry* entries, size_t count,
                                                         unsigned rootBits) {
  const __m256i upwards = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  for (size_t index = count; index > 0;) {
    index -= 8;
    auto* const at = reinterpret_cast<__m256i*>(entries + index);
    const __m256i first = _mm256_loadu_si256(at);
    const __m256i next =
        _mm256_srlv_epi32(_mm256_add_epi32(eight(static_cast<uint32_t>(index)), upwards), codeBits(first));
    const __m256i second = _mm256_i32gather_epi32(reinterpret_cast<const int*>(entries), next, 4);
    const __m256i bits = _mm256_add_epi32(codeBits(first), codeBits(second));
    const __m256i flags = _mm256_or_si256(_mm256_and_si256(first, eight(ENTRY_LITERALS)),
                                          _mm256_and_si256(second, eight(ENTRY_EXCEPTIONAL)));
    const __m256i fits = _mm256_andnot_si256(_mm256_cmpgt_epi32(bits, eight(rootBits)),
                                             _mm256_cmpeq_epi32(flags, eight(ENTRY_LITERALS)));
    const __m256i low =
        _mm256_add_epi32(_mm256_and_si256(first, eight(0xffff & ~ENTRY_LITERALS)),
                         _mm256_add_epi32(_mm256_and_si256(second, eight(0xffff)), eight(ENTRY_PAIR)));
    const __m256i high = _mm256_or_si256(_mm256_and_si256(first, eight(0x00ff0000)),
                                         _mm256_and_si256(second, eight(0xff000000)));
    _mm256_storeu_si256(at, _mm256_blendv_epi8(first, _mm256_or_si256(low, high), fits));
  }
}

#endif

}  // namespace

void HuffmanDecoder::build(const Dht& dht) {
  if (!built_ || !std::equal(dht.ll.begin(), dht.ll.end(), llLengths_.begin())) {
    fill(ll, dht.ll.data(), dht.ll.size(), dht.llCounts, LL_ENTRIES.data());
    std::copy(dht.ll.begin(), dht.ll.end(), llLengths_.begin());
    paired_ = false;
  }
  if (!built_ || dht.d != dLengths_) {
    fill(d, dht.d.data(), dht.d.size(), dht.dCounts, D_ENTRIES.data());
    dLengths_ = dht.d;
  }
  built_ = true;
}

void HuffmanDecoder::buildFixed() {
  fill(ll, FIXED_LL_LENGTHS.data(), FIXED_LL_LENGTHS.size(), countLengths(FIXED_LL_LENGTHS),
       LL_ENTRIES.data());
  fill(d, FIXED_D_LENGTHS.data(), FIXED_D_LENGTHS.size(), countLengths(FIXED_D_LENGTHS), D_ENTRIES.data());
  llLengths_ = FIXED_LL_LENGTHS;
}

void HuffmanDecoder::pairBefore(uint64_t sourceBits) {
  if (paired_ || sourceBits < PAIRED_SOURCE_BITS) return;
  const size_t count = ll.rootMask + 1;
  const auto rootBits = static_cast<unsigned>(__builtin_ctzll(count));
#if defined(__x86_64__)
  static const bool hasAvx2 = __builtin_cpu_supports("avx2") != 0;
  if (hasAvx2 && count >= 8) {
    pairEntriesWithAvx2(ll.entries.data(), count, rootBits);
    paired_ = true;
    return;
  }
#endif
  if (sourceBits < PAIRED_SOURCE_BITS_ONE_BY_ONE) return;
  pairEntries(ll.entries.data(), count, rootBits);
  paired_ = true;
}

}  // namespace nx
