// SPDX-License-Identifier: MIT
#include "gzip_unit.h"

#include <algorithm>

#include "bytes.h"
#include "checksums.h"
#include "format.h"

namespace nx {

namespace {

/** SFBT 100x (UM table 6-4). */
bool isInStoredBlock(unsigned sfbt) {
  return sfbt >> 1 == 0b100;
}

/** SFBT 110x (UM table 6-4). */
bool isInDynamicBlock(unsigned sfbt) {
  return sfbt >> 1 == 0b110;
}

bool areZero(const uint8_t* bytes, size_t length) {
  return std::all_of(bytes, bytes + length, [](uint8_t byte) { return byte == 0; });
}

/** No reserved bit is set, and a CCB that is defined asks for the one valid completion method (UM figures
 * 6-3, 6-4). */
bool isWellFormed(const uint8_t* crb) {
  if (!areZero(crb, crb::FC) || (crb[crb::FC] & ~crb::FC_MASK) != 0) return false;
  if (!areZero(crb + crb::FC + 1, crb::CSB_ADDRESS - crb::FC - 1)) return false;
  if ((crb[crb::FLAGS] & crb::FLAGS_RESERVED) != 0) return false;
  if ((loadBe32(crb + crb::SOURCE_DDE) & dde::RESERVED) != 0) return false;
  if ((loadBe32(crb + crb::TARGET_DDE) & dde::RESERVED) != 0) return false;
  const uint8_t* const ccb = crb + crb::CCB;
  if (!areZero(ccb, ccb::CM)) return false;
  // The reserved bits of CM's byte are to be 0, too.
  return ccb[ccb::CM] == ((crb[crb::FLAGS] & crb::FLAG_C) != 0 ? ccb::CM_INTERRUPT : 0);
}

/** Sets the low bits of a byte that `mask` names. */
void setBits(uint8_t* byte, uint8_t mask, unsigned value) {
  *byte = static_cast<uint8_t>((*byte & ~mask) | (value & mask));
}

}  // namespace

std::optional<uint64_t> GzipUnit::execute(const uint8_t* crb, const Memory& memory, bool useLowLimit,
                                          const ByteCountLimits& limits) {
  dma_.begin(memory);
  std::optional<uint64_t> fault;
  const uint64_t csbAddress = loadBe64(crb + crb::CSB_ADDRESS) & crb::CSB_ADDRESS_MASK;
  uint8_t* const csb = dma_.structure(csbAddress, csb::BYTES, true);
  const std::optional<Completion> completion =
      csb == nullptr ? std::nullopt : run(crb, useLowLimit ? limits.low : limits.high);
  const Stop& stop = dma_.stop();
  if (completion) {
    writeCsb(csb, *completion);
  } else if (stop.kind == Stop::TERMINATION) {
    writeCsb(csb, terminate(stop.cc, 0, stop.fsa));
  } else {
    fault = stop.fsa;
  }
  dma_.end();
  return fault;
}

std::optional<Completion> GzipUnit::run(const uint8_t* crb, size_t limit) {
  const std::optional<Work> work = fetch(crb, limit);
  if (!work) return std::nullopt;
  switch (work->function.operation) {
    case GzipFunction::COMPRESS:
      return compress(*work);
    case GzipFunction::DECOMPRESS:
      return decompress(*work);
    default:
      return wrap(*work);
  }
}

/** Checks the CRB and fetches what it names, in the order CPB, source list, source, target list. */
std::optional<GzipUnit::Work> GzipUnit::fetch(const uint8_t* crb, size_t limit) {
  if (!isWellFormed(crb)) {
    dma_.terminate(cc::INVALID_CRB);
    return std::nullopt;
  }
  const GzipFunction function = gzipFunction(crb[crb::FC]);
  if (function.operation == GzipFunction::NONE) {
    dma_.terminate(cc::UNRECOGNIZED_SUBFUNCTION);
    return std::nullopt;
  }
  const uint64_t cpbAddress = (loadBe64(crb + crb::CSB_ADDRESS) & crb::CSB_ADDRESS_MASK) + csb::BYTES;
  const size_t inputBytes = function.inputQuadwords * QUADWORD;
  if (inputBytes > 0 && dma_.structure(cpbAddress, inputBytes, false) == nullptr) return std::nullopt;
  uint8_t* const cpb = dma_.structure(cpbAddress, function.spbc + 4, true);
  if (cpb == nullptr) return std::nullopt;
  if (!dma_.openSource(crb + crb::SOURCE_DDE) || !dma_.openTarget(crb + crb::TARGET_DDE)) return std::nullopt;
  const size_t histlen = function.resume ? size_t{loadBe16(cpb + cpb::IN_HISTLEN)} >> 4 : 0;
  const bool countsOnly = function.count && crb[crb::HINT_COUNTS_ONLY] == 1;
  const bool mayOverrun = loadBe32(crb + crb::HINT_OVERRUN) == crb::OVERRUN;
  const bool isDecompression = function.operation == GzipFunction::DECOMPRESS;
  const uint32_t checksum = isDecompression ? loadBe32(crb + crb::HINT_CHECKSUM) : 0;
  const bool makesAdler = checksum != crb::ONLY_CRC && checksum != crb::NO_CHECKSUM;
  const bool makesCrc = checksum != crb::ONLY_ADLER && checksum != crb::NO_CHECKSUM;
  return Work{function, cpb,  histlen * QUADWORD, crb[crb::HINT_EFFORT], countsOnly, mayOverrun, makesAdler,
              makesCrc, limit};
}

std::optional<Completion> GzipUnit::compress(const Work& work) {
  const std::optional<Completion> completion = compressBlock(work);
  compressEngine_.giveBack();
  return completion;
}

std::optional<Completion> GzipUnit::compressBlock(const Work& work) {
  const size_t length = dma_.sourceLength();
  if (work.histlen >= length) return terminate(cc::DATA_LENGTH);
  const size_t spbc = withinLimit(work);
  const uint8_t* const source = dma_.slice(0, spbc);
  if (source == nullptr) return std::nullopt;
  const bool dht = work.function.dht;
  const CompressResult& result = compressEngine_.run(
      {
          source,
          spbc,
          work.histlen,
          dht ? work.cpb + cpb::IN_DHT : nullptr,
          dht ? size_t{loadBe16(work.cpb + cpb::IN_DHTLEN) & 0xfffu} : 0,
          work.effort,
          work.function.count,
          work.countsOnly,
      },
      dma_.target());
  if (!work.countsOnly && !dma_.store(result.tpbc)) return std::nullopt;
  if (result.cc == cc::TARGET_SPACE) return terminate(dma_.ccWhenFull(), result.tpbc);
  if (result.cc != cc::OK) return terminate(result.cc, result.tpbc);

  writeChecksums(work, result.kept == nullptr ? source + work.histlen : result.kept->data(),
                 spbc - work.histlen, result.kept == nullptr ? nullptr : &result.kept->checksums());
  setBits(work.cpb + cpb::OUT_TEBC, 7, result.tebc);
  if (work.function.count) {
    uint8_t* counts = work.cpb + cpb::LZCOUNT;
    for (const uint32_t count : result.counts) {
      storeBe32(counts, count);
      counts += 4;
    }
  }
  storeBe32(work.cpb + work.function.spbc, static_cast<uint32_t>(spbc));
  if (spbc < length) return suspend(result.tpbc);
  return complete(result.tpbc > spbc ? cc::TPBC_GT_SPBC : cc::OK, result.tpbc);
}

std::optional<Completion> GzipUnit::decompress(const Work& work) {
  const size_t length = dma_.sourceLength();
  if (work.histlen > length) return terminate(cc::DATA_LENGTH);
  const uint8_t* const source = dma_.slice(work.histlen, length);
  const uint8_t* const history = dma_.slice(0, work.histlen);
  if (source == nullptr || history == nullptr) return std::nullopt;
  const uint8_t* const in = work.cpb;
  const InflateResult& result = inflateEngine_.run(
      {
          source,
          length - work.histlen,
          history,
          work.histlen,
          in[cpb::IN_SUBC] & 7u,
          in[cpb::IN_SFBT] & 15u,
          loadBe16(in + cpb::IN_REMBYTECNT),
          in + cpb::IN_DHT,
          loadBe16(in + cpb::IN_DHTLEN) & 0xfffu,
          work.function.resume,
          work.function.singleBlock,
          work.mayOverrun,
          work.limit,
      },
      dma_.target());
  if (!dma_.store(result.tpbc)) return std::nullopt;
  if (result.cc == cc::TARGET_SPACE) return terminate(dma_.ccWhenFull(), result.tpbc);
  if (result.cc != cc::OK && !result.partial) return terminate(result.cc, result.tpbc);

  writeChecksums(work, dma_.target().bytes(), result.tpbc);
  storeBe16(work.cpb + cpb::OUT_SUBC, static_cast<uint16_t>(result.subc));
  setBits(work.cpb + cpb::OUT_SFBT, 15, result.sfbt);
  if (isInStoredBlock(result.sfbt)) {
    storeBe16(work.cpb + cpb::OUT_REMBYTECNT, static_cast<uint16_t>(result.rembytecnt));
  }
  if (isInDynamicBlock(result.sfbt)) {
    // The four bits before DHTlen are 0 since the checksums were written.
    storeBe16(work.cpb + cpb::OUT_DHTLEN, static_cast<uint16_t>(result.dhtlen));
    const size_t quadwords = (result.dhtlen + 8 * QUADWORD - 1) / (8 * QUADWORD);
    std::memcpy(work.cpb + cpb::OUT_DHT, result.dht.data(), quadwords * QUADWORD);
  }
  storeBe32(work.cpb + work.function.spbc, static_cast<uint32_t>(work.histlen + result.spbc));
  return result.partial ? suspend(result.tpbc) : complete(result.cc, result.tpbc);
}

std::optional<Completion> GzipUnit::wrap(const Work& work) {
  const size_t wanted = withinLimit(work);
  const uint8_t* const source = dma_.slice(0, wanted);
  if (source == nullptr) return std::nullopt;
  Target& target = dma_.target();
  while (target.size() < wanted && target.grow()) continue;
  const size_t stored = std::min(wanted, target.size());
  if (stored > 0) std::memmove(target.bytes(), source, stored);
  if (!dma_.store(stored)) return std::nullopt;
  if (stored < wanted) return terminate(dma_.ccWhenFull(), stored);

  writeChecksums(work, source, wanted);
  storeBe32(work.cpb + work.function.spbc, static_cast<uint32_t>(stored));
  return stored < dma_.sourceLength() ? suspend(stored) : complete(cc::OK, stored);
}

/**
 * Source bytes that a compress or wrap job is given before the DMA controller suspends it (UM 6.11.5): up to
 * the limit, but at least a quadword behind the history, so that every job makes progress.
 */
size_t GzipUnit::withinLimit(const Work& work) const {
  const size_t length = dma_.sourceLength();
  return work.limit == 0 ? length : std::min(length, std::max(work.limit, work.histlen + QUADWORD));
}

/**
 * Begins the output quadword of the CPB with the checksums of the plain data; its other fields are 0 so far.
 *
 * @param kept where the checksums of the same data may be known from an earlier job, and are kept; or null
 */
void GzipUnit::writeChecksums(const Work& work, const uint8_t* plain, size_t length,
                              std::optional<Checksums>* kept) {
  const bool resume = work.function.resume;
  const uint32_t adler = resume ? loadBe32(work.cpb + cpb::IN_ADLER) : 1;
  const uint32_t crc = resume ? loadLe<uint32_t>(work.cpb + cpb::IN_CRC) : 0;
  const bool isKnown =
      kept != nullptr && kept->has_value() && (*kept)->adlerSeed == adler && (*kept)->crcSeed == crc;
  const Checksums sums = isKnown
                             ? **kept
                             : Checksums{adler, crc, work.makesAdler ? adler32(plain, length, adler) : adler,
                                         work.makesCrc ? crc32(plain, length, crc) : crc};
  if (kept != nullptr) *kept = sums;
  std::memset(work.cpb + cpb::OUTPUT, 0, QUADWORD);
  storeBe32(work.cpb + cpb::OUT_ADLER, sums.adler);
  storeLe<uint32_t>(work.cpb + cpb::OUT_CRC, sums.crc);
}

Completion GzipUnit::complete(uint8_t cc, size_t tpbc) {
  return {cc, csb::CE_TPBC, static_cast<uint32_t>(tpbc), 0};
}

Completion GzipUnit::suspend(size_t tpbc) {
  return {cc::DATA_LENGTH, csb::CE_PARTIAL | csb::CE_TPBC, static_cast<uint32_t>(tpbc), 0};
}

Completion GzipUnit::terminate(uint8_t cc, size_t tpbc, uint64_t fsa) {
  return {cc, csb::CE_TERMINATE | csb::CE_TPBC, static_cast<uint32_t>(tpbc), fsa};
}

}  // namespace nx
