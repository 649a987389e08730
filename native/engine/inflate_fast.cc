// SPDX-License-Identifier: MIT
#include "inflate_fast.h"

#include "inflate_match.h"

/*
 * The hot loop of decompression. Why it is fast:
 *
 * - It runs only where source and target have room to spare, so there is no end to look for within a symbol.
 * - The next bits of the source are kept in 64 bits, which one load without a branch fills up to 56 or more:
 * enough for three lookups of literals, and again for a length with its distance.
 * - One table lookup gives up to two literals, or a literal and a length, with the bits of both in one sum
 * (huffman_decoder.h). The next entry is looked up before the bits are filled up and before a match is
 * copied, so that none of them waits for the other.
 * - What is wrongly guessed costs more than some bytes too many: literals are stored two at a time, and
 * matches by 48 bytes at least, whatever they are. What lay behind them is put back (inflate_overrun.h).
 * - What is rare or takes exact account (the ends, undefined codes, the history) is left to the careful loop,
 * which decodes the same symbol again from its first bit (inflate_symbols.cc).
 */
namespace nx {

namespace {

/** Bytes of source behind those that are in `hold` that one turn may load: 8, and 8 up to 7 further on. */
constexpr size_t TURN_SOURCE = 15;
/** Those that are in `hold` when the loop is entered. */
constexpr size_t FIRST_SOURCE = 7;

/** Most bytes of target that the literals of one turn take: of three lookups. */
constexpr size_t TURN_LITERALS = 6;

static_assert(MATCH_OVERRUN_BYTES <= Overrun::BYTES, "a match may write no more than was kept");

enum class Ended { BLOCK, ROOM, CAREFULLY };

/** Decodes up to target byte `room`, and may write `Overrun::BYTES` more. */
__attribute__((always_inline)) inline Ended decode(InflateState& state, const HuffmanDecoder& decoder,
                                                   size_t room) {
  const LlTable& ll = decoder.ll;
  const DTable& d = decoder.d;
  // The compiler must take it that a store of output may change a mask in memory.
  const uint64_t llMask = ll.rootMask;
  const uint64_t dMask = d.rootMask;
  const uint8_t* in = state.source + (state.bit >> 3);
  const uint8_t* const lastIn = state.source + (state.sourceEnd - TURN_SOURCE);
  uint8_t* const first = state.target->bytes();
  uint8_t* const end = first + room;
  uint8_t* const lastOut = end - TURN_LITERALS;
  uint8_t* out = first + state.at;

  // `hold` has `held` bits to decode from, after a load 56 or more. Above them is more of the source, to
  // which the next load adds the same. Only the low 6 bits of `held` count: a whole entry can be taken off
  // it.
  uint64_t hold = loadLe<uint64_t>(in) >> (state.bit & 7);
  uint32_t held = 56 - static_cast<unsigned>(state.bit & 7);
  in += FIRST_SOURCE;
  const auto load = [&in, &hold, &held] {
    hold |= loadLe<uint64_t>(in) << (held & 63);
    in += 7 - ((held >> 3) & 7);
    held |= 56;
  };
  const auto take = [&hold, &held](DecodeEntry entry) {
    hold >>= entry & 63;
    held -= entry;
  };
  const auto putLiterals = [&out](DecodeEntry entry) {
    storeLe(out, static_cast<uint16_t>(entry >> 16));
    out += 1 + pairOf(entry);
  };

  Ended ended = Ended::ROOM;
  DecodeEntry entry = ll.entries[hold & llMask];
  while (in <= lastIn && out <= lastOut) {
    load();
    // The bits that start with the present entry's code.
    uint64_t bits = hold;
    take(entry);
    if (isLiterals(entry)) {
      putLiterals(entry);
      entry = ll.entries[hold & llMask];
      bits = hold;
      take(entry);
      if (isLiterals(entry)) {
        putLiterals(entry);
        entry = ll.entries[hold & llMask];
        bits = hold;
        take(entry);
        if (isLiterals(entry)) {
          putLiterals(entry);
          entry = ll.entries[hold & llMask];
          continue;
        }
      }
      load();
    }
    if (isExceptional(entry)) {
      if (LlTable::isSubtable(entry)) {
        entry = ll.sub(entry, hold);
        bits = hold;
        take(entry);
      }
      if (isLiterals(entry)) {
        putLiterals(entry);
        entry = ll.entries[hold & llMask];
        continue;
      }
      if (isExceptional(entry)) {
        ended = (entry & ENTRY_END) != 0 ? Ended::BLOCK : Ended::CAREFULLY;
        break;
      }
    }
    // A match, before which may be a literal. `out` moves on once it is known to be valid.
    *out = static_cast<uint8_t>(entry >> 16);
    uint8_t* const to = out + pairOf(entry);
    const size_t length = lengthOf(entry, bits);
    DecodeEntry distanceEntry = d.entries[hold & dMask];
    if (isExceptional(distanceEntry)) {
      if (DTable::isSubtable(distanceEntry)) distanceEntry = d.sub(distanceEntry, hold);
      if (isExceptional(distanceEntry)) {
        ended = Ended::CAREFULLY;
        break;
      }
    }
    const size_t distance = distanceOf(distanceEntry, hold);
    const auto made = static_cast<size_t>(to - first);
    if (length > static_cast<size_t>(end - to) || distance > made + state.historyLength) {
      ended = Ended::CAREFULLY;
      break;
    }
    take(distanceEntry);
    entry = ll.entries[hold & llMask];
    if (distance <= made) {
      copyMatch(to, length, distance);
    } else {
      state.copyFromHistory(made, distance, length);
    }
    out = to + length;
  }

  state.at = static_cast<size_t>(out - first);
  // The symbol that is left to the careful loop was taken already.
  const unsigned left = (held & 63) + (ended == Ended::CAREFULLY ? bitsOf(entry) : 0);
  state.bit = static_cast<uint64_t>(in - state.source) * 8 - left;
  return ended;
}

#if defined(__x86_64__)

/** BMI2's shifts take their count from any register. */
__attribute__((target("bmi2"))) Ended decodeWithBmi2(InflateState& state, const HuffmanDecoder& decoder,
                                                     size_t room) {
  return decode(state, decoder, room);
}

#endif

Ended decodeBest(InflateState& state, const HuffmanDecoder& decoder, size_t room) {
#if defined(__x86_64__)
  static const bool hasBmi2 = __builtin_cpu_supports("bmi2") != 0;
  if (hasBmi2) return decodeWithBmi2(state, decoder, room);
#endif
  return decode(state, decoder, room);
}

}  // namespace

bool inflateFast(InflateState& state, const HuffmanDecoder& decoder) {
  for (;;) {
    if (state.sourceEnd - (state.bit >> 3) < FIRST_SOURCE + TURN_SOURCE) return false;
    // The symbol that reaches the limit is the careful loop's.
    const size_t room = std::min(state.roomToOverrun(), state.limit - 1);
    if (room < TURN_LITERALS || state.at > room - TURN_LITERALS) return false;
    const Ended ended = decodeBest(state, decoder, room);
    if (ended != Ended::ROOM) return ended == Ended::BLOCK;
  }
}

}  // namespace nx
