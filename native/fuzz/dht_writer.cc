// SPDX-License-Identifier: MIT
#include "dht_writer.h"

#include "../engine/deflate.h"

namespace nx::fuzz {

namespace {

/** The code lengths that the code-length code gets: all 19 symbols, in a complete code. */
constexpr unsigned SHORT_CODES = 13;
constexpr unsigned SHORT_BITS = 4;
constexpr unsigned LONG_BITS = 5;

/** Symbol 18 of the code-length code: 11 to 138 zeros, less 11 in 7 bits. */
constexpr unsigned REPEAT_ZERO = 18;
constexpr size_t FEWEST_ZEROS = 11;
constexpr size_t MOST_ZEROS = 138;

class BitWriter {
 public:
  void put(unsigned value, unsigned count) {
    for (unsigned index = 0; index < count; index++, bits++) {
      if (bits % 8 == 0) bytes.push_back(0);
      bytes.back() = static_cast<uint8_t>(bytes.back() | (value >> index & 1) << bits % 8);
    }
  }

  /** The code of a symbol of the code-length code. */
  void putSymbol(unsigned symbol) {
    const bool isShort = symbol < SHORT_CODES;
    const unsigned code = isShort ? symbol : 2 * SHORT_CODES + (symbol - SHORT_CODES);
    const unsigned count = isShort ? SHORT_BITS : LONG_BITS;
    put(reverseBits(code, count), count);
  }

  Bytes bytes;
  size_t bits = 0;
};

}  // namespace

WrittenDht writeDht(const Bytes& llLengths, const Bytes& dLengths) {
  BitWriter writer;
  writer.put(static_cast<unsigned>(llLengths.size()) - 257, 5);
  writer.put(static_cast<unsigned>(dLengths.size()) - 1, 5);
  writer.put(static_cast<unsigned>(CODE_LENGTH_ORDER.size()) - 4, 4);
  for (const uint8_t symbol : CODE_LENGTH_ORDER) writer.put(symbol < SHORT_CODES ? SHORT_BITS : LONG_BITS, 3);
  Bytes all = llLengths;
  all.insert(all.end(), dLengths.begin(), dLengths.end());
  for (size_t index = 0; index < all.size();) {
    size_t zeros = 0;
    while (index + zeros < all.size() && all[index + zeros] == 0 && zeros < MOST_ZEROS) zeros++;
    if (zeros >= FEWEST_ZEROS) {
      writer.putSymbol(REPEAT_ZERO);
      writer.put(static_cast<unsigned>(zeros - FEWEST_ZEROS), 7);
      index += zeros;
    } else {
      writer.putSymbol(all[index++]);
    }
  }
  return {writer.bytes, writer.bits};
}

}  // namespace nx::fuzz
