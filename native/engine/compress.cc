// SPDX-License-Identifier: MIT
#include "compress.h"

#include <algorithm>
#include <utility>

#include "effort.h"
#include "format.h"

namespace nx {

namespace {

const ChainEffort& chainEffort(unsigned effort) {
  return CHAIN_EFFORT[effort - BUCKET_EFFORTS - 1];
}

/** Whether the small rule stands in for that of the request's effort, which is one of chains. */
bool isForSmallFinder(const CompressRequest& request) {
  return request.length <= SMALL_BYTES && !chainEffort(request.effort).near3;
}

}  // namespace

CompressEngine::CompressEngine(std::shared_ptr<TokenCache> cache) : cache_(std::move(cache)) {
  fixed_.set(FIXED_LL_LENGTHS.data(), countLengths(FIXED_LL_LENGTHS), FIXED_D_LENGTHS.data(),
             countLengths(FIXED_D_LENGTHS));
}

const CompressResult& CompressEngine::run(const CompressRequest& request, Target& target) {
  result_.counts.fill(0);
  result_.tpbc = 0;
  result_.tebc = 0;
  result_.kept = nullptr;
  const Codes* codes = &fixed_;
  if (request.dht != nullptr) {
    result_.cc = cc::INVALID_DHT;
    if (!setDynamic(request.dht, request.dhtlen)) return result_;
    codes = &dynamic_;
  }

  CompressRequest body = request;
  body.historyBytes = std::min(request.historyBytes, WINDOW_BYTES);
  body.source += request.historyBytes - body.historyBytes;
  body.length -= request.historyBytes - body.historyBytes;
  body.effort = effortOf(request.effort);

  countsOnly_ = request.countsOnly;
  writer_.begin(target, !countsOnly_);
  result_.cc = writer_.reserve(3 + request.dhtlen) ? cc::OK : cc::TARGET_SPACE;
  writer_.putHeader(request.dht, request.dhtlen);
  if (result_.cc == cc::OK) putBody(body, *codes);
  const unsigned tebc = writer_.end(*codes);
  if (result_.cc != cc::TARGET_SPACE) result_.tebc = tebc;
  result_.tpbc = writer_.position();
  return result_;
}

/** Takes the codes from a DHT field; false if it is not valid. */
bool CompressEngine::setDynamic(const uint8_t* dht, size_t dhtlen) {
  if (expected_.isIn(dht, dhtlen)) {
    const uint8_t* const lengths = expected_.lengths.data();
    dynamic_.set(lengths, expected_.llCounts, lengths + LL_SYMBOLS, expected_.dCounts);
    return true;
  }
  const int bits = dht_.read(dht, cpb::DHT_BYTES, 0, dhtlen);
  if (bits < 0 || static_cast<size_t>(bits) != dhtlen) return false;
  dynamic_.set(dht_.ll.data(), dht_.llCounts, dht_.d.data(), dht_.dCounts);
  return true;
}

/** The tokens of the block, from the cache or from a finder. */
void CompressEngine::putBody(const CompressRequest& request, const Codes& codes) {
  TokenCache::Entry cached;
  if (!request.count) {
    cached = cache_->take(request.source, request.length, request.historyBytes, request.effort);
  }
  if (!cached) {
    findAndPut(request, codes);
    return;
  }
  put(cached->tokens(), cached->length(), cached->histogram(), codes);
  isWanted_ = result_.cc == cc::TARGET_SPACE;
  hold(std::move(cached));
}

void CompressEngine::findAndPut(const CompressRequest& request, const Codes& codes) {
  TokenCache::Entry record;
  if (request.count) {
    record = cache_->open(request.source, request.length, request.historyBytes, request.effort);
  }
  // Another thread may be changing the source: what is kept are the tokens of the bytes that are kept.
  const uint8_t* const source = record ? record->source() : request.source;
  beginFinder(source, request);
  bool recording = record != nullptr;
  bool more = true;
  while (more && result_.cc != cc::TARGET_SPACE) {
    chunk_.clear();
    more = findMore(request);
    if (!more) chunk_.histogram[END_OF_BLOCK] = 1;
    put(chunk_.tokens, chunk_.length, chunk_.histogram, codes);
    recording = recording && record->append(chunk_.tokens, chunk_.length);
  }
  if (!record) return;
  if (!recording || result_.cc == cc::TARGET_SPACE) {
    cache_->drop(std::move(record));
    return;
  }
  // No count of a source that is short enough for the cache can have reached the limit of 24 bits.
  record->end(result_.counts);
  isWanted_ = true;
  hold(std::move(record));
}

/** Keeps what is remembered of the job's source for the rest of the job. */
void CompressEngine::hold(TokenCache::Entry entry) {
  held_ = std::move(entry);
  result_.kept = held_.get();
}

void CompressEngine::giveBack() {
  result_.kept = nullptr;
  if (!held_) return;
  if (isWanted_) {
    cache_->keep(std::move(held_));
  } else {
    cache_->drop(std::move(held_));
  }
}

/** Starts the finder of the request's effort. */
void CompressEngine::beginFinder(const uint8_t* source, const CompressRequest& request) {
  const unsigned effort = request.effort;
  if (effort <= PROBE_EFFORTS) {
    probeFinder_.begin(source, request.length, request.historyBytes, PROBE_EFFORT[effort - 1]);
  } else if (effort <= BUCKET_EFFORTS) {
    bucketFinder_.begin(source, request.length, request.historyBytes,
                        BUCKET_EFFORT[effort - PROBE_EFFORTS - 1]);
  } else if (isForSmallFinder(request)) {
    smallFinder_.begin(source, request.length, request.historyBytes, chainEffort(effort));
  } else {
    chainFinder_.begin(source, request.length, request.historyBytes, chainEffort(effort),
                       source != request.source);
  }
}

bool CompressEngine::findMore(const CompressRequest& request) {
  if (request.effort <= PROBE_EFFORTS) return probeFinder_.find(chunk_);
  if (request.effort <= BUCKET_EFFORTS) return bucketFinder_.find(chunk_);
  if (!isForSmallFinder(request)) return chainFinder_.find(chunk_);
  smallFinder_.find(chunk_);
  return false;
}

/**
 * Counts and sends tokens. Their exact size follows from the histogram, so that room is checked once and
 * CC=13 means that the block with its EOB, which the last histogram includes, does not fit.
 */
void CompressEngine::put(const Token* tokens, size_t count, const Histogram& histogram, const Codes& codes) {
  addSaturating(result_.counts, histogram);
  if (codes.lacks(histogram)) result_.cc = cc::MISSING_CODE;
  const uint64_t bits = codes.cost(histogram);
  if (writer_.reserve(bits)) {
    if (countsOnly_) {
      writer_.skip(bits - uint64_t{histogram[END_OF_BLOCK]} * codes.endOfBlock().size);
    } else {
      writer_.putTokens(tokens, count, codes, bits);
    }
  } else {
    writer_.putTokensThatFit(tokens, count, codes);
    result_.cc = cc::TARGET_SPACE;
  }
}

}  // namespace nx
