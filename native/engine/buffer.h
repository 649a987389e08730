// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>

namespace nx {

/** Memory that grows and is reused from job to job. It reports that there is none instead of throwing. */
class Buffer {
 public:
  Buffer() = default;
  ~Buffer() { std::free(bytes_); }
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;

  uint8_t* bytes() const { return bytes_; }
  size_t size() const { return size_; }

  /** Makes it at least `size` bytes large and keeps what is in it; false: there is no memory, nothing has
   * changed. */
  bool grow(size_t size) {
    if (size <= size_) return true;
    void* larger = std::realloc(bytes_, size);
    if (larger == nullptr) return false;
    bytes_ = static_cast<uint8_t*>(larger);
    size_ = size;
    return true;
  }

  /** Called between jobs: gives back what is more than jobs usually need. */
  void trim() {
    if (size_ <= KEPT_BYTES) return;
    std::free(bytes_);
    bytes_ = nullptr;
    size_ = 0;
  }

 private:
  /**
   * Most memory that is kept between jobs, by each buffer. Larger: large scattered jobs in a row need not
   * fault their memory in again. Smaller: less memory lies idle.
   */
  static constexpr size_t KEPT_BYTES = 4 << 20;

  uint8_t* bytes_ = nullptr;
  size_t size_ = 0;
};

}  // namespace nx
