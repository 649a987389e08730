// SPDX-License-Identifier: MIT
#pragma once

#include "huffman_decoder.h"
#include "inflate_state.h"

namespace nx {

/**
 * Decodes symbols as long as source and target have room to spare.
 *
 * @returns true at the end of the block; false when the careful loop has to decode the next symbol
 */
bool inflateFast(InflateState& state, const HuffmanDecoder& decoder);

}  // namespace nx
