// SPDX-License-Identifier: MIT
#include "job.h"

#include <algorithm>

#include "../engine/bytes.h"
#include "../engine/table_memory.h"

namespace nx::fuzz {

namespace {

/** Most bytes of source and of target space: larger jobs reach no other code, and take longer. */
constexpr size_t MAX_SOURCE_BYTES = 80 << 10;
constexpr size_t MAX_TARGET_BYTES = 128 << 10;

/** Between the addresses of two blocks, more than a DDE can span. */
constexpr uint64_t BLOCK_DISTANCE = uint64_t{1} << 33;

void setDde(uint8_t* dde, size_t count, size_t bytecount, uint64_t address) {
  dde[dde::COUNT] = static_cast<uint8_t>(count);
  storeBe32(dde + dde::BYTECOUNT, static_cast<uint32_t>(bytecount));
  storeBe64(dde + dde::ADDRESS, address);
}

void addTo32(uint8_t* at, int value) {
  storeBe32(at, loadBe32(at) + static_cast<uint32_t>(value));
}

void addTo64(uint8_t* at, int64_t value) {
  storeBe64(at, loadBe64(at) + static_cast<uint64_t>(value));
}

/** Whether a CRB byte belongs to an address. */
bool isInAddress(size_t at) {
  const auto within = [at](size_t first) { return at >= first && at < first + 8; };
  return within(crb::CSB_ADDRESS) || within(crb::SOURCE_DDE + dde::ADDRESS) ||
         within(crb::TARGET_DDE + dde::ADDRESS);
}

}  // namespace

Job::Job(uint8_t fc, unsigned csbAt) : csbAt_(csbAt * QUADWORD) {
  const Block& control = add(Block::CONTROL, csbAt_ + csb::BYTES + cpb::BYTES);
  crb[crb::FC] = fc;
  storeBe64(crb.data() + crb::CSB_ADDRESS, control.address + csbAt_);
}

Job::Job(const Plan& plan, const uint8_t* payload, size_t length) : Job(plan.fc, plan.csbAt) {
  const size_t dhtBytes = std::min({size_t{plan.dhtBytes}, length, cpb::DHT_BYTES});
  std::copy_n(plan.cpb, sizeof plan.cpb, cpb());
  std::copy_n(payload, dhtBytes, cpb() + cpb::IN_DHT);
  crb[crb::HINT_EFFORT] = plan.effort;
  crb[crb::HINT_COUNTS_ONLY] = (plan.options & COUNTS_ONLY) != 0;
  if ((plan.options & MAY_OVERRUN) != 0) storeBe32(crb.data() + crb::HINT_OVERRUN, crb::OVERRUN);
  const bool notAdler = (plan.options & NOT_ADLER) != 0;
  const bool notCrc = (plan.options & NOT_CRC) != 0;
  const uint32_t onlyOne = notAdler ? crb::ONLY_CRC : crb::ONLY_ADLER;
  if (notAdler || notCrc)
    storeBe32(crb.data() + crb::HINT_CHECKSUM, notAdler && notCrc ? crb::NO_CHECKSUM : onlyOne);
  limits = {plan.maxByteCountHigh, plan.maxByteCountLow};
  useLowLimit = (plan.options & USE_LOW_LIMIT) != 0;

  const Bytes once(payload + dhtBytes, payload + length);
  Bytes source = once;
  for (unsigned left = plan.repeats; left > 0 && source.size() + once.size() <= MAX_SOURCE_BYTES; left--) {
    source.insert(source.end(), once.begin(), once.end());
  }
  const bool emptyPieces = (plan.options & EMPTY_PIECES) != 0;
  setSource(source, {plan.sourcePieces, plan.cuts, emptyPieces});
  const size_t room = std::min(size_t{plan.room} << (plan.roomShift & 7), MAX_TARGET_BYTES);
  setTarget(room, {plan.targetPieces, static_cast<uint8_t>(~plan.cuts), emptyPieces});

  makeMistake(static_cast<Mistake>(plan.mistake % MISTAKES), plan.mistakeSize);
  makeOverlap(static_cast<Overlap>(plan.overlap % OVERLAPS), plan.overlapAt);
  for (const Plan::Flip& flip : plan.flips) {
    if (flip.bits == 0) continue;
    crb[flip.at % crb::BYTES] ^= flip.bits;
    isExact = false;
    if (isInAddress(flip.at % crb::BYTES)) isPlaced = false;
  }
  if ((plan.options & PAGES) == 0) return;
  size_t next = 0;
  for (Block& block : blocks) {
    block.pages.resize((block.bytes.size() + PAGE_BYTES - 1) / PAGE_BYTES);
    for (uint8_t& page : block.pages) {
      page = std::min<uint8_t>(plan.pages[next / 4 % sizeof plan.pages] >> (next % 4 * 2) & 3, 2);
      next++;
    }
  }
}

void Job::setSource(const Bytes& data, Shape shape) {
  describe(crb::SOURCE_DDE, Block::SOURCE, data.size(), shape);
  const uint8_t* from = data.data();
  for (Block& block : blocks) {
    if (block.use != Block::SOURCE) continue;
    std::copy_n(from, block.bytes.size(), block.bytes.data());
    from += block.bytes.size();
  }
}

void Job::setTarget(size_t room, Shape shape) {
  describe(crb::TARGET_DDE, Block::TARGET, room, shape);
}

Block& Job::add(Block::Use use, size_t length) {
  blocks.push_back({use, (blocks.size() + 1) * BLOCK_DISTANCE, Bytes(length), {}});
  return blocks.back();
}

/** Makes memory of `length` bytes and the DDEs that describe it. */
void Job::describe(size_t dde, Block::Use use, size_t length, Shape shape) {
  if (shape.pieces == 0) {
    setDde(crb.data() + dde, 0, length, add(use, length).address);
    return;
  }
  std::vector<size_t> ends;
  uint32_t random = shape.cuts;
  for (unsigned left = shape.pieces - 1; left > 0; left--) {
    random = random * 1664525 + 1013904223;
    ends.push_back((random >> 8) % (length + 1));
  }
  ends.push_back(length);
  std::sort(ends.begin(), ends.end());
  Bytes list;
  size_t start = 0;
  for (const size_t end : ends) {
    if (end == start && !shape.emptyPieces && length > 0) continue;
    list.resize(list.size() + dde::BYTES);
    setDde(&list[list.size() - dde::BYTES], 0, end - start, add(use, end - start).address);
    start = end;
  }
  Block& block = add(Block::LIST, list.size());
  block.bytes = list;
  setDde(crb.data() + dde, list.size() / dde::BYTES, length, block.address);
}

void Job::makeMistake(Mistake mistake, int size) {
  uint8_t* const source = crb.data() + crb::SOURCE_DDE;
  uint8_t* const target = crb.data() + crb::TARGET_DDE;
  if (mistake != NO_MISTAKE) isExact = false;
  switch (mistake) {
    case SOURCE_BYTES:
      addTo32(source + dde::BYTECOUNT, size);
      break;
    case TARGET_BYTES:
      addTo32(target + dde::BYTECOUNT, size);
      break;
    case SOURCE_COUNT:
      source[dde::COUNT] = static_cast<uint8_t>(size);
      break;
    case TARGET_COUNT:
      target[dde::COUNT] = static_cast<uint8_t>(size);
      break;
    case LIST_ADDRESS:
      addTo64((size % 2 == 0 ? source : target) + dde::ADDRESS, size);
      break;
    case PIECE_ADDRESS:
    case PIECE_BYTES:
      for (Block& block : blocks) {
        if (block.use != Block::LIST) continue;
        uint8_t* const dde = &block.bytes[static_cast<uint16_t>(size) * dde::BYTES % block.bytes.size()];
        if (mistake == PIECE_ADDRESS) addTo64(dde + dde::ADDRESS, size);
        if (mistake == PIECE_BYTES) addTo32(dde + dde::BYTECOUNT, size);
      }
      break;
    case NO_MISTAKE:
    case MISTAKES:
      break;
  }
  // A direct DDE that is taken for an indirect one makes a list of what is not meant for one.
  if (mistake == SOURCE_COUNT || mistake == TARGET_COUNT) isPlaced = false;
}

/** Lets a DDE of the CRB lead to memory of another use. */
void Job::makeOverlap(Overlap overlap, unsigned quadwords) {
  uint8_t* const sourceAddress = crb.data() + crb::SOURCE_DDE + dde::ADDRESS;
  uint8_t* const targetAddress = crb.data() + crb::TARGET_DDE + dde::ADDRESS;
  const uint64_t distance = quadwords * QUADWORD;
  if (overlap == NO_OVERLAP) return;
  isExact = false;
  isPlaced = false;
  if (overlap == TARGET_IN_SOURCE) storeBe64(targetAddress, loadBe64(sourceAddress) + distance);
  if (overlap == TARGET_IN_CONTROL) storeBe64(targetAddress, blocks[0].address + distance);
  if (overlap == SOURCE_IN_CONTROL) storeBe64(sourceAddress, blocks[0].address + distance);
  if (overlap == SOURCE_IN_TARGET) storeBe64(sourceAddress, loadBe64(targetAddress) + distance);
}

void Job::fillOutput(uint8_t value) {
  for (Block& block : blocks) {
    if (block.use == Block::TARGET) std::fill(block.bytes.begin(), block.bytes.end(), value);
  }
  std::fill_n(csb(), csb::BYTES, value);
  std::fill_n(csb() + OUTPUT, cpb::BYTES - cpb::OUTPUT, value);
}

std::optional<uint64_t> Job::run(GzipUnit& unit) {
  runs_++;
  std::vector<Region> regions;
  for (Block& block : blocks) {
    const uint8_t* pages = block.pages.empty() ? nullptr : block.pages.data();
    regions.push_back({block.address, block.bytes.data(), block.bytes.size(), pages});
  }
  return unit.execute(crb.data(), TableMemory(std::move(regions), PAGE_BYTES), useLowLimit, limits);
}

bool Job::bringIn(uint64_t address) {
  for (Block& block : blocks) {
    const uint64_t page = (address - block.address) / PAGE_BYTES;
    if (address < block.address || page >= block.pages.size()) continue;
    if (block.pages[page] == PAGE_WRITABLE) return false;
    block.pages[page] = PAGE_WRITABLE;
    return true;
  }
  return false;
}

void Job::bringInAll() {
  for (Block& block : blocks) block.pages.clear();
}

Bytes Job::gather(Block::Use use) const {
  Bytes all;
  for (const Block& block : blocks) {
    if (block.use == use) all.insert(all.end(), block.bytes.begin(), block.bytes.end());
  }
  return all;
}

}  // namespace nx::fuzz
