// SPDX-License-Identifier: MIT
#include "inflate.h"

#include "inflate_symbols.h"

namespace nx {

namespace {

/** Bits of BFINAL and BTYPE. */
constexpr unsigned HEADER_BITS = 3;

/**
 * Bytes beyond the one with the last processed bit that SPBC counts at most, once a block has ended and
 * source remains: see lib/model/nx/inflate.ts.
 */
constexpr uint64_t PREFETCHED_BYTES = 8191;

/** The header was read; no value that a step of the engine ends with. */
constexpr int IN_BLOCK = -3;

/** Moves `count` > 0 bits that start at `bit` to bit 0 of `target`, and fills the rest of it with zeros. */
template <size_t N>
void copyBits(std::array<uint8_t, N>& target, const uint8_t* source, uint64_t bit, unsigned count) {
  const unsigned shift = bit & 7;
  const size_t first = bit >> 3;
  const size_t bytes = (count + 7) >> 3;
  const size_t lastByte = (bit + count - 1) >> 3;
  target.fill(0);
  for (size_t index = 0; index < bytes; index++) {
    const unsigned low = source[first + index];
    const unsigned high = first + index < lastByte ? source[first + index + 1] : 0;
    target[index] = static_cast<uint8_t>((low | high << 8) >> shift);
  }
  if ((count & 7) != 0) target[bytes - 1] &= static_cast<uint8_t>((1u << (count & 7)) - 1);
}

}  // namespace

const InflateResult& InflateEngine::run(const InflateRequest& request, Target& target) {
  state_.source = request.source;
  state_.sourceLength = request.length;
  state_.sourceEnd = request.length;
  state_.bit = 0;
  state_.target = &target;
  state_.overrun.begin(!request.mayOverrun);
  state_.at = 0;
  state_.limit = request.byteLimit == 0 ? InflateState::NO_LIMIT : request.byteLimit;
  state_.history = request.history;
  state_.historyLength = request.historyLength;
  place_ = sfbt::HEADER;
  bfinal_ = 0;
  finish(decode(request));
  if (target.isDirect()) state_.overrun.restore(target.bytes(), state_.at);
  return result_;
}

int InflateEngine::decode(const InflateRequest& request) {
  if (request.resume && !enter(request)) return cc::INVALID_DHT;
  for (;;) {
    if (place_ == sfbt::HEADER) {
      const int outcome = readHeader();
      if (outcome != IN_BLOCK) return outcome;
    }
    const int outcome = place_ == sfbt::STORED
                            ? copyStored()
                            : decodeSymbols(state_, place_ == sfbt::FIXED ? fixed_ : dynamic_);
    if (outcome != BLOCK_ENDED) return outcome;
    place_ = sfbt::HEADER;
    if (bfinal_ == 1 || request.singleBlock) return BLOCK_ENDED;
  }
}

/** Takes up the place at which an earlier job was suspended; false if the DHT that belongs to it is not
 * valid. */
bool InflateEngine::enter(const InflateRequest& request) {
  state_.bit = std::min<uint64_t>((8 - request.subc) & 7, state_.end());
  if (request.sfbt < sfbt::STORED || request.sfbt >= sfbt::HEADER) return true;
  const unsigned bfinal = request.sfbt & 1;
  const unsigned place = request.sfbt & ~1u;
  if (place == sfbt::STORED) {
    state_.bit = (state_.bit + 7) & ~uint64_t{7};
    // A block without bytes left has ended, and only a final one has a say in what follows.
    if (request.rembytecnt == 0 && bfinal == 0) return true;
    rembytecnt_ = request.rembytecnt;
  } else if (place == sfbt::DYNAMIC) {
    const uint64_t end = std::min<uint64_t>(request.dhtlen, cpb::DHT_BYTES * 8);
    const int bits = dht_.read(request.dht, cpb::DHT_BYTES, 0, end);
    if (bits < 0 || static_cast<unsigned>(bits) != request.dhtlen) return false;
    useDht(request.dht, 0, request.dhtlen);
  }
  place_ = place;
  bfinal_ = bfinal;
  return true;
}

/** Reads a block header, of which nothing is taken unless all of it is there (UM table 5-3). */
int InflateEngine::readHeader() {
  const uint64_t bit = state_.bit;
  if (state_.unprocessed() < HEADER_BITS) return SOURCE_ENDED;
  const auto header = static_cast<unsigned>(state_.peek());
  switch ((header >> 1) & 3) {
    case BTYPE_STORED: {
      const size_t byte = (bit + HEADER_BITS + 7) >> 3;
      if (byte + 4 > state_.sourceEnd) return SOURCE_ENDED;
      const auto len = loadLe<uint16_t>(state_.source + byte);
      const auto nlen = loadLe<uint16_t>(state_.source + byte + 2);
      if ((len ^ nlen) != 0xffff) return cc::MISSING_CODE;
      state_.bit = (byte + 4) * 8;
      place_ = sfbt::STORED;
      rembytecnt_ = len;
      break;
    }
    case BTYPE_FIXED:
      state_.bit = bit + HEADER_BITS;
      place_ = sfbt::FIXED;
      break;
    case BTYPE_DYNAMIC: {
      const int dhtlen = dht_.read(state_.source, state_.sourceEnd, bit + HEADER_BITS, state_.end());
      if (dhtlen == Dht::INCOMPLETE) return SOURCE_ENDED;
      if (dhtlen == Dht::INVALID) return cc::INVALID_DHT;
      useDht(state_.source, bit + HEADER_BITS, static_cast<unsigned>(dhtlen));
      state_.bit = bit + HEADER_BITS + static_cast<unsigned>(dhtlen);
      place_ = sfbt::DYNAMIC;
      break;
    }
    default:
      return cc::MISSING_CODE;
  }
  bfinal_ = header & 1;
  return IN_BLOCK;
}

void InflateEngine::useDht(const uint8_t* bytes, uint64_t bit, unsigned dhtlen) {
  dynamic_.build(dht_);
  dynamic_.pairBefore(state_.unprocessed());
  dhtBytes_ = bytes;
  dhtBit_ = bit;
  dhtlen_ = dhtlen;
}

int InflateEngine::copyStored() {
  while (rembytecnt_ > 0) {
    const size_t first = state_.bit >> 3;
    const size_t there = std::min(state_.sourceEnd - first, state_.limit - state_.at);
    const size_t wanted = std::min<size_t>(rembytecnt_, there);
    if (wanted == 0) return SOURCE_ENDED;
    const size_t count = state_.reserve(wanted);
    // Not memcpy: source and target of a job that is not valid may overlap.
    std::memmove(state_.target->bytes() + state_.at, state_.source + first, count);
    state_.at += count;
    state_.bit += uint64_t{count} * 8;
    rembytecnt_ -= static_cast<unsigned>(count);
    if (count < wanted) return cc::TARGET_SPACE;
    state_.applyLimit();
  }
  return BLOCK_ENDED;
}

/** Says where the job ended, as UM table 5-3 puts it. */
void InflateEngine::finish(int outcome) {
  result_.cc = outcome > 0 ? static_cast<uint8_t>(outcome) : cc::DATA_LENGTH;
  result_.partial = outcome <= 0;
  result_.tpbc = state_.at;
  result_.spbc = 0;
  result_.subc = 0;
  result_.sfbt = 0;
  result_.rembytecnt = 0;
  result_.dhtlen = 0;
  if (outcome > 0) return;
  const uint64_t unprocessed = state_.unprocessed();
  if (outcome == SOURCE_ENDED) {
    result_.spbc = state_.sourceEnd;
    result_.subc = static_cast<unsigned>(unprocessed);
    sayWhereSuspended();
    return;
  }
  const uint64_t unseen = unprocessed / 8 > PREFETCHED_BYTES ? unprocessed / 8 - PREFETCHED_BYTES : 0;
  result_.spbc = state_.sourceEnd - unseen;
  result_.subc = static_cast<unsigned>(unprocessed - unseen * 8);
  if (bfinal_ == 0) {
    result_.sfbt = sfbt::HEADER;
  } else if (result_.subc < 8 && !state_.isCutOff()) {
    result_.cc = cc::OK;
    result_.partial = false;
  }
}

void InflateEngine::sayWhereSuspended() {
  result_.sfbt = place_ | bfinal_;
  if (place_ == sfbt::HEADER) {
    // BFINAL is the first bit of the header, if that much of it is there.
    result_.sfbt = sfbt::HEADER | (result_.subc > 0 ? static_cast<unsigned>(state_.peek()) & 1 : 0);
  } else if (place_ == sfbt::STORED) {
    result_.rembytecnt = rembytecnt_;
  } else if (place_ == sfbt::DYNAMIC) {
    result_.dhtlen = dhtlen_;
    copyBits(result_.dht, dhtBytes_, dhtBit_, dhtlen_);
  }
}

}  // namespace nx
