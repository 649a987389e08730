// SPDX-License-Identifier: MIT
#pragma once

#include <array>

#include "dht.h"
#include "format.h"
#include "huffman_decoder.h"
#include "inflate_state.h"
#include "target.h"

namespace nx {

/** One decompress job as the engine sees it, once the DMA has taken the history off the source (UM 5.2.5.4).
 */
struct InflateRequest {
  /** Compressed bytes; there may be none on a resume. */
  const uint8_t* source;
  size_t length;
  /** Plain bytes that precede the output, oldest first. */
  const uint8_t* history;
  size_t historyLength;
  /** 0..7: bits of source[0] still to process; 0: all 8. */
  unsigned subc;
  /** 0..15; 0xxx is taken for a block header (UM table 6-4). */
  unsigned sfbt;
  /** Bytes left of the stored block, if sfbt is 100x; with none left the block has ended. */
  unsigned rembytecnt;
  /** The 288 bytes of the CPB's input DHT, and its length in bits, if sfbt is 110x. */
  const uint8_t* dht;
  unsigned dhtlen;
  /** False: sfbt, subc, rembytecnt and dht are ignored; the source starts with a block header. */
  bool resume;
  /** Suspend after the first block that ends. */
  bool singleBlock;
  /** As in the CRB's hint. */
  bool mayOverrun;
  /** Count of target bytes at which the DMA stops sending source; 0: none. */
  size_t byteLimit;
};

/** How a decompress job ended. The fields below `tpbc` are not valid when it was terminated. */
struct InflateResult {
  uint8_t cc;
  /** CE(0): suspended, or more source than the final block takes; the output is valid. */
  bool partial;
  /** Target bytes written. */
  size_t tpbc;
  /** Source bytes taken, without the history. */
  size_t spbc;
  /** Bits of those that were not processed, 0..65535. */
  unsigned subc;
  unsigned sfbt;
  unsigned rembytecnt;
  unsigned dhtlen;
  /** Of which the quadwords that hold `dhtlen` bits are valid. */
  std::array<uint8_t, cpb::DHT_BYTES> dht;
};

/** The decompression engine: bits in, bytes out, and where they ended (UM 5.1.2, 5.2.5.4 to 5.2.5.6). */
class InflateEngine {
 public:
  InflateEngine() { fixed_.buildFixed(); }

  /** Runs a job to its end. The result is the engine's own and stands until the next run. */
  const InflateResult& run(const InflateRequest& request, Target& target);

 private:
  int decode(const InflateRequest& request);
  bool enter(const InflateRequest& request);
  int readHeader();
  void useDht(const uint8_t* bytes, uint64_t bit, unsigned dhtlen);
  int copyStored();
  void finish(int outcome);
  void sayWhereSuspended();

  InflateState state_;
  Dht dht_;
  HuffmanDecoder fixed_;
  HuffmanDecoder dynamic_;
  /** The SFBT of where the state is, without BFINAL; and the BFINAL of the present or last block. */
  unsigned place_ = sfbt::HEADER;
  unsigned bfinal_ = 0;
  unsigned rembytecnt_ = 0;
  /** Where the bits of the present table start, and how many they are. */
  const uint8_t* dhtBytes_ = nullptr;
  uint64_t dhtBit_ = 0;
  unsigned dhtlen_ = 0;
  InflateResult result_;
};

}  // namespace nx
