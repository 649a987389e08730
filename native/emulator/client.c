// SPDX-License-Identifier: MIT
#include "client.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client_nx.h"

static char check_name[128];
static char check_failure[256];
static int failures;

void check_begin(const char* name, ...) {
  va_list arguments;
  va_start(arguments, name);
  vsnprintf(check_name, sizeof check_name, name, arguments);
  va_end(arguments);
  check_failure[0] = '\0';
}

int expect(int condition, const char* why, ...) {
  if (!condition && check_failure[0] == '\0') {
    va_list arguments;
    va_start(arguments, why);
    vsnprintf(check_failure, sizeof check_failure, why, arguments);
    va_end(arguments);
  }
  return condition;
}

void check_end(void) {
  if (check_failure[0] == '\0') {
    printf("ok %s\n", check_name);
  } else {
    printf("not ok %s: %s\n", check_name, check_failure);
    failures++;
  }
}

int run_in_child(int (*body)(void)) {
  fflush(stdout);
  const pid_t child = fork();
  if (child == 0) {
    /* Children that end by a signal leave no core file. */
    const struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    _exit(body());
  }
  int status = -1;
  waitpid(child, &status, 0);
  return status;
}

static struct {
  int number;
  int code;
  const void* address;
} expected;

static void on_fault(int number, siginfo_t* info, void* context) {
  (void)context;
  const int is_right =
      number == expected.number && info->si_code == expected.code && info->si_addr == expected.address;
  _exit(is_right ? 0 : 1);
}

void expect_fault(int signal_number, int code, const void* address) {
  struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO};
  expected.number = signal_number;
  expected.code = code;
  expected.address = address;
  sigaction(SIGSEGV, &action, NULL);
  sigaction(SIGBUS, &action, NULL);
}

static uint32_t next_random(uint32_t* state) {
  *state ^= *state << 13;
  *state ^= *state >> 17;
  *state ^= *state << 5;
  return *state;
}

void fill_text(uint8_t* bytes, size_t length, uint32_t seed) {
  static const char* const words[] = {"window ", "credit ", "paste ", "engine ",
                                      "of ",     "the ",    "copy ",  "job\n"};
  uint32_t state = seed;
  size_t at = 0;
  while (at < length) {
    const uint32_t random = next_random(&state);
    const char* const word = words[random % 8];
    for (const char* letter = word; *letter != '\0' && at < length; letter++) bytes[at++] = (uint8_t)*letter;
    if (random >> 28 == 0 && at < length) bytes[at++] = (uint8_t)(random >> 8);
  }
}

void fill_noise(uint8_t* bytes, size_t length, uint32_t seed) {
  uint32_t state = seed;
  for (size_t at = 0; at < length; at++) bytes[at] = (uint8_t)(next_random(&state) >> 11);
}

uint32_t crc32_of(const uint8_t* bytes, size_t length) {
  uint32_t crc = ~0u;
  for (size_t at = 0; at < length; at++) {
    crc ^= bytes[at];
    for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (0xedb88320u & -(crc & 1));
  }
  return ~crc;
}

static struct window early_window;
static int early_descriptor = -1;
static int early_cc = -1;
static uint8_t early_target[64];

/* Programs whose library opens the device in its constructor: the stand-in's own may not have run yet. */
__attribute__((constructor)) static void run_before_main(void) {
  struct block block;
  const struct piece source = {"before main", 11};
  const struct piece target = {early_target, sizeof early_target};
  if (window_open(&early_window, 0) != 0) return;
  early_descriptor = early_window.descriptor;
  close(early_descriptor);
  block_begin(&block, FC_WRAP);
  block_describe(&block, CRB_SOURCE, &source, 0, NULL);
  block_describe(&block, CRB_TARGET, &target, 0, NULL);
  early_cc = block_run(&block, &early_window);
}

/* They also close what they have closed already, when the program ends. */
__attribute__((destructor)) static void close_again(void) {
  close(early_descriptor);
}

static void check_constructor(void) {
  check_begin("a constructor runs a job before main");
  expect(early_cc == 0, "CC %d", early_cc);
  expect(memcmp(early_target, "before main", 11) == 0, "wrong bytes");
  check_end();
}

static const struct {
  const char* name;
  void (*check)(void);
} groups[] = {
    {"constructor", check_constructor}, {"functions", check_functions},
    {"faults", check_faults},           {"rules", check_rules},
    {"windows", check_windows},         {"large", check_large_jobs},
};

/* Runs the groups of checks that are named, all if none is. */
int main(int count, char** names) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  for (size_t index = 0; index < sizeof groups / sizeof *groups; index++) {
    int is_named = count == 1;
    for (int at = 1; at < count; at++) is_named = is_named || strcmp(names[at], groups[index].name) == 0;
    if (is_named) groups[index].check();
  }
  return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
