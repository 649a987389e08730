// SPDX-License-Identifier: MIT
#include "oracle.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "../engine/bytes.h"
#include "../engine/function_codes.h"
#include "../engine/inflate_overrun.h"
#include "plain_checksums.h"
#include "require.h"
#include "resume.h"

namespace nx::fuzz {

namespace {

/** What the memory for output holds before the first run, and before the second one. */
constexpr uint8_t FIRST_FILL = 0xdd;
constexpr uint8_t SECOND_FILL = 0x22;

/** Faults after which all pages are brought in at once. More: the same again, but for the time that it takes.
 */
constexpr unsigned MAX_FAULTS = 12;

/** A job that has run. */
struct Ran {
  Job job;
  std::optional<uint64_t> fault;
};

/** Runs a job; when it meets a page that is not there brings that in and runs it again. */
Ran runWithFaults(Job job, GzipUnit& unit) {
  job.fillOutput(FIRST_FILL);
  for (unsigned faults = 0;; faults++) {
    const std::optional<uint64_t> fault = job.run(unit);
    if (!fault || !job.bringIn(*fault)) return {std::move(job), fault};
    if (faults == MAX_FAULTS) job.bringInAll();
  }
}

Ran runResident(Job job, GzipUnit& unit) {
  job.bringInAll();
  job.fillOutput(SECOND_FILL);
  const std::optional<uint64_t> fault = job.run(unit);
  return {std::move(job), fault};
}

/** Every byte was written with the same value by both, or by neither. */
bool sameOutput(const uint8_t* first, const uint8_t* second, size_t length) {
  unsigned different = 0;
  for (size_t index = 0; index < length; index++) {
    const unsigned untouched = (first[index] ^ FIRST_FILL) | (second[index] ^ SECOND_FILL);
    // 0 if either of the two is.
    different |= untouched * (first[index] ^ second[index]);
  }
  return different == 0;
}

bool countsOnly(const Job& job) {
  return gzipFunction(job.crb[crb::FC] & crb::FC_MASK).count && job.crb[crb::HINT_COUNTS_ONLY] == 1;
}

bool mayOverrun(const Job& job) {
  return loadBe32(job.crb.data() + crb::HINT_OVERRUN) == crb::OVERRUN;
}

void checkSame(const Ran& first, const Ran& second) {
  require(first.fault == second.fault, "the address at fault differs");
  for (size_t index = 0; index < first.job.blocks.size(); index++) {
    // What becomes of the target behind the output may depend on what was there.
    if (mayOverrun(first.job) && first.job.blocks[index].use == Block::TARGET) continue;
    const Bytes& one = first.job.blocks[index].bytes;
    const Bytes& two = second.job.blocks[index].bytes;
    require(sameOutput(one.data(), two.data(), one.size()), "the same job wrote other bytes");
  }
}

/** Whether a range of bytes has one value only. */
bool isFilled(const uint8_t* bytes, size_t length, uint8_t value) {
  return std::all_of(bytes, bytes + length, [value](uint8_t byte) { return byte == value; });
}

/** Of the control memory only the CSB and the function's output fields are written. */
void checkControl(const Job& before, const Ran& ran) {
  const Job& after = ran.job;
  const auto csbAt = static_cast<size_t>(after.csb() - after.blocks[0].bytes.data());
  require(std::memcmp(before.blocks[0].bytes.data(), after.blocks[0].bytes.data(), csbAt) == 0,
          "memory before the CSB was written");
  require(std::memcmp(before.cpb(), after.cpb(), cpb::OUTPUT) == 0, "the input of the CPB was written");
  const GzipFunction function = gzipFunction(after.crb[crb::FC] & crb::FC_MASK);
  const size_t end = function.operation == GzipFunction::NONE ? cpb::OUTPUT : function.spbc + 4;
  require(isFilled(after.cpb() + end, cpb::BYTES - end, FIRST_FILL), "the CPB was written behind SPBC");
  if (ran.fault)
    require(isFilled(after.csb(), csb::BYTES, FIRST_FILL), "a CSB was written in spite of a fault");
}

void checkFootprint(const Job& before, const Ran& ran) {
  require(before.crb == ran.job.crb, "the CRB was written");
  if (!before.isPlaced) return;
  checkControl(before, ran);
  for (size_t index = 1; index < before.blocks.size(); index++) {
    if (before.blocks[index].use == Block::TARGET) continue;
    require(before.blocks[index].bytes == ran.job.blocks[index].bytes, "source or list was written");
  }
}

/** The job has valid output: CC=0, 64, or 3 with CE(0). */
bool hasOutput(const Job& job) {
  return (job.csb()[csb::CE] & csb::CE_TERMINATE) == 0;
}

/** The CSB of UM 6.6 with the codes of UM tables 5-1 and 6-8, and SPBC. */
void checkCsb(const Job& job) {
  const uint8_t* const csb = job.csb();
  require(csb[csb::FLAGS] == csb::FLAG_V && csb[1] == 0, "the CSB has reserved bits");
  const uint8_t ce = csb[csb::CE];
  const uint64_t address = loadBe64(csb + csb::ADDRESS);
  const bool completed = ce == csb::CE_TPBC;
  const bool suspended = ce == (csb::CE_PARTIAL | csb::CE_TPBC);
  const bool terminated = ce == (csb::CE_TERMINATE | csb::CE_TPBC);
  require(loadBe32(csb + csb::TPBC) <= loadBe32(&job.crb[crb::TARGET_DDE + dde::BYTECOUNT]),
          "TPBC is larger than the byte count of the target");
  switch (csb[csb::CC]) {
    case cc::OK:
    case cc::TPBC_GT_SPBC:
      require(completed && address == 0, "CE of a completed job");
      break;
    case cc::DATA_LENGTH:
      require((suspended || terminated) && address == 0, "CE of a job with CC=3");
      break;
    case cc::ALIGNMENT:
      require(terminated && address % dde::LIST_ALIGNMENT != 0, "CE or address of a job with CC=1");
      break;
    case cc::TARGET_SPACE:
    case cc::EXCESSIVE_DDE:
    case cc::UNRECOGNIZED_SUBFUNCTION:
    case cc::INVALID_CRB:
    case cc::INVALID_DDE:
    case cc::SEGMENTED_DDL:
    case cc::DDE_OVERFLOW:
    case cc::MISSING_CODE:
    case cc::INVALID_DISTANCE:
    case cc::INVALID_DHT:
      require(terminated && address == 0, "CE or address of a terminated job");
      break;
    default:
      require(false, "a completion code that no job can have");
  }
  if (hasOutput(job)) {
    const uint32_t spbc = loadBe32(job.cpb() + gzipFunction(job.crb[crb::FC]).spbc);
    require(spbc <= loadBe32(&job.crb[crb::SOURCE_DDE + dde::BYTECOUNT]),
            "SPBC is larger than the byte count of the source");
  }
}

/** Of the target as much is written as the CSB and the hints say. */
void checkTarget(const Job& job) {
  const Bytes target = job.gather(Block::TARGET);
  size_t written = countsOnly(job) ? 0 : loadBe32(job.csb() + csb::TPBC);
  if (mayOverrun(job)) written = std::min(written + Overrun::BYTES, target.size());
  require(isFilled(target.data() + written, target.size() - written, FIRST_FILL),
          "the target was written behind TPBC");
}

Bytes writtenTarget(const Job& job) {
  Bytes target = job.gather(Block::TARGET);
  target.resize(loadBe32(job.csb() + csb::TPBC));
  return target;
}

void checkChecksums(const Job& job, bool resume, const Bytes& plain) {
  const uint32_t adler = resume ? loadBe32(job.cpb() + cpb::IN_ADLER) : 1;
  const uint32_t crc = resume ? loadLe<uint32_t>(job.cpb() + cpb::IN_CRC) : 0;
  const bool decompressed = gzipFunction(job.crb[crb::FC]).operation == GzipFunction::DECOMPRESS;
  const uint32_t only = decompressed ? loadBe32(job.crb.data() + crb::HINT_CHECKSUM) : 0;
  const bool isNone = only == crb::NO_CHECKSUM;
  const uint32_t newAdler = isNone || only == crb::ONLY_CRC ? adler : plainAdler32(plain, adler);
  const uint32_t newCrc = isNone || only == crb::ONLY_ADLER ? crc : plainCrc32(plain, crc);
  require(loadBe32(job.cpb() + cpb::OUT_ADLER) == newAdler, "Adler-32 is wrong");
  require(loadLe<uint32_t>(job.cpb() + cpb::OUT_CRC) == newCrc, "CRC-32 is wrong");
}

/** The source bytes that a compress or wrap job has taken, the history among them. */
Bytes takenSource(const Job& job, const GzipFunction& function) {
  Bytes source = job.gather(Block::SOURCE);
  const size_t spbc = loadBe32(job.cpb() + function.spbc);
  source.resize(spbc);
  return source;
}

void checkWrapped(const Job& job, const GzipFunction& function) {
  const Bytes source = takenSource(job, function);
  require(writtenTarget(job) == source, "wrapped data are not the source");
  checkChecksums(job, false, source);
}

/** Decompresses what a compress job has made. */
void checkCompressed(const Job& job, const GzipFunction& function, GzipUnit& unit) {
  const Bytes source = takenSource(job, function);
  const Bytes block = writtenTarget(job);
  const size_t histlen = function.resume ? loadBe16(job.cpb() + cpb::IN_HISTLEN) >> 4 : 0;
  const Bytes plain(source.begin() + static_cast<ptrdiff_t>(histlen * QUADWORD), source.end());
  checkChecksums(job, function.resume, plain);
  const bool expanded = job.csb()[csb::CC] == cc::TPBC_GT_SPBC;
  const bool suspended = job.csb()[csb::CC] == cc::DATA_LENGTH;
  require(suspended || expanded == (block.size() > source.size()), "CC=64 does not tell TPBC > SPBC");
  if (function.count) {
    require(loadBe32(job.cpb() + cpb::LZCOUNT + 4 * END_OF_BLOCK) == 1, "EOB is not counted once");
  }
  if (countsOnly(job)) return;

  Bytes both(source.begin(), source.begin() + static_cast<ptrdiff_t>(histlen * QUADWORD));
  both.insert(both.end(), block.begin(), block.end());
  Job back(0x14);
  storeBe32(back.cpb() + cpb::IN_ADLER, 1);
  storeBe16(back.cpb() + cpb::IN_HISTLEN, static_cast<uint16_t>(histlen << 4));
  back.cpb()[cpb::IN_SFBT] = sfbt::HEADER;
  back.setSource(both, {});
  back.setTarget(plain.size(), {});
  require(!back.run(unit), "a fault without a page that is absent");
  require(back.csb()[csb::CC] == cc::OK, "what was compressed does not decompress");
  require(writtenTarget(back) == plain, "what was compressed decompresses to other data");
}

/**
 * Runs a counting job, which leaves its tokens for an encoding job: those of the same source, or of one that
 * differs in a byte, or of the same bytes without a history.
 */
void countFirst(Job job, unsigned kind, GzipUnit& unit) {
  job.crb[crb::FC] = static_cast<uint8_t>((job.crb[crb::FC] & ~2) | 4);
  if (kind % 3 == 1) {
    for (Block& block : job.blocks) {
      if (block.use == Block::SOURCE && !block.bytes.empty()) block.bytes.back() ^= 1;
    }
  }
  if (kind % 3 == 2) job.crb[crb::FC] &= static_cast<uint8_t>(~8);
  job.bringInAll();
  job.run(unit);
}

void checkOutput(const Job& job, size_t step, GzipUnit& unit) {
  const GzipFunction function = gzipFunction(job.crb[crb::FC]);
  switch (function.operation) {
    case GzipFunction::COMPRESS:
      checkCompressed(job, function, unit);
      break;
    case GzipFunction::DECOMPRESS:
      checkChecksums(job, function.resume, writtenTarget(job));
      checkResumes(job, step, unit);
      break;
    default:
      checkWrapped(job, function);
  }
}

}  // namespace

void check(const uint8_t* input, size_t length, std::optional<GzipUnit>& unit) {
  Plan plan = {};
  std::memcpy(&plan, input, std::min(length, sizeof plan));
  const size_t payload = std::min(length, sizeof plan);
  const Job planned(plan, input + payload, length - payload);
  unit.emplace();

  const Ran first = runWithFaults(planned, *unit);
  Job before = planned;
  before.fillOutput(FIRST_FILL);
  checkFootprint(before, first);
  if (planned.isPlaced && !first.fault) checkCsb(first.job);
  if (planned.isExact && !first.fault) {
    checkTarget(first.job);
    if (hasOutput(first.job)) checkOutput(first.job, plan.step, *unit);
  }

  if (gzipFunction(plan.fc & crb::FC_MASK).operation == GzipFunction::COMPRESS)
    countFirst(planned, plan.step, *unit);
  const Ran second = runResident(planned, *unit);
  if (!planned.isPlaced) return;
  checkSame(first, second);
  if (mayOverrun(planned) && !countsOnly(planned) && planned.isExact && !first.fault) {
    require(writtenTarget(first.job) == writtenTarget(second.job), "the same job put out other bytes");
  }
}

}  // namespace nx::fuzz
