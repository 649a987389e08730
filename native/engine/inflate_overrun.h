// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace nx {

/**
 * Lets the engine write some bytes behind its output, which is faster than to stop exactly, and puts back in
 * the end what was there: a job writes no byte behind those that TPBC counts, unless its sender does not
 * mind.
 *
 * The bytes ahead of the output are kept, a stretch of the target at a time, before they are overrun.
 */
class Overrun {
 public:
  /** Most bytes behind the output that may be written. */
  static constexpr size_t BYTES = 32;

  /**
   * Begins with a target that has no output yet.
   *
   * @param keeps false: what is overrun need not be put back
   */
  void begin(bool keeps) {
    keeps_ = keeps;
    keptEnd_ = 0;
  }

  /**
   * Keeps what lies behind the output of `at` bytes.
   *
   * @param size of the target
   * @returns up to where the output may now go; `BYTES` more may be written, all of them within the target.
   * Not more than `at` if there is no room.
   */
  size_t keep(uint8_t* target, size_t at, size_t size) {
    if (!keeps_) return size > BYTES ? size - BYTES : 0;
    if (at + ENOUGH_BYTES <= keptEnd_) return keptEnd_ - BYTES;
    const size_t end = std::min(size, at + KEPT_BYTES);
    // A page that is only read would be mapped twice: as one of zeros, and again when it is written.
    for (size_t page = at + PAGE_BYTES; page < end; page += PAGE_BYTES) touch(target + page);
    touch(target + (end - 1));
    size_t known = 0;
    if (at < keptEnd_) {
      known = keptEnd_ - at;
      std::memmove(kept_.data(), kept_.data() + (at - keptFrom_), known);
    }
    if (at + known < end) std::memcpy(kept_.data() + known, target + at + known, end - at - known);
    keptFrom_ = at;
    keptEnd_ = std::max(end, keptEnd_);
    return end > BYTES ? end - BYTES : 0;
  }

  /** Puts back what was behind the output, which has `at` bytes now. */
  void restore(uint8_t* target, size_t at) const {
    if (at < keptEnd_)
      std::memcpy(target + at, kept_.data() + (at - keptFrom_), std::min(keptEnd_ - at, BYTES));
  }

 private:
  /** Bytes of a stretch. Larger: small outputs in a large target keep more than they need. Smaller: the fast
   * loop is left more often. */
  static constexpr size_t KEPT_BYTES = 8192;

  /** With so many that are kept already no more are. Smaller: shorter runs of the fast loop at a stretch's
   * end. Larger: more is moved whenever the loop is entered again. */
  static constexpr size_t ENOUGH_BYTES = 1024;

  /** Not more than a page has. */
  static constexpr size_t PAGE_BYTES = 4096;

  /** Writes a byte before it is read. */
  static void touch(uint8_t* byte) {
    const uint8_t there = __atomic_exchange_n(byte, uint8_t{0}, __ATOMIC_RELAXED);
    __atomic_store_n(byte, there, __ATOMIC_RELAXED);
  }

  bool keeps_ = true;
  size_t keptFrom_ = 0;
  size_t keptEnd_ = 0;
  std::array<uint8_t, KEPT_BYTES> kept_;
};

}  // namespace nx
