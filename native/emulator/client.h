// SPDX-License-Identifier: MIT
#pragma once

#include <stddef.h>
#include <stdint.h>

/* A check prints one line: "ok NAME", or "not ok NAME: why" for the first thing in it that is wrong. */

void check_begin(const char* name, ...) __attribute__((format(printf, 1, 2)));
/* Notes what is wrong, unless something was before; gives back the condition. */
int expect(int condition, const char* why, ...) __attribute__((format(printf, 2, 3)));
void check_end(void);

/* How a child ended that ran `body`: its status as waitpid has it. The child exits with what body returns. */
int run_in_child(int (*body)(void));
/* In a child: a fault of this signal, code and address ends the process with status 0, any other with 1. */
void expect_fault(int signal_number, int code, const void* address);

/* Reproducible bytes: words that repeat, as text has them, or noise. */
void fill_text(uint8_t* bytes, size_t length, uint32_t seed);
void fill_noise(uint8_t* bytes, size_t length, uint32_t seed);
uint32_t crc32_of(const uint8_t* bytes, size_t length);

/* The groups of checks, one file each. */
void check_functions(void);
void check_faults(void);
void check_rules(void);
void check_windows(void);
void check_large_jobs(void);
