// SPDX-License-Identifier: MIT
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client.h"
#include "client_nx.h"

/* The device file, its windows, copy and paste. */

static struct window window;

static int wrap_through(const struct window* through) {
  struct block block;
  char target[16] = "";
  const struct piece from = {"through a window", 16};
  const struct piece to = {target, sizeof target};
  block_begin(&block, FC_WRAP);
  block_describe(&block, CRB_SOURCE, &from, 0, NULL);
  block_describe(&block, CRB_TARGET, &to, 0, NULL);
  return block_run(&block, through) == 0 && memcmp(target, "through a window", 16) == 0;
}

static void check_status(void) {
  struct stat status;
  check_begin("the device is a character device");
  expect(stat(DEVICE, &status) == 0 && S_ISCHR(status.st_mode), "stat");
  check_end();
}

static void check_vas_id(int vas_id) {
  struct window other;
  check_begin("vas_id %d", vas_id);
  const int error = window_open(&other, vas_id);
  if (expect(error == 0, "errno %d", error)) expect(wrap_through(&other), "job");
  window_close(&other);
  check_end();
}

static void check_close_after_map(void) {
  struct window other;
  check_begin("a window outlives its descriptor");
  const int error = window_open_and_close(&other, 0);
  if (expect(error == 0, "errno %d", error)) expect(wrap_through(&other), "job");
  window_close(&other);
  check_end();
}

static void expect_errno(const char* call, int result, int wanted) {
  const int error = errno;
  expect(result == -1 && error == wanted, "%s: %d, errno %d instead of %d", call, result, error, wanted);
}

static void check_ioctl(void) {
  struct window_attributes attributes = {.version = 2};
  const int descriptor = open(DEVICE, O_RDWR);
  check_begin("what TX_WIN_OPEN refuses");
  expect_errno("version 2", ioctl(descriptor, VAS_TX_WIN_OPEN, &attributes), EINVAL);
  attributes.version = 1;
  attributes.vas_id = 99;
  expect_errno("vas_id 99", ioctl(descriptor, VAS_TX_WIN_OPEN, &attributes), EINVAL);
  attributes.vas_id = -2;
  expect_errno("vas_id -2", ioctl(descriptor, VAS_TX_WIN_OPEN, &attributes), EINVAL);
  expect_errno("a bad pointer", ioctl(descriptor, VAS_TX_WIN_OPEN, (void*)8), EFAULT);
  attributes.vas_id = -1;
  expect_errno("another command", ioctl(descriptor, 0x40407620ul, &attributes), EINVAL);
  expect(ioctl(descriptor, VAS_TX_WIN_OPEN, &attributes) == 0, "errno %d", errno);
  expect_errno("a second time", ioctl(descriptor, VAS_TX_WIN_OPEN, &attributes), EEXIST);
  close(descriptor);
  check_end();
}

static int map(int descriptor, size_t length, off_t offset) {
  return mmap(NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, offset) == MAP_FAILED ? -1 : 0;
}

static void check_map(void) {
  struct window_attributes attributes = {.version = 1, .vas_id = -1};
  const int descriptor = open(DEVICE, O_RDWR);
  check_begin("what mmap refuses");
  expect_errno("no window", map(descriptor, 4096, 0), EINVAL);
  expect(ioctl(descriptor, VAS_TX_WIN_OPEN, &attributes) == 0, "errno %d", errno);
  expect_errno("too long", map(descriptor, 65537, 0), EINVAL);
  expect_errno("an offset", map(descriptor, 4096, 65536), EINVAL);
  expect(map(descriptor, 4096, 0) == 0, "errno %d", errno);
  close(descriptor);
  check_end();
}

static void check_close_twice(void) {
  struct window other;
  check_begin("a second close is harmless");
  window_open(&other, 0);
  close(other.descriptor);
  expect_errno("close", close(other.descriptor), EBADF);
  other.descriptor = -1;
  expect(wrap_through(&other), "job");
  window_close(&other);
  check_end();
}

static void check_copy_buffer(void) {
  struct block block;
  uint8_t* const paste = window.page + PASTE_OFFSET;
  check_begin("paste. takes the line out of the copy buffer");
  block_begin(&block, FC_WRAP);
  block_paste(&block, &window);
  expect((paste_line(paste) & 14) == 0, "pasted twice");
  block_wait(&block);
  check_end();
}

static void* paste_alone(void* paste) {
  return (void*)(uintptr_t)(paste_line(paste) & 14);
}

static void check_copy_buffer_of_thread(void) {
  struct block block;
  pthread_t thread;
  void* cr0 = NULL;
  check_begin("each thread has a copy buffer of its own");
  block_begin(&block, FC_WRAP);
  copy_line(block.bytes);
  pthread_create(&thread, NULL, paste_alone, window.page + PASTE_OFFSET);
  pthread_join(thread, &cr0);
  expect(cr0 == NULL, "pasted another thread's line");
  check_end();
}

static uint8_t line[256] __attribute__((aligned(128)));

static int copy_misaligned(void) {
  expect_fault(SIGBUS, BUS_ADRALN, line + 64);
  copy_line(line + 64);
  return 2;
}

static int paste_at(uint8_t* place, int number, int code) {
  copy_line(line);
  expect_fault(number, code, place);
  paste_line(place);
  return 2;
}

static int paste_without_offset(void) {
  struct window own;
  window_open(&own, 0);
  return paste_at(own.page, SIGBUS, BUS_OBJERR);
}

static int paste_beside(void) {
  struct window own;
  window_open(&own, 0);
  return paste_at(own.page + PASTE_OFFSET + 128, SIGBUS, BUS_OBJERR);
}

static int paste_to_memory(void) {
  return paste_at(line + 128, SIGBUS, BUS_OBJERR);
}

static int paste_to_closed(void) {
  struct window own;
  window_open(&own, 0);
  uint8_t* const place = own.page + PASTE_OFFSET;
  window_close(&own);
  return paste_at(place, SIGSEGV, SEGV_MAPERR);
}

/* The window is the parent's. */
static int paste_inherited(void) {
  return paste_at(window.page + PASTE_OFFSET, SIGSEGV, SEGV_MAPERR);
}

static int paste_read_only(void) {
  struct window_attributes attributes = {.version = 1, .vas_id = -1};
  const int descriptor = open(DEVICE, O_RDWR);
  ioctl(descriptor, VAS_TX_WIN_OPEN, &attributes);
  uint8_t* const page = mmap(NULL, 4096, PROT_READ, MAP_SHARED, descriptor, 0);
  return paste_at(page + PASTE_OFFSET, SIGSEGV, SEGV_ACCERR);
}

static int copy_without_handler(void) {
  copy_line(line + 64);
  return 2;
}

static int open_own(void) {
  struct window own;
  if (window_open(&own, 0) != 0) return 1;
  const int is_right = wrap_through(&own);
  window_close(&own);
  return is_right ? 0 : 1;
}

static void on_illegal(int number) {
  _exit(number == SIGILL ? 0 : 1);
}

static void illegal_instruction(void) {
  __asm__ volatile(".long 0");
}

/* The handler is there before the device is opened, so before the stand-in's. */
static int run_illegal_with_handler(void) {
  signal(SIGILL, on_illegal);
  if (open_own() != 0) return 2;
  illegal_instruction();
  return 3;
}

static int run_illegal(void) {
  signal(SIGILL, SIG_DFL);
  if (open_own() != 0) return 2;
  illegal_instruction();
  return 3;
}

static void check_child(const char* name, int (*body)(void), int wanted) {
  check_begin("%s", name);
  const int status = run_in_child(body);
  expect((status & 0xff7f) == wanted, "status 0x%x", status);
  check_end();
}

enum { THREADS = 3, ROUNDS = 20, IN_FLIGHT = 32 };

static void* use_own_window(void* unused) {
  struct window own;
  (void)unused;
  if (window_open(&own, -1) != 0) return NULL;
  int right = 0;
  for (int round = 0; round < ROUNDS; round++) right += wrap_through(&own);
  window_close(&own);
  return (void*)(uintptr_t)right;
}

static void* use_shared_window(void* unused) {
  (void)unused;
  int right = 0;
  for (int round = 0; round < ROUNDS; round++) right += wrap_through(&window);
  return (void*)(uintptr_t)right;
}

static void check_threads(const char* name, void* (*body)(void*)) {
  pthread_t threads[THREADS];
  check_begin("%s", name);
  for (int index = 0; index < THREADS; index++) pthread_create(&threads[index], NULL, body, NULL);
  for (int index = 0; index < THREADS; index++) {
    void* right = NULL;
    pthread_join(threads[index], &right);
    expect(right == (void*)(uintptr_t)ROUNDS, "%d of %d jobs", (int)(uintptr_t)right, ROUNDS);
  }
  check_end();
}

static void check_in_flight(void) {
  struct block* const blocks = aligned_alloc(2048, IN_FLIGHT * sizeof *blocks);
  uint8_t* const targets = calloc(IN_FLIGHT, 64);
  check_begin("%d jobs in flight", IN_FLIGHT);
  for (int job = 0; job < IN_FLIGHT; job++) {
    const struct piece from = {"0123456789abcdefghijklmnopqrstuvwxyz" + job % 16, 20};
    const struct piece to = {targets + 64 * job, 64};
    block_begin(&blocks[job], FC_WRAP);
    block_describe(&blocks[job], CRB_SOURCE, &from, 0, NULL);
    block_describe(&blocks[job], CRB_TARGET, &to, 0, NULL);
    block_paste(&blocks[job], &window);
  }
  for (int job = 0; job < IN_FLIGHT; job++) {
    int cc = block_wait(&blocks[job]);
    if (cc == 250) cc = block_run(&blocks[job], &window);
    expect(cc == 0, "job %d: CC %d", job, cc);
    expect(memcmp(targets + 64 * job, "0123456789abcdefghijklmnopqrstuvwxyz" + job % 16, 20) == 0, "job %d",
           job);
  }
  free(blocks);
  free(targets);
  check_end();
}

/* Unmapping waits for the credits: afterwards no job can write any more. */
static void check_unmap_waits(void) {
  struct window own;
  struct block* const blocks = aligned_alloc(2048, IN_FLIGHT * sizeof *blocks);
  uint8_t* const target = calloc(1, 64);
  int finished = 0;
  check_begin("a window is closed when all its jobs are done");
  window_open_and_close(&own, 0);
  for (int job = 0; job < IN_FLIGHT; job++) {
    const struct piece from = {"waited for", 10};
    const struct piece to = {target, 64};
    block_begin(&blocks[job], FC_WRAP);
    block_describe(&blocks[job], CRB_SOURCE, &from, 0, NULL);
    block_describe(&blocks[job], CRB_TARGET, &to, 0, NULL);
    block_paste(&blocks[job], &own);
  }
  window_close(&own);
  for (int job = 0; job < IN_FLIGHT; job++) finished += blocks[job].bytes[CSB] >> 7;
  expect(finished == IN_FLIGHT, "%d of %d", finished, IN_FLIGHT);
  free(blocks);
  free(target);
  check_end();
}

void check_windows(void) {
  check_status();
  check_vas_id(0);
  check_vas_id(-1);
  check_close_after_map();
  check_ioctl();
  check_map();
  check_close_twice();

  window_open(&window, 0);
  check_copy_buffer();
  check_copy_buffer_of_thread();
  check_child("copy of a line that is not aligned: SIGBUS", copy_misaligned, 0);
  check_child("the same without a handler", copy_without_handler, SIGBUS);
  check_child("paste. without the offset 0x400: SIGBUS", paste_without_offset, 0);
  check_child("paste. to another offset: SIGBUS", paste_beside, 0);
  check_child("paste. to memory: SIGBUS", paste_to_memory, 0);
  check_child("paste. to a window that is unmapped: SIGSEGV", paste_to_closed, 0);
  check_child("paste. to a window mapped for reading: SIGSEGV", paste_read_only, 0);
  check_child("paste. to the parent's window: SIGSEGV", paste_inherited, 0);
  check_child("a child opens a window of its own", open_own, 0);
  check_child("other illegal instructions reach the program's handler", run_illegal_with_handler, 0);
  check_child("other illegal instructions end a program without one", run_illegal, SIGILL);
  check_threads("threads with windows of their own", use_own_window);
  check_threads("threads that share a window", use_shared_window);
  check_in_flight();
  check_unmap_waits();
  window_close(&window);
}
