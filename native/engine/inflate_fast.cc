#include "inflate_fast.h"

/*
 * The hot loop of decompression. Why it is fast:
 *
 * - It runs only where source and target have room to spare, so there is no end to look for within a symbol.
 * - The next bits of the source are kept in 64 bits, which one load fills up to 56 or more: enough for three
 * literals and again for a length with its distance.
 * - One table lookup gives a symbol, its base value, and its code and extra bits in one sum
 * (huffman_decoder.h). The next symbol is looked up before a match is copied, so that neither waits for the
 * other.
 * - Matches are copied by words, the last of which overlap instead of running over: no byte behind the match
 * is written.
 * - What is rare or takes exact account (the ends, undefined codes, the history) is left to the careful loop,
 * which decodes the same symbol again from its first bit (inflate_symbols.cc).
 */
namespace nx {

namespace {

/** Bytes of source that one turn may load: three loads of 8 bytes, each up to 7 bytes further on. */
constexpr size_t SOURCE_MARGIN = 32;

/** Most literals of one turn. */
constexpr size_t TURN_LITERALS = 3;

template <typename Word>
inline void copyWord(uint8_t* to, const uint8_t* from) {
  storeLe(to, loadLe<Word>(from));
}

inline void copy16(uint8_t* to, const uint8_t* from) {
  const auto low = loadLe<uint64_t>(from);
  const auto high = loadLe<uint64_t>(from + 8);
  storeLe(to, low);
  storeLe(to + 8, high);
}

/** Copies the bytes of a match; `last` is the end of the match. Always from front to back. */
inline void copyMatch(uint8_t* to, uint8_t* last, size_t distance) {
  const auto length = static_cast<size_t>(last - to);
  const uint8_t* from = to - distance;
  if (distance >= 16) {
    if (length > 16) {
      do {
        copy16(to, from);
        to += 16;
        from += 16;
      } while (to < last - 16);
      copy16(last - 16, last - 16 - distance);
    } else if (length >= 8) {
      copyWord<uint64_t>(to, from);
      copyWord<uint64_t>(last - 8, last - 8 - distance);
    } else if (length >= 4) {
      copyWord<uint32_t>(to, from);
      copyWord<uint32_t>(last - 4, last - 4 - distance);
    } else {
      copyWord<uint16_t>(to, from);
      to[2] = from[2];
    }
    return;
  }
  if (distance == 1) {
    std::memset(to, *from, length);
    return;
  }
  // After enough bytes the match repeats with a multiple of the distance, at which words do not overlap.
  size_t stride = distance;
  while (stride < 8) stride += distance;
  uint8_t* const wordsFrom = to + (stride - distance);
  while (to < last && to < wordsFrom) *to++ = *from++;
  if (last - to >= 8) {
    for (; last - to > 8; to += 8) copyWord<uint64_t>(to, to - stride);
    copyWord<uint64_t>(last - 8, last - 8 - stride);
    return;
  }
  for (from = to - distance; to < last;) *to++ = *from++;
}

}  // namespace

bool inflateFast(InflateState& state, const HuffmanDecoder& decoder) {
  // The symbol that reaches the limit is the careful loop's.
  const size_t room = std::min(state.target->size(), state.limit - 1);
  if (state.sourceEnd < SOURCE_MARGIN || (state.bit >> 3) > state.sourceEnd - SOURCE_MARGIN) return false;
  if (room < TURN_LITERALS || state.at > room - TURN_LITERALS) return false;

  const LlTable& ll = decoder.ll;
  const DTable& d = decoder.d;
  const uint8_t* in = state.source + (state.bit >> 3);
  const uint8_t* const lastIn = state.source + (state.sourceEnd - SOURCE_MARGIN);
  uint8_t* const first = state.target->bytes();
  uint8_t* const end = first + room;
  uint8_t* const lastOut = end - TURN_LITERALS;
  uint8_t* out = first + state.at;
  bool ended = false;

  // `hold` has `held` bits to decode from, at least 49 and after a load 56. Above them may be more of the
  // source, to which the next load adds the same.
  uint64_t hold = loadLe<uint64_t>(in) >> (state.bit & 7);
  unsigned held = 56 - static_cast<unsigned>(state.bit & 7);
  in += 7;
  const auto load = [&in, &hold, &held] {
    hold |= loadLe<uint64_t>(in) << held;
    in += (63 - held) >> 3;
    held |= 56;
  };
  const auto take = [&hold, &held](DecodeEntry entry) {
    hold >>= bitsOf(entry);
    held -= bitsOf(entry);
  };

  DecodeEntry entry = ll.root(hold);
  while (in <= lastIn && out <= lastOut) {
    if ((entry & ENTRY_LITERAL) != 0) {
      *out++ = static_cast<uint8_t>(entry >> 16);
      take(entry);
      entry = ll.root(hold);
      if ((entry & ENTRY_LITERAL) != 0) {
        *out++ = static_cast<uint8_t>(entry >> 16);
        take(entry);
        entry = ll.root(hold);
        if ((entry & ENTRY_LITERAL) != 0) {
          *out++ = static_cast<uint8_t>(entry >> 16);
          take(entry);
          load();
          entry = ll.root(hold);
          continue;
        }
      }
      load();
    }
    if ((entry & ENTRY_EXCEPTIONAL) != 0) {
      if (LlTable::isSubtable(entry)) entry = ll.sub(entry, hold);
      if ((entry & ENTRY_LITERAL) != 0) {
        *out++ = static_cast<uint8_t>(entry >> 16);
        take(entry);
        load();
        entry = ll.root(hold);
        continue;
      }
      if ((entry & ENTRY_EXCEPTIONAL) != 0) {
        if ((entry & ENTRY_END) != 0) {
          take(entry);
          ended = true;
        }
        break;
      }
    }
    const unsigned heldAtSymbol = held;
    const unsigned length = valueOf(entry, hold);
    take(entry);
    DecodeEntry distanceEntry = d.root(hold);
    if (DTable::isSubtable(distanceEntry)) distanceEntry = d.sub(distanceEntry, hold);
    const size_t distance = valueOf(distanceEntry, hold);
    const auto at = static_cast<size_t>(out - first);
    if ((distanceEntry & ENTRY_EXCEPTIONAL) != 0 || length > static_cast<size_t>(end - out) ||
        distance > at + state.historyLength) {
      held = heldAtSymbol;
      break;
    }
    take(distanceEntry);
    load();
    entry = ll.root(hold);
    if (distance <= at) {
      copyMatch(out, out + length, distance);
    } else {
      state.copyFromHistory(at, distance, length);
    }
    out += length;
  }

  state.at = static_cast<size_t>(out - first);
  state.bit = static_cast<uint64_t>(in - state.source) * 8 - held;
  return ended;
}

}  // namespace nx
