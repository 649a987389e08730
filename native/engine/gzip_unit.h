// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include "completion.h"
#include "compress.h"
#include "dma.h"
#include "function_codes.h"
#include "inflate.h"
#include "memory.h"

namespace nx {

/** The unit's byte-count limit registers in bytes (UM 6.11.5); 0: no limit. */
struct ByteCountLimits {
  uint32_t high = 0;
  uint32_t low = 0;
};

/**
 * The NX's gzip unit: takes a CRB, checks it, runs the function it names and writes CPB output and CSB
 * (UM 6.3 to 6.12). The twin of lib/model/nx/gzip-unit.ts: every byte that it writes is the same. A unit
 * takes about 1 MiB of memory and runs one job at a time; what a job gives does not depend on the jobs before
 * it.
 */
class GzipUnit {
 public:
  /** @param tokens that of all units among which the jobs for one source may be spread */
  explicit GzipUnit(std::shared_ptr<TokenCache> tokens = std::make_shared<TokenCache>())
      : compressEngine_(std::move(tokens)) {}

  /**
   * Executes the CRB of 128 bytes in the memory of the process that sent it. Afterwards the CSB is valid, V
   * is written last and with release order; unless an address could not be translated: then nothing was
   * completed and the address is returned for system software (UM 6.10). Source, target and parameter blocks
   * must not overlap with what the job writes.
   *
   * @param useLowLimit the Low byte-count limit applies to this job instead of the High one
   */
  std::optional<uint64_t> execute(const uint8_t* crb, const Memory& memory, bool useLowLimit,
                                  const ByteCountLimits& limits);

  /** As `CompressEngine::expectTable`. */
  void expectTable(const MadeDht& table) { compressEngine_.expectTable(table); }

 private:
  /** A job as the engines see it. */
  struct Work {
    GzipFunction function;
    uint8_t* cpb;
    size_t histlen;
    uint8_t effort;
    bool countsOnly;
    bool mayOverrun;
    /** Which checksums are to be made. */
    bool makesAdler;
    bool makesCrc;
    /** Byte-count limit of this job; 0: none. */
    size_t limit;
  };

  static Completion complete(uint8_t cc, size_t tpbc);
  static Completion suspend(size_t tpbc);
  static Completion terminate(uint8_t cc, size_t tpbc = 0, uint64_t fsa = 0);
  static void writeChecksums(const Work& work, const uint8_t* plain, size_t length,
                             std::optional<Checksums>* kept = nullptr);

  /** These return nothing when the DMA has stopped. */
  std::optional<Completion> run(const uint8_t* crb, size_t limit);
  std::optional<Work> fetch(const uint8_t* crb, size_t limit);
  std::optional<Completion> compress(const Work& work);
  std::optional<Completion> compressBlock(const Work& work);
  std::optional<Completion> decompress(const Work& work);
  std::optional<Completion> wrap(const Work& work);
  size_t withinLimit(const Work& work) const;

  Dma dma_;
  CompressEngine compressEngine_;
  InflateEngine inflateEngine_;
};

}  // namespace nx
