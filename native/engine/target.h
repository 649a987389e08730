// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>

#include "buffer.h"

namespace nx {

/**
 * Where an engine writes its output: `size()` bytes at `bytes()` that can grow up to the job's target space.
 * An engine writes within `size()` and calls `grow` when it needs more; false means that the target space is
 * exhausted (CC=13).
 */
class Target {
 public:
  /** Target space that is one piece of memory: the engine writes straight into it. */
  Target(uint8_t* bytes, size_t size) : bytes_(bytes), size_(size), capacity_(size), gathered_(nullptr) {}

  /** Target space that is scattered over DDEs: the engine writes into a buffer that is scattered afterwards.
   */
  Target(Buffer& gathered, size_t capacity)
      : bytes_(nullptr), size_(0), capacity_(capacity), gathered_(&gathered) {
    resize(std::min(capacity, FIRST_BYTES));
  }

  uint8_t* bytes() const { return bytes_; }
  size_t size() const { return size_; }
  bool isDirect() const { return gathered_ == nullptr; }

  /** Makes room beyond the present `size()`; what has been written is kept, maybe at another place. */
  bool grow() { return size_ < capacity_ && resize(std::min(capacity_, std::max(size_, FIRST_BYTES) * 4)); }

 private:
  /** First size of a gathered target. Larger: more memory for small jobs. Smaller: more copies while it
   * grows. */
  static constexpr size_t FIRST_BYTES = 64 * 1024;

  bool resize(size_t size) {
    if (!gathered_->grow(size)) return false;
    bytes_ = gathered_->bytes();
    size_ = size;
    return true;
  }

  uint8_t* bytes_;
  size_t size_;
  size_t capacity_;
  Buffer* gathered_;
};

}  // namespace nx
