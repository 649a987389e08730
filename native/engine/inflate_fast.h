// SPDX-License-Identifier: MIT
#pragma once

#include "huffman_decoder.h"
#include "inflate_state.h"

namespace nx {

/** Bytes of source that the fast loop needs ahead: 7 that it holds, and 8 that a turn may load up to 7 bytes
 * further on. */
constexpr size_t FAST_SOURCE_BYTES = 22;

/** Whether there is source enough for `inflateFast` to decode anything. */
inline bool hasFastSource(const InflateState& state) {
  return state.sourceEnd - (state.bit >> 3) >= FAST_SOURCE_BYTES;
}

/**
 * Decodes symbols as long as source and target have room to spare.
 *
 * @returns true at the end of the block; false when the careful loop has to decode the next symbol
 */
bool inflateFast(InflateState& state, const HuffmanDecoder& decoder);

}  // namespace nx
