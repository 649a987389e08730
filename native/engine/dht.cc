// SPDX-License-Identifier: MIT
#include "dht.h"

#include <algorithm>
#include <cstring>

namespace nx {

namespace {

/** HLIT and HDIST above 29 name symbols that do not exist (UM 4.1). */
constexpr unsigned MAX_HLIT = 29;
constexpr unsigned MAX_HDIST = 29;

/** Most bits of a code-length code and its extra bits. */
constexpr unsigned CODE_AND_EXTRA_BITS = 14;

/** Symbols of the code-length code that are no lengths. */
constexpr unsigned REPEAT_PREVIOUS = 16;
constexpr unsigned REPEAT_ZERO_SHORT = 17;

/** Whether code lengths, each of up to `maxBits` bits, make a code that DEFLATE allows. */
bool isCode(const CodeCounts& counts, unsigned maxBits, bool loneCodeAllowed) {
  // Kraft's sum: a code of n bits takes 2 ** -n of the code space, all codes together must take all of it.
  unsigned used = 0;
  unsigned codes = 0;
  for (unsigned length = 1; length <= maxBits; length++) {
    used += unsigned{counts[length]} << (maxBits - length);
    codes += counts[length];
  }
  if (used == 1u << maxBits) return true;
  // RFC 1951 3.2.7: one distance code is written with one bit, none at all with no code. The 42-bit DHT that
  // the manual calls the shortest valid one has no codes in either alphabet.
  return loneCodeAllowed && (codes == 0 || (codes == 1 && counts[1] == 1));
}

/** Bits that `peek` gives at least: all that 19 code-length lengths take. */
constexpr unsigned PEEKED_BITS = 57;

/** At least 57 bits from bit `bit` on; zeros follow the last one. */
uint64_t peek(const uint8_t* bytes, size_t length, uint64_t bit) {
  const size_t byte = bit >> 3;
  uint64_t word = 0;
  if (byte + 8 <= length) {
    word = loadLe<uint64_t>(bytes + byte);
  } else {
    for (size_t index = length; index-- > byte;) word = word << 8 | bytes[index];
  }
  return word >> (bit & 7);
}

}  // namespace

int Dht::read(const uint8_t* bytes, size_t length, uint64_t start, uint64_t end) {
  uint64_t bit = start;
  if (end - bit < 5) return INCOMPLETE;
  const auto header = static_cast<uint32_t>(peek(bytes, length, bit));
  const unsigned hlit = header & 31;
  if (hlit > MAX_HLIT) return INVALID;
  if (end - bit < 10) return INCOMPLETE;
  const unsigned hdist = (header >> 5) & 31;
  if (hdist > MAX_HDIST) return INVALID;
  if (end - bit < 14) return INCOMPLETE;
  const unsigned codeLengthCount = ((header >> 10) & 15) + 4;
  bit += 14;

  if (end - bit < 3 * codeLengthCount) return INCOMPLETE;
  codeLengths_.fill(0);
  uint64_t word = peek(bytes, length, bit);
  for (unsigned index = 0; index < codeLengthCount; index++, word >>= 3)
    codeLengths_[CODE_LENGTH_ORDER[index]] = word & 7;
  bit += 3 * codeLengthCount;
  const CodeCounts codeCounts = countLengths(codeLengths_);
  if (!isCode(codeCounts, MAX_CODE_LENGTH_BITS, false)) return INVALID;
  buildCodeLengthDecoder(codeCounts);

  const unsigned llCount = hlit + 257;
  const unsigned total = llCount + hdist + 1;
  unsigned filled = 0;
  // Counted as they come: counting hundreds of zeros one by one takes longer than to read them.
  CodeCounts counts{};
  size_t used = 0;
  const auto append = [&](unsigned symbol, unsigned codeLength) {
    coded.symbols[used] = static_cast<uint16_t>(symbol);
    coded.ranks[used] = counts[codeLength]++;
    used += codeLength != 0;
  };
  unsigned peeked = 0;
  while (filled < total) {
    if (peeked < CODE_AND_EXTRA_BITS) {
      word = peek(bytes, length, bit);
      peeked = PEEKED_BITS;
    }
    const unsigned entry = decode_[word & 127];
    const unsigned codeBits = entry & 63;
    const unsigned symbol = entry >> 8;
    if (codeBits > end - bit) return INCOMPLETE;
    if (symbol < REPEAT_PREVIOUS) {
      bit += codeBits;
      word >>= codeBits;
      peeked -= codeBits;
      append(filled, symbol);
      lengths_[filled++] = static_cast<uint8_t>(symbol);
      continue;
    }
    if (symbol == REPEAT_PREVIOUS && filled == 0) return INVALID;
    const unsigned extraBits = symbol == REPEAT_PREVIOUS ? 2 : symbol == REPEAT_ZERO_SHORT ? 3 : 7;
    if (codeBits + extraBits > end - bit) return INCOMPLETE;
    const unsigned extra = static_cast<unsigned>(word >> codeBits) & ((1u << extraBits) - 1);
    bit += codeBits + extraBits;
    word >>= codeBits + extraBits;
    peeked -= codeBits + extraBits;
    const unsigned last = filled + extra + (extraBits == 7 ? 11 : 3);
    if (last > total) return INVALID;
    const uint8_t repeated = symbol == REPEAT_PREVIOUS ? lengths_[filled - 1] : uint8_t{0};
    std::fill(lengths_.begin() + filled, lengths_.begin() + last, repeated);
    if (repeated == 0) {
      counts[0] = static_cast<uint16_t>(counts[0] + last - filled);
      filled = last;
    } else {
      for (; filled < last; filled++) append(filled, repeated);
    }
  }

  ll.fill(0);
  std::copy_n(lengths_.begin(), llCount, ll.begin());
  d.fill(0);
  std::copy_n(lengths_.begin() + llCount, hdist + 1, d.begin());
  dCounts = countLengths(d);
  coded.used = used;
  llEnd = llCount;
  // The symbols that the table does not reach have no code either.
  counts[0] = static_cast<uint16_t>(counts[0] + LL_SYMBOLS + D_SYMBOLS - total);
  for (unsigned bits = 0; bits <= MAX_CODE_BITS; bits++)
    llCounts[bits] = static_cast<uint16_t>(counts[bits] - dCounts[bits]);
  if (!isCode(llCounts, MAX_CODE_BITS, true) || !isCode(dCounts, MAX_CODE_BITS, true)) return INVALID;
  return static_cast<int>(bit - start);
}

/** The code-length code is complete here, so every 7-bit value starts with one of its codes. */
void Dht::buildCodeLengthDecoder(const CodeCounts& counts) {
  std::array<unsigned, MAX_CODE_LENGTH_BITS + 1> offsets{};
  for (unsigned length = 1; length <= MAX_CODE_LENGTH_BITS; length++)
    offsets[length] = offsets[length - 1] + counts[length - 1];
  std::array<uint8_t, 19> sorted;
  for (unsigned symbol = 0; symbol < codeLengths_.size(); symbol++)
    sorted[offsets[codeLengths_[symbol]]++] = static_cast<uint8_t>(symbol);

  // The table of the codes up to one length is, twice over, that of the codes up to the next length but for
  // its new codes.
  uint32_t code = 0;
  const uint8_t* next = &sorted[counts[0]];
  // Unrolled, each copy has a size of its own that the compiler knows.
#pragma GCC unroll 8
  for (unsigned length = 1; length <= MAX_CODE_LENGTH_BITS; length++) {
    const size_t half = size_t{1} << (length - 1);
    if (length > 1) std::copy_n(decode_.data(), half, decode_.data() + half);
    for (unsigned left = counts[length]; left > 0; left--) {
      decode_[code] = static_cast<uint16_t>(*next++ << 8 | length);
      code = nextReversedCode(code, length);
    }
  }
}

}  // namespace nx
