// SPDX-License-Identifier: MIT
#include "resume.h"

#include <algorithm>

#include "../engine/bytes.h"
#include "require.h"

namespace nx::fuzz {

namespace {

/** Decompress from the start of a stream, and resume. */
constexpr uint8_t FC_DECOMPRESS = 0x10;
constexpr uint8_t FC_RESUME = 0x14;

/** Jobs of one series; a longer one is not followed to its end. */
constexpr unsigned MAX_JOBS = 40;

/** A decompression in several jobs: what it has given so far and where it stands. */
struct Series {
  const Bytes source;
  Bytes plain;
  /** Source bytes that no job need see again. */
  size_t taken = 0;
  /** The CPB as the last job has left it, its history, and its CC. */
  Bytes cpb;
  size_t histlen = 0;
  uint8_t cc = cc::DATA_LENGTH;

  explicit Series(const Bytes& source) : source(source) {}

  /** Runs a job with the source up to `end`. */
  void goOn(size_t end, size_t room, const Job& done, GzipUnit& unit);
  /** Bits of the source before the next one. */
  uint64_t position() const { return taken * 8 + ((8 - (loadBe16(&cpb[cpb::OUT_SUBC]) & 7u)) & 7u); }
};

/** The history that a resume job must have: all that there is up to 32 KiB, filled up in front to quadwords.
 */
Bytes historyOf(const Bytes& plain) {
  const size_t length = std::min(plain.size(), WINDOW_BYTES);
  Bytes history((length + QUADWORD - 1) / QUADWORD * QUADWORD);
  std::copy_n(plain.end() - static_cast<ptrdiff_t>(length), length,
              history.end() - static_cast<ptrdiff_t>(length));
  return history;
}

void Series::goOn(size_t end, size_t room, const Job& done, GzipUnit& unit) {
  Job job(cpb.empty() ? FC_DECOMPRESS : FC_RESUME);
  job.limits = done.limits;
  job.useLowLimit = done.useLowLimit;
  Bytes bytes;
  if (!cpb.empty()) {
    bytes = historyOf(plain);
    uint8_t* const in = job.cpb();
    std::copy_n(&cpb[cpb::OUT_ADLER], 8, in + cpb::IN_ADLER);
    storeBe16(in + cpb::IN_HISTLEN, static_cast<uint16_t>(bytes.size()));
    in[cpb::IN_SUBC] = cpb[cpb::OUT_SUBC + 1] & 7;
    std::copy_n(&cpb[cpb::OUT_SFBT], 3, in + cpb::IN_SFBT);
    std::copy_n(&cpb[cpb::OUT_DHT], cpb::DHT_BYTES, in + cpb::IN_DHT);
  }
  histlen = bytes.size();
  bytes.insert(bytes.end(), source.begin() + static_cast<ptrdiff_t>(taken),
               source.begin() + static_cast<ptrdiff_t>(end));
  job.setSource(bytes, {});
  job.setTarget(room, {});
  require(!job.run(unit), "a fault without a page that is absent");
  cc = job.csb()[csb::CC];
  const bool goesOn = cc == cc::OK || (cc == cc::DATA_LENGTH && (job.csb()[csb::CE] & csb::CE_PARTIAL) != 0);
  require(goesOn, "a part of what decompresses does not");
  const Bytes target = job.gather(Block::TARGET);
  plain.insert(plain.end(), target.begin(), target.begin() + loadBe32(job.csb() + csb::TPBC));
  cpb.assign(job.cpb(), job.cpb() + cpb::BYTES);
  const size_t spbc = loadBe32(&cpb[cpb::OUT_SPBC_DECOMP]);
  require(spbc <= bytes.size(), "SPBC is larger than the source");
  const size_t again = (loadBe16(&cpb[cpb::OUT_SUBC]) + 7u) / 8;
  require(histlen + again <= spbc, "SUBC names more bits than SPBC has bytes");
  taken += spbc - histlen - again;
}

}  // namespace

void checkResumes(const Job& done, size_t step, GzipUnit& unit) {
  if ((done.crb[crb::FC] & ~1) != FC_DECOMPRESS) return;
  Job whole(FC_DECOMPRESS);
  whole.setSource(done.gather(Block::SOURCE), {});
  whole.setTarget(done.gather(Block::TARGET).size(), {});
  require(!whole.run(unit), "a fault without a page that is absent");
  // Without the limit of the first job there may be an error, or too much for the target.
  if ((whole.csb()[csb::CE] & csb::CE_TERMINATE) != 0) return;
  const Bytes target = whole.gather(Block::TARGET);
  const size_t tpbc = loadBe32(whole.csb() + csb::TPBC);

  Series series(whole.gather(Block::SOURCE));
  bool hasEnded = false;
  size_t end = 0;
  for (unsigned left = MAX_JOBS; left > 0 && !hasEnded; left--) {
    end = std::min(series.source.size(), std::max(end, series.taken) + step + 1);
    const uint64_t position = series.cpb.empty() ? 0 : series.position();
    const size_t before = series.plain.size();
    series.goOn(end, target.size(), done, unit);
    const bool moved = series.position() > position || series.plain.size() > before;
    hasEnded = series.cpb[cpb::OUT_SFBT] == 0 || (end == series.source.size() && !moved);
  }
  require(series.plain.size() <= tpbc && std::equal(series.plain.begin(), series.plain.end(), target.begin()),
          "jobs in a series give other bytes");
  if (!hasEnded) return;
  require(series.plain.size() == tpbc, "jobs in a series give fewer bytes");
  require(
      std::equal(&series.cpb[cpb::OUT_ADLER], &series.cpb[cpb::OUT_ADLER] + 8, whole.cpb() + cpb::OUT_ADLER),
      "jobs in a series give other checksums");
  // A final block ends with CC=0 where the source is cut behind it, and with CC=3 where more follows.
  if (series.cc != whole.csb()[csb::CC]) return;
  require(series.cpb[cpb::OUT_SFBT] == whole.cpb()[cpb::OUT_SFBT], "jobs in a series end at another place");
}

}  // namespace nx::fuzz
