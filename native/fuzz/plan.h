// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace nx::fuzz {

/**
 * How the bytes that a fuzzer makes up become a job: first this plan, then `dhtBytes` bytes of DHT, the rest
 * is source. Every byte means something, so that every change of one makes another job; no value is refused.
 */
struct Plan {
  /** The byte of the CRB that holds FC, and the one that holds the effort. */
  uint8_t fc;
  uint8_t effort;
  /** Byte-count limits; 0: none. */
  uint16_t maxByteCountHigh;
  uint16_t maxByteCountLow;
  /** Bits of `Option`. */
  uint8_t options;
  /** Quadwords of other memory before the CSB. */
  uint8_t csbAt;
  /** Bytes of target space, shifted left by the low three bits of `roomShift`. */
  uint16_t room;
  uint8_t roomShift;
  /** How often the source's bytes are repeated. */
  uint8_t repeats;
  /** Direct DDEs in the list; 0: the CRB's own DDE is direct. */
  uint8_t sourcePieces;
  uint8_t targetPieces;
  /** Where data are cut into pieces. */
  uint8_t cuts;
  /** A `Mistake` and how large it is. */
  uint8_t mistake;
  int16_t mistakeSize;
  /** Quadwords between the start of the memory that an `Overlap` begins in and the overlapping data. */
  uint8_t overlap;
  uint8_t overlapAt;
  /** With `PAGES`: the state of a page, two bits each. */
  uint8_t pages[8];
  /** Bits of the CRB that are turned over in the end: in which byte, and which ones. */
  struct Flip {
    uint8_t at;
    uint8_t bits;
  } flips[4];
  /** The first quadword of the CPB, as it lies in memory. */
  uint8_t cpb[16];
  uint16_t dhtBytes;
  /** Decompression is repeated in jobs of so many bytes of source, plus one. */
  uint16_t step;
};
static_assert(std::is_trivially_copyable_v<Plan> && sizeof(Plan) == 56);

enum Option : uint8_t {
  /** The Low limit applies. */
  USE_LOW_LIMIT = 1,
  /** Not every page is resident. */
  PAGES = 2,
  /** A list may have DDEs of no bytes. */
  EMPTY_PIECES = 4,
  /** The hints of the CRB. */
  COUNTS_ONLY = 8,
  MAY_OVERRUN = 16,
  NOT_ADLER = 32,
  NOT_CRC = 64,
};

/** What is wrong with the DDEs. */
enum Mistake : uint8_t {
  NO_MISTAKE,
  SOURCE_BYTES,
  TARGET_BYTES,
  SOURCE_COUNT,
  TARGET_COUNT,
  PIECE_ADDRESS,
  PIECE_BYTES,
  LIST_ADDRESS,
  MISTAKES,
};

/** Which data overlap. */
enum Overlap : uint8_t {
  NO_OVERLAP,
  TARGET_IN_SOURCE,
  TARGET_IN_CONTROL,
  SOURCE_IN_CONTROL,
  SOURCE_IN_TARGET,
  OVERLAPS,
};

}  // namespace nx::fuzz
