// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "../engine/format.h"
#include "../engine/gzip_unit.h"
#include "plan.h"

namespace nx::fuzz {

using Bytes = std::vector<uint8_t>;

/** A piece of a job's memory, of exactly the size that the job may touch: a sanitizer sees what runs over. */
struct Block {
  enum Use { CONTROL, SOURCE, TARGET, LIST };
  Use use;
  uint64_t address;
  Bytes bytes;
  /** The state of each page; none: all are resident. */
  Bytes pages;
};

/** A job with all the memory that it can see. A copy of it is another job with memory of its own. */
class Job {
 public:
  static constexpr uint64_t PAGE_BYTES = 256;
  /** Where the CPB's output begins, after the CSB. */
  static constexpr size_t OUTPUT = csb::BYTES + cpb::OUTPUT;

  /** How data are spread over DDEs. */
  struct Shape {
    /** DDEs of the list; 0: a direct DDE. */
    unsigned pieces = 0;
    uint8_t cuts = 0;
    bool emptyPieces = false;
  };

  /** @param csbAt quadwords of other memory before the CSB */
  explicit Job(uint8_t fc, unsigned csbAt = 0);
  /** The job that a fuzzer's input stands for. */
  Job(const Plan& plan, const uint8_t* payload, size_t length);

  void setSource(const Bytes& data, Shape shape);
  void setTarget(size_t room, Shape shape);

  /** The CSB, and the CPB behind it. */
  uint8_t* csb() { return blocks[0].bytes.data() + csbAt_; }
  const uint8_t* csb() const { return blocks[0].bytes.data() + csbAt_; }
  uint8_t* cpb() { return csb() + csb::BYTES; }
  const uint8_t* cpb() const { return csb() + csb::BYTES; }

  /** All that the job may write gets this value: target, CSB, output of the CPB. */
  void fillOutput(uint8_t value);

  /** Executes the CRB; the address at fault if one is not resident. */
  std::optional<uint64_t> run(GzipUnit& unit);
  /** How often `run` was called in this process. */
  static unsigned long runs() { return runs_; }
  /** Brings in the page of an address, for reading and writing; false if there is no such page, or it is
   * there. */
  bool bringIn(uint64_t address);
  /** Brings in all pages. */
  void bringInAll();

  /** The bytes of all blocks of a use, one after the other. */
  Bytes gather(Block::Use use) const;

  std::array<uint8_t, crb::BYTES> crb{};
  std::vector<Block> blocks;
  ByteCountLimits limits;
  bool useLowLimit = false;
  /** No address leads to memory of another use. */
  bool isPlaced = true;
  /** The CRB and its lists say what they are meant to say. */
  bool isExact = true;

 private:
  Block& add(Block::Use use, size_t length);
  void describe(size_t dde, Block::Use use, size_t length, Shape shape);
  void makeMistake(Mistake mistake, int size);
  void makeOverlap(Overlap overlap, unsigned quadwords);

  static inline std::atomic<unsigned long> runs_{0};
  size_t csbAt_;
};

}  // namespace nx::fuzz
