// SPDX-License-Identifier: MIT
#include <string.h>

#include "client.h"
#include "client_nx.h"

/* What the unit refuses (UM table 6-8). */

static struct window window;
static struct block block;
static struct dde list[3];
static uint8_t data[64];
static uint8_t target[64];

/* A job that is right. */
static void begin(int fc) {
  const struct piece from = {data, 32};
  const struct piece to = {target, sizeof target};
  block_begin(&block, fc);
  block_describe(&block, CRB_SOURCE, &from, 0, NULL);
  block_describe(&block, CRB_TARGET, &to, 0, NULL);
}

/* The same with a source of two DDEs. */
static void begin_with_list(void) {
  const struct piece from[] = {{data, 16}, {data + 16, 16}};
  begin(FC_WRAP);
  block_describe(&block, CRB_SOURCE, from, 2, list);
}

static void expect_end(const char* name, int wanted) {
  check_begin("%s: CC %d", name, wanted);
  const int cc = block_submit(&block, &window);
  expect(cc == wanted, "CC %d", cc);
  expect(wanted == 0 || (block.bytes[CSB_CE] & 0xc0) == 0x40, "CE 0x%02x", block.bytes[CSB_CE]);
  check_end();
}

void check_rules(void) {
  window_open(&window, 0);

  begin(FC_WRAP);
  expect_end("a job without a fault", 0);
  begin(FC_WRAP);
  block.bytes[4] = 1;
  expect_end("a reserved bit of the CRB", 21);
  begin(FC_WRAP);
  block.bytes[CRB_CSB_ADDRESS + 7] |= 8;
  expect_end("a CCB without completion method", 21);
  begin(FC_WRAP);
  block.bytes[CRB_CSB_ADDRESS + 7] |= 8;
  block.bytes[CRB_CCB + 15] = 1;
  expect_end("a CCB that asks for an interrupt", 0);
  begin(0x18);
  expect_end("a function that does not exist", 17);
  begin(FC_WRAP);
  memset(block.bytes + 64, 0xff, 64);
  expect_end("anything in bytes 64 to 127 of the CRB", 0);

  begin(FC_WRAP);
  dde_set(block.bytes + CRB_SOURCE, data, 0);
  expect_end("a source of no bytes", 14);
  begin(FC_WRAP);
  dde_set(block.bytes + CRB_TARGET, target, 16);
  expect_end("a target too small", 13);
  begin_with_list();
  expect_end("a list without a fault", 0);
  begin_with_list();
  block.bytes[CRB_SOURCE + 15] |= 8;
  expect_end("a list that is not aligned", 1);
  begin_with_list();
  list[1].bytes[0] = 1;
  expect_end("a reserved bit of a DDE in a list", 30);
  begin_with_list();
  list[1].bytes[2] = 1;
  expect_end("a list in a list", 31);
  begin_with_list();
  store32(block.bytes + CRB_SOURCE + 4, 33);
  expect_end("more bytes than the list has", 33);
  begin_with_list();
  store32(block.bytes + CRB_SOURCE + 4, 31);
  expect_end("fewer bytes than the list has", 0);

  begin(FC_COMPRESS_RESUME_FHT);
  block_histlen(&block, 32);
  expect_end("a source that is all history", 3);
  begin(FC_COMPRESS_RESUME_DHT);
  expect_end("no DHT", 68);
  begin(FC_DECOMPRESS);
  memset(data, 0xff, sizeof data);
  expect_end("a block type that does not exist", 66);

  window_close(&window);
}
