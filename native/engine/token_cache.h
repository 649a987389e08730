#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "buffer.h"
#include "checksums.h"
#include "tokens.h"

namespace nx {

/**
 * Remembers the tokens of the last counting job for the encoding job that follows it. Tokens depend on the
 * source, its history and the effort alone, and all three are compared, so that a job gives the same result
 * with and without it.
 */
class TokenCache {
 public:
  /** Begins to record a counting job; what was recorded before is lost. False: the source is too long. */
  bool open(const uint8_t* source, size_t length, size_t historyBytes, uint8_t effort);
  /** The source of the job that is being recorded, as it was when that began. */
  const uint8_t* source() const { return source_.bytes(); }
  /** Appends tokens; false: there is no memory, nothing will be kept. */
  bool append(const Token* tokens, size_t count);
  /** The recorded tokens can be used from now on. @param histogram the job's symbols, EOB included */
  void keep(const Histogram& histogram);
  /** Gives the tokens up. */
  void drop() { valid_ = false; }

  /** Whether a job would get the recorded tokens: every byte of its source is compared. */
  bool holds(const uint8_t* source, size_t length, size_t historyBytes, uint8_t effort) const;
  const Token* tokens() const { return reinterpret_cast<const Token*>(tokens_.bytes()); }
  size_t length() const { return length_; }
  const Histogram& histogram() const { return histogram_; }
  /** The data behind the history, as it was when the job began. */
  const uint8_t* data() const { return source_.bytes() + historyBytes_; }
  /** The checksums of that data; who makes them keeps them here. */
  std::optional<Checksums>& checksums() { return checksums_; }

 private:
  /**
   * Longest source that is remembered: the largest job a bare client sends, with its history (1 MiB and 32
   * KiB). Larger: more kinds of job are spared their second search for matches, at five bytes of memory for
   * each byte of source.
   */
  static constexpr size_t MAX_SOURCE_BYTES = (1 << 20) + 32768;

  bool valid_ = false;
  Buffer source_;
  size_t sourceBytes_ = 0;
  size_t historyBytes_ = 0;
  uint8_t effort_ = 0;
  Buffer tokens_;
  size_t length_ = 0;
  Histogram histogram_{};
  std::optional<Checksums> checksums_;
};

}  // namespace nx
