// SPDX-License-Identifier: MIT
#include "dht_encoder.h"

#include <algorithm>

#include "engine/bytes.h"
#include "engine/format.h"

namespace nx {

namespace {

constexpr unsigned HLIT_BITS = 5;
constexpr unsigned HDIST_BITS = 5;
constexpr unsigned HCLEN_BITS = 4;
constexpr unsigned CODE_LENGTH_LENGTH_BITS = 3;
constexpr unsigned MIN_CODE_LENGTH_CODES = 4;

constexpr unsigned REPEAT_PREVIOUS = 16;
constexpr unsigned REPEAT_ZERO_SHORT = 17;
constexpr unsigned REPEAT_ZERO_LONG = 18;
constexpr size_t MIN_REPEAT = 3;
constexpr size_t MAX_REPEAT_PREVIOUS = 6;
constexpr size_t MIN_REPEAT_ZERO_LONG = 11;
constexpr size_t MAX_REPEAT_ZERO = 138;
/** Of the code-length symbols 16, 17 and 18; the others have none. */
constexpr std::array<uint8_t, 19> EXTRA_BITS = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 3, 7};

/** Packs bits, from the least significant bit of each byte on, into memory that has room for a word more. */
class BitWriter {
 public:
  explicit BitWriter(uint8_t* bytes) : bytes_(bytes) {}

  /** Takes bits. Those that wait for `flush` are 63 at most, up to 7 that the last one left among them. */
  void put(uint32_t value, unsigned width) {
    hold_ |= uint64_t{value} << held_;
    held_ += width;
  }

  /** Stores what was taken, all of it: the last bits come again with those behind them. */
  void flush() {
    storeLe(bytes_ + at_, hold_);
    at_ += held_ >> 3;
    hold_ >>= held_ & ~7u;
    held_ &= 7;
  }

  /** The number of all bits. */
  uint32_t bits() const { return static_cast<uint32_t>(at_ * 8 + held_); }

 private:
  uint8_t* bytes_;
  size_t at_ = 0;
  uint64_t hold_ = 0;
  unsigned held_ = 0;
};

/*
 * An item of a description is a code-length symbol, 0..18, in bits 0-4, with its extra bits in 5-11 and in
 * 12-15 the length that it repeats.
 */
using Item = uint16_t;
constexpr unsigned EXTRA_SHIFT = 5;
constexpr unsigned REPEATED_SHIFT = 12;

constexpr Item makeItem(unsigned symbol, size_t extra, unsigned repeated) {
  return static_cast<Item>(symbol | extra << EXTRA_SHIFT | repeated << REPEATED_SHIFT);
}
unsigned symbolOf(Item item) {
  return item & 31;
}
unsigned extraOf(Item item) {
  return item >> EXTRA_SHIFT & 127;
}
unsigned repeatedBy(Item item) {
  return item >> REPEATED_SHIFT;
}

/** Items that are sent together: of 14 bits each at most. */
constexpr size_t SENT_ITEMS = 4;

/** A bit for each byte of a word that is not 0. */
uint64_t nonZeroBytes(uint64_t word) {
  constexpr uint64_t LOW_BITS = 0x7f7f7f7f7f7f7f7f;
  // The highest bit of a byte says it; the multiplication brings the eight of them together.
  const uint64_t highest = (((word & LOW_BITS) + LOW_BITS) | word) & ~LOW_BITS;
  return (highest >> 7) * 0x0102040810204080 >> 56;
}

}  // namespace

/** A bit for each length: whether another one follows. */
class DhtEncoder::RunEnds {
 public:
  RunEnds(const Sequence& lengths, size_t total) {
    for (size_t index = 0; index < total; index += 8) {
      const uint64_t different = loadLe<uint64_t>(&lengths[index]) ^ loadLe<uint64_t>(&lengths[index + 1]);
      ends_[index / 64] |= nonZeroBytes(different) << (index % 64);
    }
    // There is one behind the last length, whatever comes there.
    ends_[(total - 1) / 64] |= uint64_t{1} << ((total - 1) % 64);
  }

  /** Where the run ends that begins behind the last one. */
  size_t next() {
    while (ends_[word_] == 0) word_++;
    const uint64_t word = ends_[word_];
    ends_[word_] = word & (word - 1);
    return word_ * 64 + static_cast<size_t>(__builtin_ctzll(word)) + 1;
  }

 private:
  std::array<uint64_t, (ALL_LENGTHS + 63) / 64> ends_{};
  size_t word_ = 0;
};

void DhtEncoder::Description::clear() {
  count = 0;
  counts.fill(0);
}

void DhtEncoder::Description::add(uint16_t item) {
  items[count++] = item;
  counts[symbolOf(item)]++;
}

/** Without asking how many they are, which nobody could predict. */
void DhtEncoder::Description::addFew(uint8_t length, size_t times) {
  std::fill_n(&items[count], FEW, Item{length});
  count += times;
  counts[length] += static_cast<uint32_t>(times);
}

void DhtEncoder::finish(Description& description) {
  const auto& counts = description.counts;
  const auto& lengths = description.lengths;
  uint64_t bits =
      codeLengths_.make(counts.data(), counts.size(), MAX_CODE_LENGTH_BITS, description.lengths.data());
  unsigned codes = CODE_LENGTH_SYMBOLS;
  while (codes > MIN_CODE_LENGTH_CODES && lengths[CODE_LENGTH_ORDER[codes - 1]] == 0) codes--;
  description.codes = codes;
  bits += HLIT_BITS + HDIST_BITS + HCLEN_BITS + codes * CODE_LENGTH_LENGTH_BITS;
  for (size_t symbol = REPEAT_PREVIOUS; symbol < counts.size(); symbol++)
    bits += counts[symbol] * EXTRA_BITS[symbol];
  description.bits = bits;
}

void DhtEncoder::describeRuns(const Sequence& lengths, size_t total) {
  longest_.clear();
  repeatCount_ = 0;
  RunEnds ends(lengths, total);
  for (size_t index = 0; index < total;) {
    const uint8_t length = lengths[index];
    const size_t end = ends.next();
    const size_t run = end - index;
    index = end;
    // Only what follows a length can repeat it.
    const size_t first = length != 0 ? 1 : 0;
    if (run < first + MIN_REPEAT) {
      longest_.addFew(length, run);
      continue;
    }
    longest_.addFew(length, first);
    size_t left = run - first;
    while (left >= MIN_REPEAT) {
      const size_t repeat = std::min(left, length == 0 ? MAX_REPEAT_ZERO : MAX_REPEAT_PREVIOUS);
      if (repeat >= MIN_REPEAT_ZERO_LONG) {
        longest_.add(makeItem(REPEAT_ZERO_LONG, repeat - MIN_REPEAT_ZERO_LONG, 0));
      } else {
        const unsigned symbol = length != 0 ? REPEAT_PREVIOUS : REPEAT_ZERO_SHORT;
        const Item item = makeItem(symbol, repeat - MIN_REPEAT, length);
        repeats_[repeatCount_++] = item;
        longest_.add(item);
      }
      left -= repeat;
    }
    longest_.addFew(length, left);
  }
  finish(longest_);
}

/** Whether a repeat, of symbol 16 or 17, takes no fewer bits than what it repeats. */
bool DhtEncoder::isShort(uint16_t item) const {
  const auto& bitsOf = longest_.lengths;
  const unsigned repeatedBits = bitsOf[repeatedBy(item)];
  const size_t repeat = extraOf(item) + MIN_REPEAT;
  const unsigned symbol = symbolOf(item);
  return repeatedBits != 0 && repeat * repeatedBits <= size_t{bitsOf[symbol]} + EXTRA_BITS[symbol];
}

bool DhtEncoder::unrollRepeats() {
  const auto isShortItem = [this](Item item) { return isShort(item); };
  if (std::none_of(repeats_.begin(), repeats_.begin() + static_cast<ptrdiff_t>(repeatCount_), isShortItem))
    return false;
  other_.clear();
  for (size_t index = 0; index < longest_.count; index++) {
    const Item item = longest_.items[index];
    const unsigned symbol = symbolOf(item);
    if ((symbol != REPEAT_PREVIOUS && symbol != REPEAT_ZERO_SHORT) || !isShort(item)) {
      other_.add(item);
      continue;
    }
    for (size_t left = extraOf(item) + MIN_REPEAT; left > 0; left--) other_.add(Item(repeatedBy(item)));
  }
  finish(other_);
  return true;
}

uint32_t DhtEncoder::write(const uint8_t* lengths, uint8_t* dht) {
  const uint8_t* const ll = lengths;
  const uint8_t* const d = ll + LL_SYMBOLS;
  size_t llUsed = LL_SYMBOLS;
  while (ll[llUsed - 1] == 0) llUsed--;
  size_t dUsed = D_SYMBOLS;
  while (dUsed > 1 && d[dUsed - 1] == 0) dUsed--;
  Sequence sequence;
  std::copy_n(ll, llUsed, sequence.begin());
  std::fill(std::copy_n(d, dUsed, &sequence[llUsed]), sequence.end(), uint8_t{0});
  describeRuns(sequence, llUsed + dUsed);
  const Description& best = unrollRepeats() && other_.bits < longest_.bits ? other_ : longest_;

  std::array<uint32_t, MAX_CODE_LENGTH_BITS + 1> next{};
  for (const uint8_t length : best.lengths) next[length] += length != 0;
  uint32_t code = 0;
  for (unsigned length = 1; length <= MAX_CODE_LENGTH_BITS; length++) {
    const uint32_t count = next[length];
    next[length] = reverseBits(code, length);
    code = (code + count) << 1;
  }
  std::array<uint32_t, CODE_LENGTH_SYMBOLS> codes{};
  for (size_t symbol = 0; symbol < CODE_LENGTH_SYMBOLS; symbol++) {
    const unsigned length = best.lengths[symbol];
    if (length == 0) continue;
    codes[symbol] = next[length];
    next[length] = nextReversedCode(next[length], length);
  }

  std::array<uint8_t, cpb::DHT_BYTES + sizeof(uint64_t)> bytes{};
  BitWriter out(bytes.data());
  out.put(static_cast<uint32_t>(llUsed - FIRST_LENGTH_SYMBOL), HLIT_BITS);
  out.put(static_cast<uint32_t>(dUsed - 1), HDIST_BITS);
  out.put(best.codes - MIN_CODE_LENGTH_CODES, HCLEN_BITS);
  out.flush();
  for (unsigned index = 0; index < best.codes; index++)
    out.put(best.lengths[CODE_LENGTH_ORDER[index]], CODE_LENGTH_LENGTH_BITS);
  out.flush();
  const auto send = [&](Item item) {
    const unsigned symbol = symbolOf(item);
    const unsigned length = best.lengths[symbol];
    out.put(codes[symbol] | extraOf(item) << length, length + EXTRA_BITS[symbol]);
  };
  size_t sent = 0;
  for (; sent + SENT_ITEMS <= best.count; sent += SENT_ITEMS) {
    for (size_t index = sent; index < sent + SENT_ITEMS; index++) send(best.items[index]);
    out.flush();
  }
  for (; sent < best.count; sent++) send(best.items[sent]);
  out.flush();
  std::copy_n(bytes.begin(), cpb::DHT_BYTES, dht);
  return out.bits();
}

}  // namespace nx
