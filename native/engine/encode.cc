// SPDX-License-Identifier: MIT
#include "encode.h"

#include <algorithm>

#include "bytes.h"

namespace nx {

namespace {

constexpr std::array<uint8_t, 256> makeReversed() {
  std::array<uint8_t, 256> reversed{};
  for (unsigned value = 0; value < 256; value++)
    reversed[value] = static_cast<uint8_t>(reverseBits(value, 8));
  return reversed;
}

/** Each byte with its bits in the other order: faster than to count in that order, where each code waits for
 * the one before it. */
constexpr auto REVERSED = makeReversed();

}  // namespace

void Codes::set(const uint8_t* llLengths, const CodeCounts& llCounts, const uint8_t* dLengths,
                const CodeCounts& dCounts) {
  const auto makeEntry = [this](unsigned length, unsigned extra) -> Entry {
    const Entry entry = nextCode(length) | (length + extra) << SIZE_SHIFT;
    return length == 0 ? 0 : entry;
  };
  isFull_ = llCounts[0] == 0 && dCounts[0] == 0;
  bits_.fill(0);
  ll_.fill(0);
  beginAlphabet(llCounts);
  // Mostly many literals in a row have no code.
  for (unsigned first = 0; first < END_OF_BLOCK; first += 8) {
    if (loadLe<uint64_t>(llLengths + first) == 0) continue;
    for (unsigned symbol = first; symbol < first + 8; symbol++) {
      bits_[symbol] = llLengths[symbol];
      ll_[symbol] = makeEntry(llLengths[symbol], 0);
    }
  }
  bits_[END_OF_BLOCK] = llLengths[END_OF_BLOCK];
  endOfBlock_ = makeEntry(llLengths[END_OF_BLOCK], 0);
  // In rising order: LL284's last value is length 258, which belongs to LL285.
  for (unsigned symbol = FIRST_LENGTH_SYMBOL; symbol < LL_SYMBOLS; symbol++) {
    const unsigned length = llLengths[symbol];
    const unsigned extra = LENGTH_EXTRA_BITS[symbol - FIRST_LENGTH_SYMBOL];
    const unsigned first = TOKEN_FIRST_LENGTH + LENGTH_BASE[symbol - FIRST_LENGTH_SYMBOL];
    const Entry entry = makeEntry(length, extra);
    bits_[symbol] = entry >> SIZE_SHIFT;
    for (unsigned value = 0; value < 1u << extra; value++)
      ll_[first + value] = entry == 0 ? 0 : entry | value << length;
  }
  beginAlphabet(dCounts);
  for (unsigned symbol = 0; symbol < D_SYMBOLS; symbol++) {
    const uint8_t length = dLengths[symbol];
    DistanceEntry& entry = d_[symbol];
    entry = {};
    if (length != 0) {
      const unsigned extra = DISTANCE_EXTRA_BITS[symbol];
      entry.code = static_cast<uint16_t>(nextCode(length));
      entry.extraMask = static_cast<uint16_t>((1u << extra) - 1);
      entry.codeBits = length;
      entry.size = static_cast<uint8_t>(length + extra);
    }
    bits_[FIRST_D_COUNT + symbol] = entry.size;
  }
}

uint64_t Codes::cost(const Histogram& histogram) const {
  uint64_t total = 0;
  for (size_t symbol = 0; symbol < histogram.size(); symbol++)
    total += uint64_t{histogram[symbol]} * bits_[symbol];
  return total;
}

bool Codes::lacks(const Histogram& histogram) const {
  if (isFull_) return false;
  // In such words that the compiler makes vectors of it.
  uint32_t lacking = 0;
  for (size_t symbol = 0; symbol < histogram.size(); symbol++)
    lacking |= histogram[symbol] & (0 - uint32_t{bits_[symbol] == 0});
  return lacking != 0;
}

/** The first code of each length (RFC 1951 3.2.2). */
void Codes::beginAlphabet(const CodeCounts& counts) {
  uint32_t code = 0;
  next_[0] = 0;
  for (unsigned length = 1; length <= MAX_CODE_BITS; length++) {
    next_[length] = code;
    code = (code + counts[length]) << 1;
  }
}

/** In the order of sending: the most significant bit lowest. */
uint32_t Codes::nextCode(unsigned length) {
  const uint32_t code = next_[length]++;
  return (uint32_t{REVERSED[code & 0xff]} << 8 | REVERSED[code >> 8 & 0xff]) >> (16 - length);
}

void BlockWriter::begin(Target& target, bool stores) {
  target_ = &target;
  stores_ = stores;
  position_ = 0;
  hold_ = 0;
  held_ = 0;
}

bool BlockWriter::reserve(uint64_t bits) {
  while ((target_->size() - position_) * 8 < held_ + bits) {
    if (!target_->grow()) return false;
  }
  return true;
}

void BlockWriter::putHeader(const uint8_t* dht, size_t dhtlen) {
  put({1 | (dht == nullptr ? BTYPE_FIXED : BTYPE_DYNAMIC) << 1, 3});
  if (dht == nullptr) return;
  for (size_t index = 0; index < dhtlen >> 3; index++) put({dht[index], 8});
  const unsigned rest = dhtlen & 7;
  if (rest != 0) put({dht[dhtlen >> 3] & ((1u << rest) - 1), rest});
}

void BlockWriter::skip(uint64_t bits) {
  position_ += (held_ + bits) >> 3;
  held_ = (held_ + bits) & 7;
}

void BlockWriter::putTokens(const Token* tokens, size_t count, const Codes& codes, uint64_t bits) {
  uint8_t* const bytes = target_->bytes();
  const Token* const last = tokens + count;
  // Up to here eight bytes can be stored at a time, of which the last ones are stored again with what
  // follows: all of them are the block's own in the end.
  const size_t whole = position_ + ((held_ + bits) >> 3);
  const size_t safe = whole < 8 ? 0 : whole - 8;
  size_t position = position_;
  uint64_t hold = hold_;
  unsigned held = held_;
  const auto send = [&](Code code) {
    hold |= code.value << held;
    held += code.size;
    storeLe(bytes + position, hold);
    position += held >> 3;
    hold >>= held & ~7u;
    held &= 7;
  };
  // Up to 7 bits are held, and a token has 48 at most. Three of them seldom have more than 56.
  while (whole >= 8 && last - tokens >= 3 && position <= safe) {
    const Code first = codes.of(tokens[0]);
    const Code second = codes.of(tokens[1]);
    const Code third = codes.of(tokens[2]);
    const unsigned two = first.size + second.size;
    if (__builtin_expect(two + third.size <= 56, 1)) {
      send({first.value | second.value << first.size | third.value << two, two + third.size});
      tokens += 3;
    } else {
      send(first);
      tokens++;
    }
  }
  position_ = position;
  hold_ = hold;
  held_ = held;
  putTokensThatFit(tokens, static_cast<size_t>(last - tokens), codes);
}

void BlockWriter::putTokensThatFit(const Token* tokens, size_t count, const Codes& codes) {
  for (size_t index = 0; index < count && position_ < target_->size(); index++) {
    put(codes.of(tokens[index]));
  }
}

unsigned BlockWriter::end(const Codes& codes) {
  put(codes.endOfBlock());
  const unsigned tebc = held_;
  if (tebc != 0) put({0, 8 - tebc});
  target_ = nullptr;
  return tebc;
}

/** Sends a code; bytes beyond the end of the target are dropped. */
void BlockWriter::put(Code code) {
  hold_ |= code.value << held_;
  held_ += code.size;
  for (; held_ >= 8; held_ -= 8) {
    if (position_ < target_->size()) {
      if (stores_) target_->bytes()[position_] = static_cast<uint8_t>(hold_);
      position_++;
    }
    hold_ >>= 8;
  }
}

}  // namespace nx
