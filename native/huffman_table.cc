// SPDX-License-Identifier: MIT
#include "huffman_table.h"

#include <algorithm>

#include "engine/bytes.h"

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

  /** @param width at most 32 */
  void put(uint32_t value, unsigned width) {
    hold_ |= uint64_t{value} << held_;
    held_ += width;
    if (held_ < 32) return;
    storeLe(bytes_ + at_, static_cast<uint32_t>(hold_));
    at_ += 4;
    hold_ >>= 32;
    held_ -= 32;
  }

  /** Stores the last bits and returns the number of all bits. */
  uint32_t finish() {
    storeLe(bytes_ + at_, static_cast<uint32_t>(hold_));
    return static_cast<uint32_t>(at_ * 8 + held_);
  }

 private:
  uint8_t* bytes_;
  size_t at_ = 0;
  uint64_t hold_ = 0;
  unsigned held_ = 0;
};

/** Bytes behind the lengths that `runLength` may read. */
constexpr size_t RUN_OVERREAD = 7;

/** How many of the bytes from `at` on, of `most`, are equal to the first one. */
size_t runLength(const uint8_t* at, size_t most) {
  const uint64_t pattern = *at * uint64_t{0x0101010101010101};
  for (size_t length = 0; length < most; length += 8) {
    const uint64_t difference = loadLe<uint64_t>(at + length) ^ pattern;
    if (difference != 0)
      return std::min(most, length + (static_cast<size_t>(__builtin_ctzll(difference)) >> 3));
  }
  return most;
}

/** Bits of the extra bits of all counted symbols. */
uint64_t extraBits(const uint32_t* counts) {
  uint64_t total = 0;
  for (size_t index = 0; index < LENGTH_EXTRA_BITS.size(); index++)
    total += uint64_t{counts[FIRST_LENGTH_SYMBOL + index]} * LENGTH_EXTRA_BITS[index];
  for (size_t index = 0; index < DISTANCE_EXTRA_BITS.size(); index++)
    total += uint64_t{counts[LL_SYMBOLS + index]} * DISTANCE_EXTRA_BITS[index];
  return total;
}

uint64_t fixedCodeBits(const uint32_t* counts) {
  uint64_t total = 0;
  for (size_t symbol = 0; symbol < LL_SYMBOLS; symbol++)
    total += uint64_t{counts[symbol]} * FIXED_LL_LENGTHS[symbol];
  for (size_t symbol = 0; symbol < D_SYMBOLS; symbol++)
    total += uint64_t{counts[LL_SYMBOLS + symbol]} * FIXED_D_LENGTHS[symbol];
  return total;
}

}  // namespace

void TableMaker::make(const uint32_t* given, HuffmanTable& table) {
  // Another thread may be changing them: each is read once.
  std::copy_n(given, counts_.size(), counts_.begin());
  uint32_t* const counts = counts_.data();
  const uint32_t ends = counts[END_OF_BLOCK];
  counts[END_OF_BLOCK] = std::max(ends, 1u);
  uint8_t* const lengths = table.lengths.data();
  const uint64_t llBits = codeLengths_.make(counts, LL_SYMBOLS, MAX_CODE_BITS, lengths);
  const uint64_t dBits =
      codeLengths_.make(counts + LL_SYMBOLS, D_SYMBOLS, MAX_CODE_BITS, lengths + LL_SYMBOLS);
  const uint64_t unused = ends == 0 ? lengths[END_OF_BLOCK] : 0;
  counts[END_OF_BLOCK] = ends;
  const uint64_t extra = extraBits(counts);
  table.bits = llBits + dBits + extra - unused;
  table.fixedBits = fixedCodeBits(counts) + extra;
  writeDht(table);
}

void TableMaker::Description::clear() {
  count = 0;
  counts.fill(0);
}

void TableMaker::Description::add(unsigned symbol, unsigned extra) {
  symbols[count] = static_cast<uint8_t>(symbol);
  extras[count++] = static_cast<uint8_t>(extra);
  counts[symbol]++;
}

/** Without asking how many they are, which nobody could predict. */
void TableMaker::Description::addFew(uint8_t length, size_t times) {
  storeLe(&symbols[count], length * uint32_t{0x01010101});
  storeLe(&extras[count], uint32_t{0});
  count += times;
  counts[length] += static_cast<uint32_t>(times);
}

void TableMaker::finish(Description& description) {
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

void TableMaker::describeRuns(const uint8_t* lengths, size_t total) {
  longest_.clear();
  for (size_t index = 0; index < total;) {
    const uint8_t length = lengths[index];
    const size_t run = runLength(lengths + index, total - index);
    index += run;
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
      if (length != 0) {
        longest_.add(REPEAT_PREVIOUS, static_cast<unsigned>(repeat - MIN_REPEAT));
      } else if (repeat < MIN_REPEAT_ZERO_LONG) {
        longest_.add(REPEAT_ZERO_SHORT, static_cast<unsigned>(repeat - MIN_REPEAT));
      } else {
        longest_.add(REPEAT_ZERO_LONG, static_cast<unsigned>(repeat - MIN_REPEAT_ZERO_LONG));
      }
      left -= repeat;
    }
    longest_.addFew(length, left);
  }
  finish(longest_);
}

bool TableMaker::unrollRepeats() {
  const auto& bitsOf = longest_.lengths;
  other_.clear();
  unsigned length = 0;
  for (size_t index = 0; index < longest_.count; index++) {
    const unsigned symbol = longest_.symbols[index];
    const unsigned extra = longest_.extras[index];
    if (symbol < REPEAT_PREVIOUS) {
      length = symbol;
    } else if (symbol != REPEAT_ZERO_LONG) {
      const unsigned repeated = symbol == REPEAT_PREVIOUS ? length : 0;
      const size_t repeat = extra + MIN_REPEAT;
      const bool isLong =
          bitsOf[repeated] == 0 || repeat * bitsOf[repeated] > size_t{bitsOf[symbol]} + EXTRA_BITS[symbol];
      if (!isLong) {
        for (size_t left = repeat; left > 0; left--) other_.add(repeated, 0);
        continue;
      }
    }
    other_.add(symbol, extra);
  }
  if (other_.count == longest_.count) return false;
  finish(other_);
  return true;
}

void TableMaker::writeDht(HuffmanTable& table) {
  const uint8_t* const ll = table.lengths.data();
  const uint8_t* const d = ll + LL_SYMBOLS;
  size_t llUsed = LL_SYMBOLS;
  while (ll[llUsed - 1] == 0) llUsed--;
  size_t dUsed = D_SYMBOLS;
  while (dUsed > 1 && d[dUsed - 1] == 0) dUsed--;
  std::array<uint8_t, LL_SYMBOLS + D_SYMBOLS + RUN_OVERREAD> sequence;
  std::copy_n(ll, llUsed, sequence.begin());
  const auto end = std::copy_n(d, dUsed, sequence.begin() + static_cast<ptrdiff_t>(llUsed));
  std::fill_n(end, RUN_OVERREAD, uint8_t{0});
  describeRuns(sequence.data(), llUsed + dUsed);
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

  table.dht.fill(0);
  BitWriter out(table.dht.data());
  out.put(static_cast<uint32_t>(llUsed - FIRST_LENGTH_SYMBOL), HLIT_BITS);
  out.put(static_cast<uint32_t>(dUsed - 1), HDIST_BITS);
  out.put(best.codes - MIN_CODE_LENGTH_CODES, HCLEN_BITS);
  for (unsigned index = 0; index < best.codes; index++)
    out.put(best.lengths[CODE_LENGTH_ORDER[index]], CODE_LENGTH_LENGTH_BITS);
  for (size_t index = 0; index < best.count; index++) {
    const unsigned symbol = best.symbols[index];
    const unsigned length = best.lengths[symbol];
    out.put(codes[symbol] | uint32_t{best.extras[index]} << length, length + EXTRA_BITS[symbol]);
  }
  table.dhtlen = out.finish();
}

}  // namespace nx
