// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace nx {

/** Jobs, or calls, counted from 1: `all`, `N`, `N-M` or `N-`. */
struct Selection {
  uint64_t first = 1;
  uint64_t last = std::numeric_limits<uint64_t>::max();

  bool has(uint64_t number) const { return number >= first && number <= last; }
};

/** A value for some jobs or calls: `value` or `value@selection`. */
template <typename Value>
struct Ordered {
  Value value;
  Selection selection;
};

template <typename Value>
using Orders = std::vector<Ordered<Value>>;

/** The value that is ordered for a job or call; `none` if there is none. The first order that has it counts.
 */
template <typename Value>
Value ordered(const Orders<Value>& orders, uint64_t number, Value none) {
  for (const auto& order : orders) {
    if (order.selection.has(number)) return order.value;
  }
  return none;
}

/** Which pages that are resident are answered with a fault all the same. */
enum class InjectedFaults { NONE, ONCE, ALWAYS };

/**
 * What the stand-in is like, and the trouble it makes: the environment variable NX_STANDIN, `key=value,...`.
 * Times are in milliseconds. README.md of this folder has the same table with examples.
 */
struct Settings {
  /** Reads the environment. A key or value that is not known ends the process: a typo must not pass. */
  static Settings fromEnvironment();

  /** `page=4096` or `page=65536`: bytes of a page as the unit sees it, resident if any 4 KiB of it are. */
  uint64_t pageSize = 65536;
  /** `credits=N`: of a window. */
  uint32_t credits = 1024;
  /** `fifo=N`: CRBs that wait for the unit at most. */
  uint32_t fifo = 256;
  /** `limit=BYTES`, `limitlow=BYTES`: the byte-count limits High and Low of UM 6.11.5; 0: none. */
  uint32_t limitHigh = 0;
  uint32_t limitLow = 65536;
  /** `vas=ID:ID...`: switchboards that a window can be asked for by id, 0..31. */
  std::vector<int> vasIds = {0};
  /** `so=1`: XER.SO is set in every CR0 that paste gives. */
  bool so = false;
  /** `files=FOLDER`: an absolute path that exists below this folder is served from there; empty: none is. */
  std::string files;

  /** `fault=once`, `fault=always`. */
  InjectedFaults faults = InjectedFaults::NONE;
  /** `busy=N`, `busy=always`: pastes that fail before one is accepted, by window; UINT32_MAX: all. */
  uint32_t busy = 0;
  /** `delay=TIME@SELECTION`: a job is begun that long after its paste; others may pass it. */
  Orders<std::chrono::milliseconds> delays;
  /** `hang=SELECTION`: a job never completes and keeps its credit. */
  std::vector<Selection> hangs;
  /** `cc=CODE@SELECTION`: a job ends with this code without being executed. */
  Orders<int> completionCodes;
  /** `suspend=N`: the windows that are open when this many jobs are accepted are suspended; 0: never. */
  uint64_t suspendAfter = 0;
  /** `suspend=N:TIME`: how long; 0: until they are closed. */
  std::chrono::milliseconds suspension{0};
  /** `open=ERRNO@SELECTION` and so on: calls that fail. */
  Orders<int> open;
  Orders<int> ioctl;
  Orders<int> mmap;
};

/** Ends the process with status 2, like a program that was called wrongly. */
[[noreturn]] void refuse(const std::string& message);

}  // namespace nx
