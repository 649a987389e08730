// SPDX-License-Identifier: MIT
#include "client_nx.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE_BYTES 65536u
/* A page that faults this often in one job is not going to be there. */
#define MOST_FAULTS 4096

uint16_t load16(const uint8_t* at) {
  return (uint16_t)(at[0] << 8 | at[1]);
}

uint32_t load32(const uint8_t* at) {
  return (uint32_t)load16(at) << 16 | load16(at + 2);
}

uint64_t load64(const uint8_t* at) {
  return (uint64_t)load32(at) << 32 | load32(at + 4);
}

void store16(uint8_t* at, uint16_t value) {
  at[0] = (uint8_t)(value >> 8);
  at[1] = (uint8_t)value;
}

void store32(uint8_t* at, uint32_t value) {
  store16(at, (uint16_t)(value >> 16));
  store16(at + 2, (uint16_t)value);
}

void store64(uint8_t* at, uint64_t value) {
  store32(at, (uint32_t)(value >> 32));
  store32(at + 4, (uint32_t)value);
}

int window_open(struct window* window, int vas_id) {
  struct window_attributes attributes = {.version = 1, .vas_id = (int16_t)vas_id};
  window->page = NULL;
  if (access(DEVICE, F_OK) != 0 || access(DEVICE, R_OK | W_OK) != 0) return errno;
  window->descriptor = open(DEVICE, O_RDWR);
  if (window->descriptor < 0) return errno;
  if (ioctl(window->descriptor, VAS_TX_WIN_OPEN, &attributes) != 0) return errno;
  void* const page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, window->descriptor, 0);
  if (page == MAP_FAILED) return errno;
  window->page = page;
  return 0;
}

int window_open_and_close(struct window* window, int vas_id) {
  const int error = window_open(window, vas_id);
  if (error == 0) close(window->descriptor);
  window->descriptor = -1;
  return error;
}

void window_close(struct window* window) {
  munmap(window->page, 4096);
  if (window->descriptor >= 0) close(window->descriptor);
  window->page = NULL;
}

/* RA is a register that is not r0 and holds 0, as the compilers of most programs have it. */
void copy_line(const void* line) {
  __asm__ volatile(".machine push; .machine power9; copy %0,%1; .machine pop" ::"b"(0l), "r"(line)
                   : "memory");
}

unsigned paste_line(void* place) {
  uint64_t cr;
  __asm__ volatile(".machine push; .machine power9; paste. %1,%2; mfocrf %0,0x80; .machine pop"
                   : "=&r"(cr)
                   : "b"(0l), "r"(place)
                   : "cr0", "memory");
  return (unsigned)(cr >> 28 & 15);
}

int copy_paste(const struct block* block, const struct window* window) {
  __asm__ volatile("sync" ::: "memory");
  copy_line(block->bytes);
  const unsigned cr0 = paste_line(window->page + PASTE_OFFSET);
  __asm__ volatile("sync" ::: "memory");
  return (cr0 & 2) != 0;
}

void block_begin(struct block* block, int fc) {
  memset(block->bytes, 0, sizeof block->bytes);
  block->bytes[CRB_FC] = (uint8_t)fc;
  store64(block->bytes + CRB_CSB_ADDRESS, (uintptr_t)block->bytes + CSB);
  store32(block->bytes + IN_ADLER, 1);
}

void block_histlen(struct block* block, uint32_t bytes) {
  store16(block->bytes + IN_HISTLEN, (uint16_t)(bytes / 16 << 4));
}

void dde_set(uint8_t* dde, const void* start, uint32_t length) {
  memset(dde, 0, 16);
  store32(dde + 4, length);
  store64(dde + 8, (uintptr_t)start);
}

void block_describe(struct block* block, int at, const struct piece* pieces, unsigned count,
                    struct dde* list) {
  if (count == 0) {
    dde_set(block->bytes + at, pieces[0].start, pieces[0].length);
    return;
  }
  uint32_t total = 0;
  for (unsigned index = 0; index < count; index++) {
    dde_set(list[index].bytes, pieces[index].start, pieces[index].length);
    total += pieces[index].length;
  }
  dde_set(block->bytes + at, list, total);
  block->bytes[at + 2] = (uint8_t)count;
}

void block_paste(struct block* block, const struct window* window) {
  memset(block->bytes + CSB, 0, 16);
  while (!copy_paste(block, window)) usleep(1);
}

int block_wait(const struct block* block) {
  while ((__atomic_load_n(block->bytes + CSB, __ATOMIC_ACQUIRE) & 0x80) == 0) usleep(1);
  return block->bytes[CSB_CC];
}

int block_submit(struct block* block, const struct window* window) {
  block_paste(block, window);
  return block_wait(block);
}

int block_run(struct block* block, const struct window* window) {
  uint64_t touched = 0;
  int cc = block_submit(block, window);
  for (int faults = 0; cc == 250 && faults < MOST_FAULTS; faults++) {
    const uint64_t address = load64(block->bytes + CSB_ADDRESS);
    volatile uint8_t* const place = (volatile uint8_t*)(uintptr_t)address;
    const uint8_t value = *place;
    if (address == touched) *place = value;
    touched = address;
    cc = block_submit(block, window);
  }
  return cc;
}

void touch(void* start, size_t length) {
  volatile uint8_t* const bytes = start;
  for (size_t at = 0; at < length; at += PAGE_BYTES) bytes[at] = bytes[at];
  if (length > 0) bytes[length - 1] = bytes[length - 1];
}
