// SPDX-License-Identifier: MIT
#pragma once

#include "addon_api.h"

namespace nx {

/**
 * `makeTable(counts: Uint32Array, table: Uint8Array, sizes: Float64Array)`: makes the Huffman table of a
 * block from its 316 symbol counts.
 *
 * `table` receives the 288 bytes of the DHT, then the code lengths of LL0..LL285 and D0..D29; `sizes` the
 * bits of the DHT, and those of the counted symbols with this table and with the fixed code. Throws a
 * TypeError for arrays of other kinds or lengths.
 */
Napi::Value makeTable(const Napi::CallbackInfo& info);

}  // namespace nx
