// SPDX-License-Identifier: MIT
#include "inflate_fast.h"

#include "inflate_match.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

/*
 * The hot loop of decompression. Why it is fast:
 *
 * - It runs only where source and target have room to spare, so there is no end to look for within a symbol.
 * - Whether a match or literals come next is what a processor guesses wrongly most often, and each time it
 * throws away what it had begun. So nothing branches on it: every turn stores two literals, looks up a
 * distance, or what follows literals, copies 32 bytes and stores two literals more; what is not there has no
 * bits and no length, and is written over.
 * - The turns wait for each other only through two lookups and the shifts between them. The bits of the
 * source are filled up, and literals and matches are written, while the next entry is looked up already.
 * - One table lookup gives up to two literals, or a literal and a length, with the bits of both in one sum
 * (huffman_decoder.h).
 * - Runs of literals are the exception, of which each waits for one lookup only: where the code lengths tell
 * that most symbols are literals, two in a row begin a run, which is decoded by branches.
 * - The next bits of the source are kept in 64 bits, which one load without a branch fills up to 54 or more:
 * enough for three lookups of literals, and for a length with its distance.
 * - What lay behind the bytes that are written too many is put back (inflate_overrun.h).
 * - What is rare or takes exact account (the ends, undefined codes) is left to the careful loop
 * (inflate_symbols.cc), from the first bit of the symbol on.
 */
namespace nx {

namespace {

/** Bytes of source behind those that are in `hold` that one turn may load: 8, and 8 up to 7 further on. */
constexpr size_t TURN_SOURCE = 15;
/** Those that are in `hold` when the loop is entered. */
constexpr size_t FIRST_SOURCE = 7;
static_assert(FIRST_SOURCE + TURN_SOURCE == FAST_SOURCE_BYTES);

/** Most bytes of target that a run of one turn takes: of three lookups. */
constexpr size_t RUN_LITERALS = 6;

/** Bytes ahead of the output that the processor is told of what will be written. More: what it fetches may be
 * gone again. Fewer: it may come too late for what is kept of it (inflate_overrun.h). */
constexpr size_t TOLD_BYTES = 4096;

/** Bits that were decoded already and stay below the next ones: what they leave of a masked `hold` is where
 * an entry is, counted in bytes, and the processor need not multiply it. */
constexpr unsigned PASSED_BITS = 2;
static_assert(sizeof(DecodeEntry) == 1 << PASSED_BITS, "an index less its size is an offset");

static_assert(MATCH_OVERRUN_BYTES <= Overrun::BYTES, "a match may write no more than was kept");

enum class Ended { BLOCK, ROOM, CAREFULLY };

#if defined(__x86_64__)

/** BMI2 has one instruction for it, which compilers do not find. */
struct Bmi2Bits {
  __attribute__((target("bmi2"))) static uint64_t lowest(uint64_t bits, uint32_t count) {
    return _bzhi_u64(bits, count);
  }
};

#endif

/**
 * Decodes up to target byte `room`, and may write `Overrun::BYTES` more.
 *
 * @tparam RUNS whether runs of literals are decoded by branches
 */
template <typename Bits, bool RUNS>
__attribute__((always_inline)) inline Ended decode(InflateState& state, const HuffmanDecoder& decoder,
                                                   size_t room) {
  const LlTable& ll = decoder.ll;
  const DTable& d = decoder.d;
  const auto* const llEntries = reinterpret_cast<const uint8_t*>(ll.entries.data());
  const auto* const dEntries = reinterpret_cast<const uint8_t*>(d.entries.data());
  // The compiler must take it that a store of output may change a mask in memory.
  const uint64_t llMask = ll.rootMask << PASSED_BITS;
  const uint64_t dMask = d.rootMask << PASSED_BITS;
  const uint8_t* in = state.source + (state.bit >> 3);
  const uint8_t* const lastIn = state.source + (state.sourceEnd - TURN_SOURCE);
  uint8_t* const first = state.target->bytes();
  uint8_t* const end = first + room;
  uint8_t* out = first + state.at;
  const auto historyBytes = static_cast<ptrdiff_t>(state.historyLength);

  // `hold` has `held` bits, the passed ones among them, after a load 56 or more. Above them is more of the
  // source, to which the next load adds the same. Only the low 6 bits of `held` count: a whole entry can be
  // taken off it.
  uint64_t hold = loadLe<uint64_t>(in) >> (state.bit & 7) << PASSED_BITS;
  uint32_t held = 56 + PASSED_BITS - static_cast<unsigned>(state.bit & 7);
  in += FIRST_SOURCE;
  const auto load = [&in, &hold, &held] {
    hold |= loadLe<uint64_t>(in) << (held & 63);
    in += 7 - ((held >> 3) & 7);
    held |= 56;
  };
  const auto find = [llEntries, llMask](uint64_t bits) {
    return loadLe<DecodeEntry>(llEntries + (bits & llMask));
  };
  // Literals find what follows them in place of a distance.
  const auto findDistance = [dEntries, dMask](DecodeEntry entry, uint64_t bits) {
    return loadLe<DecodeEntry>(dEntries + (entry & ENTRY_LITERALS) + (bits & dMask));
  };

  Ended ended = Ended::ROOM;
  DecodeEntry entry = find(hold);
  DecodeEntry before = 0;
  const auto takeLiterals = [&] {
    storeLe(out, static_cast<uint16_t>(entry >> 16));
    out += literalsOf(entry);
    hold >>= entry & 63;
    held -= entry;
    entry = find(hold);
  };

  while (in <= lastIn) {
    load();
    if (RUNS && isLiterals(entry & before)) {
      if (end - out < static_cast<ptrdiff_t>(RUN_LITERALS)) {
        ended = Ended::CAREFULLY;
        break;
      }
      takeLiterals();
      if (isLiterals(entry)) {
        takeLiterals();
        if (isLiterals(entry)) {
          takeLiterals();
          continue;
        }
      }
      load();
    }
    uint64_t distanceBits = hold >> (entry & 63);
    DecodeEntry distanceEntry = findDistance(entry, distanceBits);
    if (isExceptional(entry | distanceEntry)) {
      if (isExceptional(entry)) {
        if (LlTable::isSubtable(entry)) entry = ll.sub(entry, hold >> PASSED_BITS);
        if (isExceptional(entry)) {
          ended = (entry & ENTRY_END) != 0 ? Ended::BLOCK : Ended::CAREFULLY;
          break;
        }
        distanceBits = hold >> (entry & 63);
        distanceEntry = findDistance(entry, distanceBits);
      }
      if (DTable::isSubtable(distanceEntry))
        distanceEntry = d.sub(distanceEntry, distanceBits >> PASSED_BITS);
      if (isExceptional(distanceEntry)) {
        ended = Ended::CAREFULLY;
        break;
      }
    }
    const uint64_t nextBits = distanceBits >> (distanceEntry & 63);
    const DecodeEntry nextEntry = find(nextBits);

    storeLe(out, static_cast<uint16_t>(entry >> 16));
    uint8_t* const to = out + literalsOf(entry);
    // All ones or zero.
    const uint64_t ofMatch = uint64_t{(entry / ENTRY_LITERALS) & 1} - 1;
    const size_t length = lengthOf<Bits>(entry, hold >> PASSED_BITS) & ofMatch;
    const size_t distance = distanceOf<Bits>(distanceEntry, distanceBits >> PASSED_BITS) & ofMatch;
    const size_t more = literalsOf(distanceEntry);
    const ptrdiff_t from = to - first - static_cast<ptrdiff_t>(distance);
    if (static_cast<ptrdiff_t>(length + more) > end - to || from < -historyBytes) {
      ended = Ended::CAREFULLY;
      break;
    }
    hold = nextBits;
    held -= entry + distanceEntry;
    before = entry;
    entry = nextEntry;
    out = to + length + more;
    if (from < 0) {
      state.copyFromHistory(static_cast<size_t>(to - first), distance, length);
      continue;
    }
    __builtin_prefetch(out + TOLD_BYTES, 1);
    // What is no match copies from the target's begin: what was just written could not be read at once.
    copyMatch(to, first + (static_cast<uint64_t>(from) & ofMatch), length, distance);
    storeLe(to + length, static_cast<uint16_t>(distanceEntry >> 16));
  }

  if (ended == Ended::BLOCK) held -= entry;
  state.at = static_cast<size_t>(out - first);
  state.bit = static_cast<uint64_t>(in - state.source) * 8 - ((held & 63) - PASSED_BITS);
  return ended;
}

template <typename Bits>
__attribute__((always_inline)) inline Ended decodeBy(InflateState& state, const HuffmanDecoder& decoder,
                                                     size_t room) {
  return decoder.hasRunsOfLiterals() ? decode<Bits, true>(state, decoder, room)
                                     : decode<Bits, false>(state, decoder, room);
}

#if defined(__x86_64__)

/** BMI2's shifts take their count from any register. */
__attribute__((target("bmi2"))) Ended decodeWithBmi2(InflateState& state, const HuffmanDecoder& decoder,
                                                     size_t room) {
  return decodeBy<Bmi2Bits>(state, decoder, room);
}

#endif

Ended decodeBest(InflateState& state, const HuffmanDecoder& decoder, size_t room) {
#if defined(__x86_64__)
  static const bool hasBmi2 = __builtin_cpu_supports("bmi2") != 0;
  if (hasBmi2) return decodeWithBmi2(state, decoder, room);
#endif
  return decodeBy<AnyBits>(state, decoder, room);
}

}  // namespace

bool inflateFast(InflateState& state, const HuffmanDecoder& decoder) {
  for (;;) {
    if (!hasFastSource(state)) return false;
    // The symbol that reaches the limit is the careful loop's.
    const size_t room = std::min(state.roomToOverrun(), state.limit - 1);
    if (state.at >= room) return false;
    const Ended ended = decodeBest(state, decoder, room);
    if (ended != Ended::ROOM) return ended == Ended::BLOCK;
  }
}

}  // namespace nx
