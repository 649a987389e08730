// SPDX-License-Identifier: MIT
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "client_nx.h"

/* What the functions give, in the shapes that programs in the field send. */

enum { DATA_BYTES = 100000, HISTORY_BYTES = 32768, TARGET_BYTES = 2 * DATA_BYTES };

static struct window window;
static struct block block;
/* History, then data. */
static uint8_t plain[HISTORY_BYTES + DATA_BYTES];
static uint8_t packed[HISTORY_BYTES + TARGET_BYTES];
static uint8_t unpacked[TARGET_BYTES];
static struct dde source_list[255];
static struct dde target_list[255];

static void put_bits(uint8_t* bytes, unsigned* at, unsigned value, unsigned count) {
  for (unsigned bit = 0; bit < count; bit++, ++*at)
    bytes[*at / 8] |= (uint8_t)((value >> bit & 1) << *at % 8);
}

/*
 * A complete table for all symbols: 226 literal/length codes of 8 bits and 60 of 9, 2 distance codes of 4
 * bits and 28 of 5; the lengths 4, 5, 8, 9 have codes of 2 bits (RFC 1951 3.2.7). Gives its bits: 682.
 */
static unsigned put_dht(uint8_t* dht) {
  /* In the order 16 17 18 0 8 7 9 6 10 5 11 4. */
  static const uint8_t code_lengths[12] = {0, 0, 0, 0, 2, 0, 2, 0, 0, 2, 0, 2};
  /* The codes of 4, 5, 8, 9 are 00, 01, 10, 11, sent with their first bit first. */
  enum { CODE_4 = 0, CODE_5 = 2, CODE_8 = 1, CODE_9 = 3 };
  unsigned at = 0;
  put_bits(dht, &at, 286 - 257, 5);
  put_bits(dht, &at, 30 - 1, 5);
  put_bits(dht, &at, 12 - 4, 4);
  for (int index = 0; index < 12; index++) put_bits(dht, &at, code_lengths[index], 3);
  for (int symbol = 0; symbol < 286; symbol++) put_bits(dht, &at, symbol < 226 ? CODE_8 : CODE_9, 2);
  for (int symbol = 0; symbol < 30; symbol++) put_bits(dht, &at, symbol < 2 ? CODE_4 : CODE_5, 2);
  return at;
}

static int compress(int fc, uint32_t history, const struct piece* source, unsigned sources,
                    const struct piece* target, unsigned targets) {
  block_begin(&block, fc);
  block_histlen(&block, history);
  if (fc == FC_COMPRESS_RESUME_DHT) {
    store16(block.bytes + IN_DHTLEN, (uint16_t)put_dht(block.bytes + IN_DHT));
    memset(block.bytes + OUT_LZCOUNT, 0xff, LZCOUNT_BYTES);
  }
  block_describe(&block, CRB_SOURCE, source, sources, source_list);
  block_describe(&block, CRB_TARGET, target, targets, target_list);
  return block_run(&block, &window);
}

static int decompress(int fc, uint32_t history, const struct piece* source, unsigned sources,
                      const struct piece* target, unsigned targets) {
  block_begin(&block, fc);
  block_histlen(&block, history);
  /* At a block header. */
  block.bytes[IN_SFBT] = 14;
  block_describe(&block, CRB_SOURCE, source, sources, source_list);
  block_describe(&block, CRB_TARGET, target, targets, target_list);
  return block_run(&block, &window);
}

static int crc_is(const uint8_t* bytes, size_t length) {
  const uint32_t crc = crc32_of(bytes, length);
  const uint8_t* const out = block.bytes + OUT_CRC;
  return (out[0] | (uint32_t)out[1] << 8 | (uint32_t)out[2] << 16 | (uint32_t)out[3] << 24) == crc;
}

/* The target holds `length` bytes of plain data that were decompressed. */
static void expect_plain(int cc, const uint8_t* data, uint32_t length) {
  expect(cc == 0, "decompress: CC %d", cc);
  expect(block.bytes[CSB_CE] == 0x20, "decompress: CE 0x%02x", block.bytes[CSB_CE]);
  expect(load32(block.bytes + CSB_TPBC) == length, "decompress: TPBC %u", load32(block.bytes + CSB_TPBC));
  expect(memcmp(unpacked, data, length) == 0, "decompress: wrong bytes");
  expect(crc_is(data, length), "decompress: wrong CRC");
}

/* Every counter was written: saturated ones have 24 bits. */
static int are_counters_fresh(void) {
  for (int at = 0; at < LZCOUNT_BYTES; at += 4) {
    if (load32(block.bytes + OUT_LZCOUNT + at) >> 24 != 0) return 0;
  }
  return 1;
}

static void check_history(int fc, uint32_t history) {
  const uint8_t* const start = plain + HISTORY_BYTES - history;
  const uint8_t* const data = plain + HISTORY_BYTES;
  const struct piece source[] = {{start, history + DATA_BYTES}};
  const struct piece target[] = {{packed + HISTORY_BYTES, TARGET_BYTES}};
  check_begin("FC 0x%02x with %u bytes of history", fc, history);
  const int cc = compress(fc, history, source, 0, target, 0);
  const uint32_t tpbc = load32(block.bytes + CSB_TPBC);
  const uint32_t spbc =
      load32(block.bytes + (fc == FC_COMPRESS_RESUME_DHT ? OUT_SPBC_COUNT : OUT_SPBC_COMPRESS));
  expect(cc == 0, "compress: CC %d", cc);
  expect(spbc == history + DATA_BYTES, "compress: SPBC %u", spbc);
  expect(crc_is(data, DATA_BYTES), "compress: wrong CRC");
  expect(fc != FC_COMPRESS_RESUME_DHT || are_counters_fresh(), "compress: a stale counter");
  expect(tpbc < DATA_BYTES / 2, "compress: %u bytes", tpbc);

  memcpy(packed + HISTORY_BYTES - history, start, history);
  const struct piece back[] = {{packed + HISTORY_BYTES - history, history + tpbc}};
  const struct piece out[] = {{unpacked, TARGET_BYTES}};
  memset(unpacked, 0, sizeof unpacked);
  expect_plain(decompress(FC_DECOMPRESS_RESUME, history, back, 0, out, 0), data, DATA_BYTES);
  expect(load32(block.bytes + OUT_SPBC_DECOMPRESS) == history + tpbc, "decompress: SPBC");
  check_end();
}

/* DDE counts of source and target: 0 is a direct DDE. */
static void check_shape(unsigned sources, unsigned targets) {
  const uint8_t* const data = plain + HISTORY_BYTES;
  /* Odd lengths and places; pieces shorter than a quadword. */
  const struct piece in_pieces[] = {{data, 7}, {data + 7, 40001}, {data + 40008, DATA_BYTES - 40008}};
  const struct piece in_two[] = {{data, 13}, {data + 13, DATA_BYTES - 13}};
  const struct piece in_one[] = {{data, DATA_BYTES}};
  const struct piece* const in = sources == 3 ? in_pieces : sources == 2 ? in_two : in_one;
  const struct piece out_two[] = {{packed, 11}, {packed + 11, TARGET_BYTES - 11}};
  const struct piece out_one[] = {{packed, TARGET_BYTES}};
  check_begin("DDE counts (%u,%u)", sources, targets);
  const int cc = compress(FC_COMPRESS_RESUME_FHT, 0, in, sources, targets == 2 ? out_two : out_one, targets);
  const uint32_t tpbc = load32(block.bytes + CSB_TPBC);
  expect(cc == 0, "compress: CC %d", cc);
  expect(tpbc > 1000, "compress: %u bytes", tpbc);

  const struct piece back_pieces[] = {{packed, 1}, {packed + 1, 999}, {packed + 1000, tpbc - 1000}};
  const struct piece back_two[] = {{packed, 3}, {packed + 3, tpbc - 3}};
  const struct piece back_one[] = {{packed, tpbc}};
  const struct piece* const back = sources == 3 ? back_pieces : sources == 2 ? back_two : back_one;
  const struct piece end_two[] = {{unpacked, 70001}, {unpacked + 70001, TARGET_BYTES - 70001}};
  const struct piece end_one[] = {{unpacked, TARGET_BYTES}};
  memset(unpacked, 0, sizeof unpacked);
  const int decompressed =
      decompress(FC_DECOMPRESS, 0, back, sources, targets == 2 ? end_two : end_one, targets);
  expect_plain(decompressed, data, DATA_BYTES);
  check_end();
}

static void check_single_bytes(void) {
  const uint8_t* const data = plain + HISTORY_BYTES;
  const struct piece source[] = {{data, 1}};
  const struct piece target[] = {{packed, 64}};
  check_begin("a source of one byte");
  const int cc = compress(FC_COMPRESS_RESUME_FHT, 0, source, 0, target, 0);
  expect(cc == 0 || cc == 64, "compress: CC %d", cc);
  const struct piece back[] = {{packed, load32(block.bytes + CSB_TPBC)}};
  const struct piece out[] = {{unpacked, 1}};
  expect_plain(decompress(FC_DECOMPRESS, 0, back, 0, out, 0), data, 1);
  check_end();

  struct piece bytes[255];
  for (unsigned index = 0; index < 255; index++) {
    bytes[index].start = data + index;
    bytes[index].length = 1;
  }
  const struct piece copy[] = {{unpacked, 255}};
  check_begin("255 DDEs of one byte");
  memset(unpacked, 0, 255);
  const int wrapped = compress(FC_WRAP, 0, bytes, 255, copy, 0);
  expect(wrapped == 0, "wrap: CC %d", wrapped);
  expect(memcmp(unpacked, data, 255) == 0, "wrong bytes");
  check_end();
}

static void check_source_after_the_end(void) {
  const uint8_t* const data = plain + HISTORY_BYTES;
  const struct piece source[] = {{data, 5000}};
  const struct piece target[] = {{packed, TARGET_BYTES}};
  check_begin("source after the final block: CC 3, SFBT 0, SUBC 32 or more");
  compress(FC_COMPRESS_RESUME_FHT, 0, source, 0, target, 0);
  const struct piece back[] = {{packed, load32(block.bytes + CSB_TPBC) + 4}};
  const struct piece out[] = {{unpacked, TARGET_BYTES}};
  const int cc = decompress(FC_DECOMPRESS, 0, back, 0, out, 0);
  const unsigned subc = load16(block.bytes + OUT_SUBC);
  expect(cc == 3, "CC %d", cc);
  expect((block.bytes[CSB_CE] & 0xc0) == 0x80, "CE 0x%02x", block.bytes[CSB_CE]);
  expect((block.bytes[OUT_SFBT] & 15) == 0, "SFBT %d", block.bytes[OUT_SFBT] & 15);
  expect(subc >= 32 && subc < 40, "SUBC %u", subc);
  expect(memcmp(unpacked, data, 5000) == 0, "wrong bytes");
  check_end();
}

static void check_noise(void) {
  static uint8_t noise[20000];
  fill_noise(noise, sizeof noise, 20261122);
  const struct piece source[] = {{noise, sizeof noise}};
  const struct piece target[] = {{packed, TARGET_BYTES}};
  check_begin("a block that grows: CC 64 with everything valid");
  const int cc = compress(FC_COMPRESS_RESUME_FHT, 0, source, 0, target, 0);
  expect(cc == 64, "compress: CC %d", cc);
  expect((block.bytes[CSB_CE] & 0xc0) == 0, "compress: CE 0x%02x", block.bytes[CSB_CE]);
  expect(crc_is(noise, sizeof noise), "compress: wrong CRC");
  expect(load32(block.bytes + OUT_SPBC_COMPRESS) == sizeof noise, "compress: SPBC");
  const struct piece back[] = {{packed, load32(block.bytes + CSB_TPBC)}};
  const struct piece out[] = {{unpacked, TARGET_BYTES}};
  expect_plain(decompress(FC_DECOMPRESS, 0, back, 0, out, 0), noise, sizeof noise);
  check_end();
}

static void check_wrap(unsigned targets) {
  const uint8_t* const data = plain + HISTORY_BYTES;
  const struct piece source[] = {{data + 1, 70000}};
  const struct piece target[] = {{unpacked + 3, 12345}, {unpacked + 12348, 70000 - 12345}};
  const struct piece whole[] = {{unpacked + 3, 70000}};
  check_begin("wrap with DDE counts (0,%u), whatever is in the CPB", targets);
  block_begin(&block, FC_WRAP);
  memset(block.bytes + CPB, 0xa5, 1680);
  block_describe(&block, CRB_SOURCE, source, 0, NULL);
  block_describe(&block, CRB_TARGET, targets == 2 ? target : whole, targets, target_list);
  memset(unpacked, 0, sizeof unpacked);
  const int cc = block_run(&block, &window);
  expect(cc == 0, "CC %d", cc);
  expect(memcmp(unpacked + 3, data + 1, 70000) == 0, "wrong bytes");
  expect(unpacked[2] == 0 && unpacked[70003] == 0, "bytes outside the target");
  expect(crc_is(data + 1, 70000), "wrong CRC");
  check_end();
}

/* CRB and CPB on the stack, in no place that the program chose for them. */
static __attribute__((noinline)) void check_stack(void) {
  struct block local;
  uint8_t target_bytes[64];
  const struct piece source = {"on the stack", 12};
  const struct piece target = {target_bytes, sizeof target_bytes};
  check_begin("CRB, CPB and target on the stack");
  block_begin(&local, FC_WRAP);
  block_describe(&local, CRB_SOURCE, &source, 0, NULL);
  block_describe(&local, CRB_TARGET, &target, 0, NULL);
  const int cc = block_run(&local, &window);
  expect(cc == 0, "CC %d", cc);
  expect(memcmp(target_bytes, "on the stack", 12) == 0, "wrong bytes");
  check_end();
}

/* A gzip file is made, copied by the unit and unpacked from the copy. */
static void check_wrap_to_gunzip(void) {
  static const uint8_t header[10] = {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255};
  const uint8_t* const data = plain + HISTORY_BYTES;
  const struct piece source[] = {{data, DATA_BYTES}};
  const struct piece target[] = {{packed + 10, TARGET_BYTES - 10}};
  check_begin("wrap to gunzip");
  memcpy(packed, header, sizeof header);
  expect(compress(FC_COMPRESS_RESUME_DHT, 0, source, 0, target, 0) == 0, "compress");
  const uint32_t deflated = load32(block.bytes + CSB_TPBC);
  uint8_t* const trailer = packed + 10 + deflated;
  memcpy(trailer, block.bytes + OUT_CRC, 4);
  for (int byte = 0; byte < 4; byte++) trailer[4 + byte] = (uint8_t)((uint32_t)DATA_BYTES >> 8 * byte);

  uint8_t* const copy = malloc(deflated + 18);
  const struct piece file[] = {{packed, deflated + 18}};
  const struct piece copied[] = {{copy, deflated + 18}};
  expect(compress(FC_WRAP, 0, file, 0, copied, 0) == 0, "wrap");
  const struct piece stream[] = {{copy + 10, deflated + 8}};
  const struct piece out[] = {{unpacked, TARGET_BYTES}};
  const int cc = decompress(FC_DECOMPRESS, 0, stream, 0, out, 0);
  const unsigned subc = load16(block.bytes + OUT_SUBC);
  expect(cc == 3 && subc >= 64 && subc < 72, "decompress: CC %d, SUBC %u", cc, subc);
  expect(memcmp(unpacked, data, DATA_BYTES) == 0, "decompress: wrong bytes");
  expect(memcmp(copy + 10 + deflated, block.bytes + OUT_CRC, 4) == 0, "decompress: CRC is not the trailer's");
  free(copy);
  check_end();
}

void check_functions(void) {
  static const uint32_t histories[] = {0, 4096, 8192, 16384, 32768};
  fill_text(plain, sizeof plain, 4711);
  window_open(&window, -1);
  for (size_t index = 0; index < 5; index++) {
    check_history(FC_COMPRESS_RESUME_FHT, histories[index]);
    check_history(FC_COMPRESS_RESUME_DHT, histories[index]);
  }
  check_shape(0, 0);
  check_shape(0, 2);
  check_shape(2, 2);
  check_shape(3, 2);
  check_single_bytes();
  check_source_after_the_end();
  check_noise();
  check_wrap(0);
  check_wrap(2);
  check_stack();
  check_wrap_to_gunzip();
  window_close(&window);
}
