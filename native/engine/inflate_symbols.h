// SPDX-License-Identifier: MIT
#pragma once

#include "huffman_decoder.h"
#include "inflate_state.h"

namespace nx {

/**
 * Decodes symbols to the end of the block, or as far as source and target go.
 *
 * @returns `BLOCK_ENDED`, `SOURCE_ENDED` or the completion code of an error
 */
int decodeSymbols(InflateState& state, const HuffmanDecoder& decoder);

}  // namespace nx
