// SPDX-License-Identifier: MIT
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client.h"
#include "client_nx.h"

/* Pages that are not there: CC 250 with the address, until they are touched (Linux vas-api.rst). */

enum { PAGE = 65536 };

static struct window window;
static struct block block;

/* Pages of 64 KiB that nobody has touched. */
static uint8_t* fresh(size_t pages) {
  uint8_t* const start =
      mmap(NULL, (pages + 1) * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return (uint8_t*)(((uintptr_t)start + PAGE - 1) & ~(uintptr_t)(PAGE - 1));
}

static int wrap(const void* source, void* target, uint32_t length) {
  const struct piece from = {source, length};
  const struct piece to = {target, length};
  block_begin(&block, FC_WRAP);
  block_describe(&block, CRB_SOURCE, &from, 0, NULL);
  block_describe(&block, CRB_TARGET, &to, 0, NULL);
  return block_submit(&block, &window);
}

static void expect_fault_at(int cc, const void* address) {
  expect(cc == 250, "CC %d", cc);
  expect(block.bytes[CSB_CE] == 0x40, "CE 0x%02x", block.bytes[CSB_CE]);
  expect(load32(block.bytes + CSB_TPBC) == 0, "TPBC %u", load32(block.bytes + CSB_TPBC));
  expect(load64(block.bytes + CSB_ADDRESS) == (uintptr_t)address, "wrong address");
}

static void check_source(void) {
  uint8_t target[64];
  uint8_t* const source = fresh(2);
  check_begin("an untouched source page faults until it is read");
  expect_fault_at(wrap(source + PAGE - 4, target, 8), source + PAGE - 4);
  expect((*(volatile uint8_t*)(source + PAGE - 4)) == 0, "not zero");
  expect_fault_at(wrap(source + PAGE - 4, target, 8), source + PAGE);
  expect((*(volatile uint8_t*)(source + PAGE)) == 0, "not zero");
  expect(wrap(source + PAGE - 4, target, 8) == 0, "CC %d", block.bytes[CSB_CC]);
  check_end();
}

/*
 * Whether a page is one of its own, by bit 56 of its entry (the kernel's admin-guide/mm/pagemap.rst). Mostly
 * a read gives the zero page that all share; some kernels, of virtual machines, have none.
 */
static int is_own_page(const uint8_t* address) {
  enum { SYSTEM_PAGE = 4096 };
  uint64_t entry = 0;
  const int file = open("/proc/self/pagemap", O_RDONLY);
  const off_t offset = (off_t)((uintptr_t)address / SYSTEM_PAGE * sizeof entry);
  expect(pread(file, &entry, sizeof entry, offset) == sizeof entry, "no pagemap");
  close(file);
  return (entry >> 56 & 1) != 0;
}

static void check_target(void) {
  uint8_t* const target = fresh(1);
  check_begin("an untouched target page faults until it is written: to read the zero page is not enough");
  expect_fault_at(wrap("12345678", target + 100, 8), target + 100);
  expect((*(volatile uint8_t*)(target + 100)) == 0, "not zero");
  if (!is_own_page(target + 100)) expect_fault_at(wrap("12345678", target + 100, 8), target + 100);
  touch(target + 100, 1);
  expect(wrap("12345678", target + 100, 8) == 0, "CC %d", block.bytes[CSB_CC]);
  expect(memcmp(target + 100, "12345678", 8) == 0, "wrong bytes");
  check_end();
}

static void check_dropped(void) {
  uint8_t target[8];
  uint8_t* const source = fresh(1);
  check_begin("a page that is taken away faults again");
  touch(source, PAGE);
  expect(wrap(source, target, 8) == 0, "CC %d", block.bytes[CSB_CC]);
  madvise(source, PAGE, MADV_DONTNEED);
  expect_fault_at(wrap(source, target, 8), source);
  check_end();
}

static void check_list(void) {
  struct dde* const list = (struct dde*)fresh(1);
  uint8_t target[8];
  const struct piece to = {target, 8};
  check_begin("an untouched list of DDEs faults");
  block_begin(&block, FC_WRAP);
  dde_set(block.bytes + CRB_SOURCE, list, 8);
  block.bytes[CRB_SOURCE + 2] = 2;
  block_describe(&block, CRB_TARGET, &to, 0, NULL);
  expect_fault_at(block_submit(&block, &window), list);
  check_end();
}

static void check_unmapped(void) {
  uint8_t target[8];
  uint8_t* const source = fresh(1);
  check_begin("memory that is not mapped faults");
  munmap(source, PAGE);
  expect_fault_at(wrap(source, target, 8), source);
  expect_fault_at(wrap((const void*)-8l, target, 64), (const void*)-8l);
  check_end();
}

static void check_protected(void) {
  uint8_t* const target = fresh(1);
  check_begin("a target that may not be written faults");
  touch(target, PAGE);
  mprotect(target, PAGE, PROT_READ);
  expect_fault_at(wrap("12345678", target, 8), target);
  check_end();
}

/* The kernel's write of the CSB makes its page resident. */
static void check_untouched_csb(void) {
  uint8_t* const csb = fresh(1);
  check_begin("an untouched CSB is written by the fault handler");
  block_begin(&block, FC_WRAP);
  store64(block.bytes + CRB_CSB_ADDRESS, (uintptr_t)csb);
  block_paste(&block, &window);
  for (int waits = 0; waits < 100; waits++) usleep(1000);
  expect(csb[0] == 0x80 && csb[2] == 250 && csb[3] == 0x40, "CSB %02x %02x %02x", csb[0], csb[2], csb[3]);
  expect(load64(csb + 8) == (uintptr_t)csb, "wrong address");
  check_end();
}

static void on_segv(int number, siginfo_t* info, void* context) {
  (void)context;
  _exit(number == SIGSEGV && info->si_addr == (void*)0x10000 ? 0 : 1);
}

static int submit_without_csb(void) {
  struct sigaction action = {.sa_sigaction = on_segv, .sa_flags = SA_SIGINFO};
  sigaction(SIGSEGV, &action, NULL);
  if (window_open(&window, -1) != 0) return 2;
  block_begin(&block, FC_WRAP);
  store64(block.bytes + CRB_CSB_ADDRESS, 0x10000);
  block_paste(&block, &window);
  for (;;) pause();
}

static void check_unmapped_csb(void) {
  check_begin("a CSB that is not mapped: SIGSEGV with its address");
  const int status = run_in_child(submit_without_csb);
  expect(status == 0, "status 0x%x", status);
  check_end();
}

void check_faults(void) {
  window_open(&window, -1);
  check_source();
  check_target();
  check_dropped();
  check_list();
  check_unmapped();
  check_protected();
  check_untouched_csb();
  check_unmapped_csb();
  window_close(&window);
}
