// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstdint>

/** How thoroughly matches are looked for: the rows of lib/model/nx/effort.ts, which says what raising each
 * number does. */
namespace nx {

/** One position a hash, greedy: the fastest effort. */
struct ProbeEffort {
  /** Log2 of the literals in a row after which the finder begins to step over positions. */
  uint32_t skip;
};

/** Two positions a hash, greedy. */
struct BucketEffort {
  /** Match length from which the second candidate is not tried. */
  uint32_t nice;
  /** Every how many bytes a position inside a match is inserted. */
  uint32_t stride;
  /** As in `ProbeEffort`. */
  uint32_t skip;
};

/** Chains of positions, greedy or lazy: the thorough efforts. */
struct ChainEffort {
  /** Bytes that the positions of a chain have in common. */
  uint32_t span;
  /** Whether matches of 3 bytes are looked for. */
  bool near3;
  /** Candidates of a chain that are tried for a position. */
  uint32_t depth;
  /** Match length that ends a search. */
  uint32_t nice;
  /** Length of a held match from which a quarter of `depth` must do to beat it. */
  uint32_t good;
  /** Length from which a match is taken without a look at the next position; 0: always. */
  uint32_t lazy;
  /** As in `ProbeEffort`. */
  uint32_t skip;
};

/** Effort of a job that does not name one. */
constexpr uint8_t DEFAULT_EFFORT = 6;

/** The last effort of the probe finder, of the bucket finder, and of all. */
constexpr uint8_t PROBE_EFFORTS = 1;
constexpr uint8_t BUCKET_EFFORTS = 2;
constexpr uint8_t EFFORTS = 9;

constexpr ProbeEffort PROBE_EFFORT[PROBE_EFFORTS] = {{6}};

constexpr BucketEffort BUCKET_EFFORT[BUCKET_EFFORTS - PROBE_EFFORTS] = {{32, 1, 6}};

constexpr ChainEffort CHAIN_EFFORT[EFFORTS - BUCKET_EFFORTS] = {
    {8, false, 4, 32, 258, 0, 6},    {8, false, 6, 64, 16, 8, 7},    {7, false, 8, 64, 258, 32, 7},
    {5, false, 16, 128, 16, 32, 8},  {6, true, 48, 258, 32, 128, 8}, {6, true, 64, 258, 32, 258, 9},
    {5, true, 512, 258, 64, 258, 9},
};

/** The effort 1..9 that a hint means: 0 stands for `DEFAULT_EFFORT`, and what is larger than 9 for 9. */
constexpr uint8_t effortOf(uint8_t hint) {
  return hint == 0 ? DEFAULT_EFFORT : std::min(hint, EFFORTS);
}

}  // namespace nx
