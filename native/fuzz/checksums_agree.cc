// SPDX-License-Identifier: MIT
#include <cstdio>

#include "../engine/checksums.h"
#include "../engine/crc32_fold.h"
#include "plain_checksums.h"
#include "require.h"

/*
 * Compares the engine's checksums with their definitions at many lengths, alignments and seeds, and says
 * whether CRC-32 was folded: a program without Node, so that it can be compiled for any processor and run
 * under QEMU.
 */
namespace {

using nx::fuzz::require;

constexpr size_t MOST_BYTES = 2700;
/** Several reductions of Adler-32's sums. */
constexpr size_t LONG_BYTES = 20000;

void compare(const std::vector<uint8_t>& all, size_t from, size_t length, uint32_t seed) {
  const std::vector<uint8_t> part(all.begin() + static_cast<ptrdiff_t>(from),
                                  all.begin() + static_cast<ptrdiff_t>(from + length));
  const uint8_t* const bytes = all.data() + from;
  require(nx::crc32(bytes, length, seed) == nx::fuzz::plainCrc32(part, seed), "CRC-32 differs");
  const uint32_t sums = (seed >> 16) % 65521 << 16 | (seed & 0xffff) % 65521;
  require(nx::adler32(bytes, length, sums) == nx::fuzz::plainAdler32(part, sums), "Adler-32 differs");
}

}  // namespace

int main() {
  std::vector<uint8_t> random(LONG_BYTES + 64);
  uint32_t state = 1;
  const auto next = [&state] { return state = state * 1664525 + 1013904223; };
  for (uint8_t& byte : random) byte = static_cast<uint8_t>(next() >> 24);
  for (size_t length = 0; length <= MOST_BYTES; length++) compare(random, length % 33, length, next());
  for (size_t from = 0; from < 33; from++) compare(random, from, LONG_BYTES + from % 16, next());
  // The largest sums that there are.
  const std::vector<uint8_t> ones(LONG_BYTES, 0xff);
  for (size_t length = LONG_BYTES - 600; length <= LONG_BYTES; length++) compare(ones, 0, length, 0xfff0fff0);
  std::puts(nx::canFoldCrc32() ? "folded" : "by table");
  return 0;
}
