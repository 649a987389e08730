// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "dht.h"
#include "encode.h"
#include "match_finder_bucket.h"
#include "match_finder_chain.h"
#include "match_finder_probe.h"
#include "match_finder_small.h"
#include "target.h"
#include "token_cache.h"
#include "tokens.h"

namespace nx {

/** A compress job as its engine sees it. */
struct CompressRequest {
  /** The history, then at least one byte of data. */
  const uint8_t* source;
  size_t length;
  /** Bytes of `source` that only seed the history; only the last 32768 of them matter. */
  size_t historyBytes;
  /** The 288 bytes of the CPB's DHT field; null: fixed Huffman codes. */
  const uint8_t* dht;
  /** Bits of `dht` that are the table; 0 without. */
  size_t dhtlen;
  /** As in the CRB's hint. */
  uint8_t effort;
  /** A counting job: an encoding job for the same source is likely to follow. */
  bool count;
  /** Of a counting job: the block is measured, and nothing is written to the target. */
  bool countsOnly;
};

struct CompressResult {
  /** 0, 13, 66 or 68. */
  uint8_t cc;
  /** Bytes stored in the target. */
  size_t tpbc;
  /** Valid bits in the last byte; 0: all 8. */
  unsigned tebc;
  /** Symbols of the block, each at most 2^24 - 1; EOB counted once. Not valid with CC 13 and 68. */
  Histogram counts;
  /** What is remembered of the job's source from a counting job to its encoding job; null: nothing. */
  CachedTokens* kept;
};

/** Compresses: each job becomes one DEFLATE block (UM 5.1.1). Tables and buffers live as long as the engine.
 */
class CompressEngine {
 public:
  /** @param cache that of all engines among which the jobs for one source may be spread */
  explicit CompressEngine(std::shared_ptr<TokenCache> cache);

  /** Runs one job. The result is the engine's own and stands until the next run. */
  const CompressResult& run(const CompressRequest& request, Target& target);

  /** Tells of a table that the next job is likely to have: its bits are then compared and not decoded. */
  void expectTable(const MadeDht& table) { expected_ = table; }

  /** Ends the job: what is remembered of its source can serve other engines. */
  void giveBack();

 private:
  bool setDynamic(const uint8_t* dht, size_t dhtlen);
  void putBody(const CompressRequest& request, const Codes& codes);
  void findAndPut(const CompressRequest& request, const Codes& codes);
  void beginFinder(const uint8_t* source, const CompressRequest& request);
  bool findMore(const CompressRequest& request);
  void hold(TokenCache::Entry entry);
  void put(const Token* tokens, size_t count, const Histogram& histogram, const Codes& codes);

  Codes fixed_;
  Codes dynamic_;
  Dht dht_;
  MadeDht expected_;
  ProbeFinder probeFinder_;
  BucketFinder bucketFinder_;
  ChainFinder chainFinder_;
  SmallFinder smallFinder_;
  TokenChunk chunk_;
  const std::shared_ptr<TokenCache> cache_;
  /** What is remembered of the present job's source, and whether another job may need it. */
  TokenCache::Entry held_;
  bool isWanted_ = false;
  BlockWriter writer_;
  bool countsOnly_ = false;
  CompressResult result_;
};

}  // namespace nx
