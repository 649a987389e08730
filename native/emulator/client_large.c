// SPDX-License-Identifier: MIT
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "client.h"
#include "client_nx.h"

/* Jobs as large as they come: 48 MB of source and 134 MB of target, touched in one byte per 64 KiB. */

#define STORED_BYTES (47u << 20)
#define TARGET_BYTES (134u << 20)
#define ZERO_BYTES (TARGET_BYTES - STORED_BYTES)
#define SOURCE_BYTES (48u << 20)
enum { MOST_STORED = 65535 };

static uint8_t* map_bytes(size_t length) {
  uint8_t* const start = mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  touch(start, length);
  return start;
}

/* Stored blocks, none of them the final one (RFC 1951 3.2.4). Gives their length. */
static uint32_t put_stored(uint8_t* stream) {
  uint32_t at = 0;
  uint32_t left = STORED_BYTES;
  while (left > 0) {
    const uint32_t length = left < MOST_STORED ? left : MOST_STORED;
    const uint8_t header[5] = {0, (uint8_t)length, (uint8_t)(length >> 8), (uint8_t)~length,
                               (uint8_t)(~length >> 8)};
    memcpy(stream + at, header, sizeof header);
    fill_noise(stream + at + 5, length, left);
    at += 5 + length;
    left -= length;
  }
  return at;
}

static int is_right(const uint8_t* target, const uint8_t* stream) {
  uint32_t at = 0;
  for (uint32_t from = 0; at < STORED_BYTES;) {
    const uint32_t length = STORED_BYTES - at < MOST_STORED ? STORED_BYTES - at : MOST_STORED;
    if (memcmp(target + at, stream + from + 5, length) != 0) return 0;
    at += length;
    from += 5 + length;
  }
  return target[at] == 0 && memcmp(target + at, target + at + 1, ZERO_BYTES - 1) == 0;
}

void check_large_jobs(void) {
  static struct block block;
  struct window window;
  uint8_t* const stream = map_bytes(SOURCE_BYTES);
  uint8_t* const target = map_bytes(TARGET_BYTES);
  const uint32_t stored = put_stored(stream);
  window_open(&window, -1);

  check_begin("a compress job of 87 MB");
  const struct piece zeros = {target, ZERO_BYTES};
  const struct piece packed = {stream + stored, SOURCE_BYTES - stored};
  block_begin(&block, FC_COMPRESS_RESUME_FHT);
  block_describe(&block, CRB_SOURCE, &zeros, 0, NULL);
  block_describe(&block, CRB_TARGET, &packed, 0, NULL);
  const int compressed = block_run(&block, &window);
  const uint32_t tpbc = load32(block.bytes + CSB_TPBC);
  expect(compressed == 0, "CC %d", compressed);
  check_end();

  check_begin("a decompress job of 48 MB to 134 MB");
  const struct piece source = {stream, stored + tpbc};
  const struct piece whole = {target, TARGET_BYTES};
  block_begin(&block, FC_DECOMPRESS);
  block_describe(&block, CRB_SOURCE, &source, 0, NULL);
  block_describe(&block, CRB_TARGET, &whole, 0, NULL);
  const int cc = block_run(&block, &window);
  expect(cc == 0, "CC %d", cc);
  expect(load32(block.bytes + CSB_TPBC) == TARGET_BYTES, "TPBC %u", load32(block.bytes + CSB_TPBC));
  expect(is_right(target, stream), "wrong bytes");
  check_end();

  window_close(&window);
  munmap(stream, SOURCE_BYTES);
  munmap(target, TARGET_BYTES);
}
