// SPDX-License-Identifier: MIT
#include <sys/mman.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <memory>

#include "../engine/bytes.h"
#include "../engine/gzip_unit.h"
#include "require.h"

/*
 * Jobs of the greatest length that a DDE can name, 2^32 - 1 bytes, compressed by both match finders and back:
 * for what counts more than 32 bits can, and for the match tables that are moved down within a job. The long
 * memory is one short piece that is mapped again and again, so it takes 1 MiB and not 4 GiB.
 */
namespace {

using namespace nx;
using nx::fuzz::require;

constexpr size_t PIECE_BYTES = 1 << 20;
constexpr size_t PIECES = 4096;
constexpr uint32_t LONGEST = 0xffffffff;
constexpr size_t COMPRESSED_BYTES = size_t{1} << 30;

constexpr uint8_t FC_COMPRESS = 0x00;
constexpr uint8_t FC_DECOMPRESS = 0x10;
/** Efforts of the bucket finder and of the chain finder. */
constexpr uint8_t BOTH_EFFORTS[] = {1, 3};

/** 4 GiB of addresses at which the same 1 MiB lies 4096 times. */
uint8_t* mapRepeated() {
  const int file = memfd_create("nxzlib", 0);
  require(file >= 0 && ftruncate(file, PIECE_BYTES) == 0, "there is no memory file");
  void* const all =
      mmap(nullptr, PIECES * PIECE_BYTES, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  require(all != MAP_FAILED, "there are no 4 GiB of addresses");
  auto* const bytes = static_cast<uint8_t*>(all);
  for (size_t piece = 0; piece < PIECES; piece++) {
    void* const at = bytes + piece * PIECE_BYTES;
    require(mmap(at, PIECE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, file, 0) == at,
            "a piece cannot be mapped");
  }
  close(file);
  return bytes;
}

struct Control {
  alignas(16) uint8_t csb[csb::BYTES] = {};
  uint8_t cpb[cpb::BYTES] = {};
};

uint32_t run(GzipUnit& unit, Control& control, uint8_t fc, uint8_t effort, const uint8_t* source,
             uint32_t sourceBytes, uint8_t* target, uint32_t targetBytes) {
  uint8_t crb[crb::BYTES] = {};
  crb[crb::FC] = fc;
  crb[crb::HINT_EFFORT] = effort;
  storeBe64(crb + crb::CSB_ADDRESS, reinterpret_cast<uintptr_t>(&control));
  storeBe32(crb + crb::SOURCE_DDE + dde::BYTECOUNT, sourceBytes);
  storeBe64(crb + crb::SOURCE_DDE + dde::ADDRESS, reinterpret_cast<uintptr_t>(source));
  storeBe32(crb + crb::TARGET_DDE + dde::BYTECOUNT, targetBytes);
  storeBe64(crb + crb::TARGET_DDE + dde::ADDRESS, reinterpret_cast<uintptr_t>(target));
  require(!unit.execute(crb, ProcessMemory(), false, {}), "a fault in memory without pages");
  require(control.csb[csb::CC] == cc::OK, "a job did not end with CC=0");
  return loadBe32(control.csb + csb::TPBC);
}

/** After a long job, too, a unit compresses as a new one does. */
void requireFresh(GzipUnit& unit, uint8_t effort, const uint8_t* plain, uint8_t* target) {
  const auto fresh = std::make_unique<GzipUnit>();
  const size_t room = 2 * PIECE_BYTES;
  Control used;
  const uint32_t bytes = run(unit, used, FC_COMPRESS, effort, plain, PIECE_BYTES, target, room);
  Control anew;
  require(run(*fresh, anew, FC_COMPRESS, effort, plain, PIECE_BYTES, target + room, room) == bytes &&
              std::memcmp(target, target + room, bytes) == 0,
          "a long job has left something behind");
}

}  // namespace

int main() {
  uint8_t* const plain = mapRepeated();
  uint8_t* const back = mapRepeated();
  // Random bytes for a sixteenth, so that not all is one match after the other; then copies of what was
  // before.
  uint32_t state = 1;
  for (size_t index = 0; index < PIECE_BYTES; index++) {
    state = state * 1664525 + 1013904223;
    plain[index] = index % 4096 < 256 || index < 4096 ? static_cast<uint8_t>(state >> 24)
                                                      : plain[index - 257 - index / 4096];
  }
  const auto unit = std::make_unique<GzipUnit>();
  const auto compressed = std::make_unique<uint8_t[]>(COMPRESSED_BYTES);
  for (const uint8_t effort : BOTH_EFFORTS) {
    Control compression;
    const uint32_t bytes =
        run(*unit, compression, FC_COMPRESS, effort, plain, LONGEST, compressed.get(), COMPRESSED_BYTES);
    require(loadBe32(compression.cpb + cpb::OUT_SPBC_COMP) == LONGEST, "SPBC is not the source's length");
    Control decompression;
    const uint32_t length =
        run(*unit, decompression, FC_DECOMPRESS, 0, compressed.get(), bytes, back, LONGEST);
    require(length == LONGEST && std::memcmp(plain, back, PIECE_BYTES) == 0, "other bytes came back");
    require(loadLe<uint64_t>(compression.cpb + cpb::OUT_ADLER) ==
                loadLe<uint64_t>(decompression.cpb + cpb::OUT_ADLER),
            "the checksums differ");
    requireFresh(*unit, effort, plain, compressed.get());
    std::printf("effort %u: %u bytes to %u and back\n", effort, LONGEST, bytes);
  }
  return 0;
}
