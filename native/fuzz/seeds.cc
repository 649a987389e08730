// SPDX-License-Identifier: MIT
#include "seeds.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>

#include "../engine/bytes.h"
#include "dht_writer.h"
#include "require.h"

namespace nx::fuzz {

namespace {

/** Function codes without the limit bit (UM table 6-2). */
constexpr uint8_t COMPRESS[] = {0x00, 0x02, 0x04, 0x06, 0x08, 0x0a, 0x0c, 0x0e};
constexpr uint8_t DECOMPRESS[] = {0x10, 0x12, 0x14, 0x16};
constexpr uint8_t WRAP = 0x1e;
/** Of these bits of a compress function, one asks for a DHT, the other goes on behind a history. */
constexpr uint8_t WITH_DHT = 0x02;
constexpr uint8_t WITH_HISTORY = 0x08;

constexpr uint16_t ROOM = 4096;

/** Three ways to lay the same job out in memory. */
enum Layout { DIRECT, SCATTERED, ABSENT };

Bytes makeInput(const Plan& plan, const Bytes& dht, const Bytes& source) {
  Bytes input(sizeof plan);
  std::memcpy(input.data(), &plan, sizeof plan);
  input.insert(input.end(), dht.begin(), dht.end());
  input.insert(input.end(), source.begin(), source.end());
  return input;
}

Plan planOf(uint8_t fc, Layout layout) {
  Plan plan = {};
  plan.fc = fc;
  plan.room = ROOM;
  plan.csbAt = 3;
  plan.step = 7;
  plan.cpb[3] = 1;
  if (layout == DIRECT) return plan;
  plan.sourcePieces = 5;
  plan.targetPieces = 4;
  plan.cuts = 77;
  if (layout == ABSENT) {
    plan.options = PAGES;
    const uint8_t pages[] = {0x9a, 0xa6, 0x2a, 0x9a, 0x8a, 0xaa, 0xa1, 0xaa};
    std::copy_n(pages, sizeof pages, plan.pages);
  }
  return plan;
}

void setDht(Plan& plan, const WrittenDht& dht) {
  plan.dhtBytes = static_cast<uint16_t>(dht.bytes.size());
  storeBe16(plan.cpb + cpb::IN_DHTLEN, static_cast<uint16_t>(dht.bits));
}

std::vector<Bytes> makePlain() {
  Bytes random(300);
  uint32_t state = 1;
  for (uint8_t& byte : random) {
    state = state * 1664525 + 1013904223;
    byte = static_cast<uint8_t>(state >> 24);
  }
  const std::string text =
      "She sells sea shells by the sea shore; the shells she sells are sea shells, sure. ";
  Bytes mixed(text.begin(), text.end());
  mixed.insert(mixed.end(), random.begin(), random.begin() + 100);
  mixed.insert(mixed.end(), text.begin(), text.end());
  mixed.insert(mixed.end(), 400, 0);
  mixed.insert(mixed.end(), random.begin(), random.begin() + 100);
  return {{0x61}, Bytes(600, 0), random, mixed};
}

/** Tables with a code for every symbol, with codes of 1 to 15 bits, and with one code of each alphabet. */
std::vector<WrittenDht> makeTables() {
  Bytes flat(LL_SYMBOLS, 8);
  std::fill_n(flat.begin() + 226, 60, 9);
  Bytes flatD(D_SYMBOLS, 5);
  flatD[0] = flatD[1] = 4;
  Bytes steep(LL_SYMBOLS, 0);
  // From one bit to 15: literals and lengths by turns, the end of the block last.
  const unsigned used[] = {'a', 257, 'e', 258, ' ', 285, 's', 266, 'h', 280, 'l', 't', 0, 'r', 'S', 256};
  for (unsigned index = 0; index < 16; index++)
    steep[used[index]] = static_cast<uint8_t>(std::min(index + 1, 15u));
  Bytes steepD(16, 0);
  for (unsigned symbol = 0; symbol < 16; symbol++)
    steepD[symbol] = static_cast<uint8_t>(std::min(symbol + 1, 15u));
  Bytes lone(257, 0);
  lone[256] = 1;
  return {writeDht(flat, flatD), writeDht(steep, steepD), writeDht(lone, {1})};
}

/** What a compress job makes of plain data. */
Bytes compress(const Bytes& plain, const WrittenDht* dht, GzipUnit& unit) {
  Job job(dht == nullptr ? 0 : WITH_DHT);
  if (dht != nullptr) {
    storeBe16(job.cpb() + cpb::IN_DHTLEN, static_cast<uint16_t>(dht->bits));
    std::copy(dht->bytes.begin(), dht->bytes.end(), job.cpb() + cpb::IN_DHT);
  }
  job.setSource(plain, {});
  job.setTarget(ROOM, {});
  require(!job.run(unit), "a fault without a page that is absent");
  require(job.csb()[csb::CC] == cc::OK || job.csb()[csb::CC] == cc::TPBC_GT_SPBC, "a seed does not compress");
  Bytes stream = job.gather(Block::TARGET);
  stream.resize(loadBe32(job.csb() + csb::TPBC));
  return stream;
}

Bytes twice(const Bytes& bytes) {
  Bytes both = bytes;
  both.insert(both.end(), bytes.begin(), bytes.end());
  return both;
}

/** A stored block that is not the last one. */
Bytes storedBlock(const Bytes& plain) {
  const auto length = static_cast<uint16_t>(plain.size());
  Bytes block(5);
  storeLe(&block[1], length);
  storeLe(&block[3], static_cast<uint16_t>(~length));
  block.insert(block.end(), plain.begin(), plain.end());
  return block;
}

void addCompression(std::vector<Bytes>& seeds, const std::vector<Bytes>& plain,
                    const std::vector<WrittenDht>& tables) {
  for (const uint8_t fc : COMPRESS) {
    for (size_t index = 0; index < plain.size(); index++) {
      const auto layout = static_cast<Layout>((fc / 2 + index) % 3);
      Plan plan = planOf(fc, layout);
      plan.effort = static_cast<uint8_t>((fc + 2 * index) % 10);
      plan.step = static_cast<uint16_t>(fc / 2 + index);
      // Long enough for several chunks of tokens, at times.
      plan.repeats = index == 2 ? 60 : 0;
      plan.roomShift = index == 2 ? 5 : 0;
      if ((fc & WITH_HISTORY) != 0 && plain[index].size() > 100)
        storeBe16(plan.cpb + cpb::IN_HISTLEN, 5 << 4);
      if (index == 3) plan.maxByteCountHigh = 150;
      Bytes dht;
      if ((fc & WITH_DHT) != 0) {
        const WrittenDht& table = tables[index == 0 ? 1 : 0];
        setDht(plan, table);
        dht = table.bytes;
      }
      seeds.push_back(makeInput(plan, dht, plain[index]));
    }
  }
}

void addDecompression(std::vector<Bytes>& seeds, const std::vector<Bytes>& plain,
                      const std::vector<WrittenDht>& tables) {
  const auto unit = std::make_unique<GzipUnit>();
  std::vector<Bytes> streams;
  for (const Bytes& data : plain) {
    streams.push_back(compress(data, nullptr, *unit));
    streams.push_back(compress(data, &tables[0], *unit));
    Bytes two = storedBlock(data);
    two.insert(two.end(), streams.back().begin(), streams.back().end());
    streams.push_back(two);
  }
  // Ends with long matches, far and near, and more source behind them.
  for (const Bytes& data : {Bytes(40, 'a'), twice(plain[2])}) {
    streams.push_back(compress(data, nullptr, *unit));
    streams.back().resize(streams.back().size() + 40, 0x5a);
  }
  for (size_t index = 0; index < streams.size(); index++) {
    for (const uint8_t fc : DECOMPRESS) {
      const auto layout = static_cast<Layout>((fc / 2 + index) % 3);
      Plan plan = planOf(fc, layout);
      plan.step = static_cast<uint16_t>(1 + index * 40);
      plan.maxByteCountLow = 100;
      if (index % 4 == 1) plan.options |= USE_LOW_LIMIT;
      if (index % 3 == 1) plan.options |= index % 2 == 0 ? NOT_ADLER : NOT_CRC;
      if (fc == DECOMPRESS[index % 4]) plan.room = 60;
      plan.cpb[cpb::IN_SFBT] = sfbt::HEADER;
      seeds.push_back(makeInput(plan, {}, streams[index]));
    }
  }
}

/** Jobs that go on in the middle of each kind of block. */
void addResumptions(std::vector<Bytes>& seeds, const std::vector<WrittenDht>& tables) {
  // Ones in a row are the longest codes of a table.
  Bytes source(400, 0xff);
  for (size_t index = 0; index < source.size(); index++) {
    if (index % 7 < 5) source[index] = static_cast<uint8_t>(index * index * 37 >> 3);
  }
  for (const uint8_t place : {sfbt::STORED, sfbt::FIXED, sfbt::DYNAMIC, sfbt::HEADER}) {
    for (const WrittenDht& table : tables) {
      Plan plan = planOf(0x14, DIRECT);
      storeBe16(plan.cpb + cpb::IN_HISTLEN, 2 << 4);
      plan.cpb[cpb::IN_SUBC] = 3;
      plan.cpb[cpb::IN_SFBT] = place | 1;
      Bytes dht;
      if (place == sfbt::STORED) storeBe16(plan.cpb + cpb::IN_REMBYTECNT, 20);
      if (place == sfbt::DYNAMIC) {
        setDht(plan, table);
        dht = table.bytes;
      }
      seeds.push_back(makeInput(plan, dht, source));
    }
  }
}

}  // namespace

std::vector<Bytes> makeSeeds() {
  const std::vector<Bytes> plain = makePlain();
  const std::vector<WrittenDht> tables = makeTables();
  std::vector<Bytes> seeds;
  addCompression(seeds, plain, tables);
  addDecompression(seeds, plain, tables);
  addResumptions(seeds, tables);
  seeds.push_back(makeInput(planOf(WRAP, DIRECT), {}, plain[3]));
  seeds.push_back(makeInput(planOf(WRAP, SCATTERED), {}, plain[3]));
  // Seeds for each mistake and for each overlap.
  for (uint8_t kind = 1; kind < MISTAKES; kind++) {
    Plan plan = planOf(WRAP, SCATTERED);
    plan.mistake = kind;
    plan.room = static_cast<uint16_t>(plain[1].size());
    for (const int16_t size : {16, -16}) {
      plan.mistakeSize = size;
      seeds.push_back(makeInput(plan, {}, plain[1]));
    }
  }
  for (uint8_t kind = 1; kind < OVERLAPS; kind++) {
    Plan plan = planOf(0, DIRECT);
    plan.overlap = kind;
    plan.overlapAt = 1;
    seeds.push_back(makeInput(plan, {}, plain[3]));
  }
  return seeds;
}

}  // namespace nx::fuzz
