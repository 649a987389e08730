// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>

#include "buffer.h"
#include "checksums.h"
#include "tokens.h"

namespace nx {

/** The tokens of one counting job and all that they follow from. */
class CachedTokens {
 public:
  /** Starts anew, with a copy of the source; false: there is no memory. */
  bool begin(const uint8_t* source, size_t length, size_t historyBytes, uint8_t effort);
  /** The source of the job that is being recorded, as it was when that began. */
  const uint8_t* source() const { return source_.bytes(); }
  /** Appends tokens; false: there is no memory, they must not be kept. */
  bool append(const Token* tokens, size_t count);
  /** The tokens are complete. @param histogram the job's symbols, EOB included */
  void end(const Histogram& histogram) { histogram_ = histogram; }

  /** Whether a job would get these tokens: every byte of its source is compared. */
  bool matches(const uint8_t* source, size_t length, size_t historyBytes, uint8_t effort) const;
  const Token* tokens() const { return reinterpret_cast<const Token*>(tokens_.bytes()); }
  size_t length() const { return length_; }
  const Histogram& histogram() const { return histogram_; }
  /** Bytes of memory. */
  size_t size() const { return source_.size() + tokens_.size(); }
  /** The data behind the history, as it was when the job began. */
  const uint8_t* data() const { return source_.bytes() + historyBytes_; }
  /** The checksums of that data; who makes them keeps them here. */
  std::optional<Checksums>& checksums() { return checksums_; }

 private:
  Buffer source_;
  size_t sourceBytes_ = 0;
  size_t historyBytes_ = 0;
  uint8_t effort_ = 0;
  Buffer tokens_;
  size_t length_ = 0;
  Histogram histogram_{};
  std::optional<Checksums> checksums_;
};

/**
 * Remembers the tokens of counting jobs for the encoding jobs that follow them, on whichever thread. Tokens
 * depend on the source, its history and the effort alone, and all three are compared, so that a job gives the
 * same result with and without it. An entry belongs to one thread at a time: to whom it was given, until it
 * is given back.
 */
class TokenCache {
 public:
  using Entry = std::unique_ptr<CachedTokens>;

  /** The tokens of a counting job with this source, history and effort, or null. */
  Entry take(const uint8_t* source, size_t length, size_t historyBytes, uint8_t effort);
  /** An entry to record a counting job's tokens in; null: the source is too long, or there is no memory. */
  Entry open(const uint8_t* source, size_t length, size_t historyBytes, uint8_t effort);
  /** Keeps complete tokens; the oldest ones go when there is no room for them. */
  void keep(Entry entry);
  /** Takes back an entry that nobody needs any more: its memory serves another job. */
  void drop(Entry entry);

 private:
  /**
   * Longest source that is remembered: the largest job a bare client sends, with its history (1 MiB and 32
   * KiB). Larger: more kinds of job are spared their second search for matches, at five bytes of memory for
   * each byte of source.
   */
  static constexpr size_t MAX_SOURCE_BYTES = (1 << 20) + 32768;
  /**
   * Most entries, and most bytes that they may take. More: more counting jobs may lie between a counting job
   * and its encoding job, as they do when 64 small calls are made at a time. Fewer: less memory lies idle.
   */
  static constexpr size_t MAX_ENTRIES = 80;
  static constexpr size_t MAX_TOTAL_BYTES = 8 << 20;

  Entry removeAt(size_t index);
  void insert(Entry entry, bool isComplete);

  std::mutex mutex_;
  /** Those whose memory is spare first, then those with tokens, oldest first. */
  std::array<Entry, MAX_ENTRIES> entries_;
  size_t spare_ = 0;
  size_t count_ = 0;
};

}  // namespace nx
