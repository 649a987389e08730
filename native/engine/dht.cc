#include "dht.h"

#include <algorithm>

#include "bytes.h"

namespace nx {

namespace {

/** HLIT and HDIST above 29 name symbols that do not exist (UM 4.1). */
constexpr unsigned MAX_HLIT = 29;
constexpr unsigned MAX_HDIST = 29;

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

/** At least 16 bits from bit `bit` on; zeros follow the last one. */
uint32_t peek(const uint8_t* bytes, size_t length, uint64_t bit) {
  const size_t byte = bit >> 3;
  uint32_t word = 0;
  if (byte + 4 <= length) {
    word = loadLe<uint32_t>(bytes + byte);
  } else {
    for (size_t index = length; index-- > byte;) word = word << 8 | bytes[index];
  }
  return word >> (bit & 7);
}

}  // namespace

int Dht::read(const uint8_t* bytes, size_t length, uint64_t start, uint64_t end) {
  uint64_t bit = start;
  if (end - bit < 5) return INCOMPLETE;
  const uint32_t header = peek(bytes, length, bit);
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
  for (unsigned index = 0; index < codeLengthCount; index++, bit += 3) {
    codeLengths_[CODE_LENGTH_ORDER[index]] = peek(bytes, length, bit) & 7;
  }
  if (!isCode(countLengths(codeLengths_), MAX_CODE_LENGTH_BITS, false)) return INVALID;
  buildCodeLengthDecoder();

  const unsigned llCount = hlit + 257;
  const unsigned total = llCount + hdist + 1;
  unsigned filled = 0;
  while (filled < total) {
    // A code and the extra bits have 14 bits at most.
    const uint32_t word = peek(bytes, length, bit);
    const unsigned codeBits = decode_[word & 127] & 7;
    const unsigned symbol = decode_[word & 127] >> 3;
    if (codeBits > end - bit) return INCOMPLETE;
    if (symbol < REPEAT_PREVIOUS) {
      bit += codeBits;
      lengths_[filled++] = static_cast<uint8_t>(symbol);
      continue;
    }
    if (symbol == REPEAT_PREVIOUS && filled == 0) return INVALID;
    const unsigned extraBits = symbol == REPEAT_PREVIOUS ? 2 : symbol == REPEAT_ZERO_SHORT ? 3 : 7;
    if (codeBits + extraBits > end - bit) return INCOMPLETE;
    bit += codeBits + extraBits;
    const unsigned extra = (word >> codeBits) & ((1u << extraBits) - 1);
    const unsigned last = filled + extra + (extraBits == 7 ? 11 : 3);
    if (last > total) return INVALID;
    const uint8_t repeated = symbol == REPEAT_PREVIOUS ? lengths_[filled - 1] : uint8_t{0};
    std::fill(lengths_.begin() + filled, lengths_.begin() + last, repeated);
    filled = last;
  }

  ll.fill(0);
  std::copy_n(lengths_.begin(), llCount, ll.begin());
  d.fill(0);
  std::copy_n(lengths_.begin() + llCount, hdist + 1, d.begin());
  llCounts = countLengths(ll);
  dCounts = countLengths(d);
  if (!isCode(llCounts, MAX_CODE_BITS, true) || !isCode(dCounts, MAX_CODE_BITS, true)) return INVALID;
  return static_cast<int>(bit - start);
}

/** The code-length code is complete here, so every 7-bit value starts with one of its codes. */
void Dht::buildCodeLengthDecoder() {
  uint32_t code = 0;
  for (unsigned length = 1; length <= MAX_CODE_LENGTH_BITS; length++) {
    for (unsigned symbol = 0; symbol < codeLengths_.size(); symbol++) {
      if (codeLengths_[symbol] != length) continue;
      for (uint32_t value = code; value < decode_.size(); value += 1u << length) {
        decode_[value] = static_cast<uint8_t>(symbol << 3 | length);
      }
      code = nextReversedCode(code, length);
    }
  }
}

}  // namespace nx
