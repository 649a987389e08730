// SPDX-License-Identifier: MIT
#pragma once

#include <stddef.h>
#include <stdint.h>

/*
 * A small client of /dev/crypto/nx-gzip in plain C, on none of the project's other code: it tests the
 * stand-in, behaving as C programs in the field do (UM chapter 6; Linux vas-api.rst).
 */

#define DEVICE "/dev/crypto/nx-gzip"
/* _IOW('v', 0x20, 64 bytes) of powerpc. */
#define VAS_TX_WIN_OPEN 0x80407620ul
#define PASTE_OFFSET 0x400

/* Function codes (UM table 6-2). */
enum {
  FC_COMPRESS_RESUME_FHT = 0x08,
  FC_COMPRESS_RESUME_DHT = 0x0e,
  FC_DECOMPRESS = 0x10,
  FC_DECOMPRESS_RESUME = 0x14,
  FC_WRAP = 0x1e,
};

/* Offsets in the job block: CRB at 0, CSB in the last quadword before the CPB (UM figures 6-3, 6-7, 6-8). */
enum {
  CRB_FC = 3,
  CRB_CSB_ADDRESS = 8,
  CRB_SOURCE = 16,
  CRB_TARGET = 32,
  CRB_CCB = 48,
  CSB = 240,
  CSB_CC = CSB + 2,
  CSB_CE = CSB + 3,
  CSB_TPBC = CSB + 4,
  CSB_ADDRESS = CSB + 8,
  CPB = 256,
  IN_ADLER = CPB,
  IN_CRC = CPB + 4,
  IN_HISTLEN = CPB + 8,
  IN_SFBT = CPB + 13,
  IN_DHTLEN = CPB + 14,
  IN_DHT = CPB + 16,
  OUT_CRC = CPB + 388,
  OUT_SUBC = CPB + 394,
  OUT_SFBT = CPB + 397,
  OUT_SPBC_COMPRESS = CPB + 400,
  OUT_LZCOUNT = CPB + 400,
  LZCOUNT_BYTES = 316 * 4,
  OUT_SPBC_COUNT = CPB + 1664,
  OUT_SPBC_DECOMPRESS = CPB + 688,
  BLOCK_BYTES = 2048,
};

/* One job's CRB, CSB and CPB. */
struct block {
  _Alignas(2048) uint8_t bytes[BLOCK_BYTES];
};

struct dde {
  _Alignas(16) uint8_t bytes[16];
};

/* struct vas_tx_win_open_attr of the kernel. */
struct window_attributes {
  uint32_t version;
  int16_t vas_id;
  uint16_t reserved1;
  uint64_t flags;
  uint64_t reserved2[6];
};

struct window {
  int descriptor;
  uint8_t* page;
};

/* Bytes in pieces; more than one is described by a list of DDEs. */
struct piece {
  const void* start;
  uint32_t length;
};

uint16_t load16(const uint8_t* at);
uint32_t load32(const uint8_t* at);
uint64_t load64(const uint8_t* at);
void store16(uint8_t* at, uint16_t value);
void store32(uint8_t* at, uint32_t value);
void store64(uint8_t* at, uint64_t value);

/* Opens the device, a window of it and its page; 0, or an errno. */
int window_open(struct window* window, int vas_id);
/* The same, and closes the descriptor at once: the window lives on its mapping alone. */
int window_open_and_close(struct window* window, int vas_id);
/* Unmaps, and closes the descriptor if it is open. */
void window_close(struct window* window);

/* The instructions. */
void copy_line(const void* line);
/* CR0 as a nibble: 2, or 3 with XER.SO, if the line was accepted. */
unsigned paste_line(void* place);
/* sync, copy, paste., sync. True if it was accepted. */
int copy_paste(const struct block* block, const struct window* window);

/* An empty job: FC, addresses, checksums of no bytes. */
void block_begin(struct block* block, int fc);
void block_histlen(struct block* block, uint32_t bytes);
/* A direct DDE. */
void dde_set(uint8_t* dde, const void* start, uint32_t length);
/* The DDE at `at` for pieces: direct if `count` is 0, then of the one piece; else indirect through `list`. */
void block_describe(struct block* block, int at, const struct piece* pieces, unsigned count,
                    struct dde* list);

/* Clears the CSB and pastes until it is accepted. */
void block_paste(struct block* block, const struct window* window);
/* Waits for V and gives the CC. */
int block_wait(const struct block* block);
/* Both. */
int block_submit(struct block* block, const struct window* window);
/* The same; CC 250 is answered by a touch of the address and a new try: a read, then a write. */
int block_run(struct block* block, const struct window* window);

/* Makes the pages resident as programs for 64 KiB pages do: a byte each, and the last one. */
void touch(void* start, size_t length);
