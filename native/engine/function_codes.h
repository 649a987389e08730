// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

#include "format.h"

namespace nx {

/** What one gzip function does and which CPB fields it reads and writes (UM tables 6-2, 6-5 and 6-6). */
struct GzipFunction {
  enum Operation { NONE, COMPRESS, DECOMPRESS, WRAP };
  /** NONE: there is no such function, CC=17. */
  Operation operation;
  /** Compress: the Huffman table comes from the CPB. */
  bool dht;
  /** Compress: the LZ77 symbols are counted. */
  bool count;
  /** The checksums and HistLen are read from the CPB. */
  bool resume;
  /** Decompress: suspend after one block. */
  bool singleBlock;
  /** Quadwords of CPB input that NX may fetch (UM 6.8.1). */
  size_t inputQuadwords;
  /** Where in the CPB this function leaves SPBC, the last field that it writes. */
  size_t spbc;
};

/** The function of a 6-bit code, its limit bit FC(5) set or not (UM table 6-2, 6.11.5). */
constexpr GzipFunction gzipFunction(uint8_t fc) {
  const auto bit = [fc](int number) { return (fc >> number & 1) != 0; };
  if (fc < 0x10) {
    const size_t inputQuadwords = bit(1) ? 19 : bit(3) ? 1 : 0;
    const size_t spbc = bit(2) ? cpb::OUT_SPBC_COMP_WITH_COUNT : cpb::OUT_SPBC_COMP;
    return {GzipFunction::COMPRESS, bit(1), bit(2), bit(3), false, inputQuadwords, spbc};
  }
  if (fc < 0x18) {
    const size_t inputQuadwords = bit(2) ? 19 : 0;
    return {GzipFunction::DECOMPRESS, false, false, bit(2), bit(1), inputQuadwords, cpb::OUT_SPBC_DECOMP};
  }
  if (fc == 0x1e || fc == 0x1f)
    return {GzipFunction::WRAP, false, false, false, false, 0, cpb::OUT_SPBC_COMP};
  return {};
}

}  // namespace nx
