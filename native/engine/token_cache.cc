// SPDX-License-Identifier: MIT
#include "token_cache.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

namespace nx {

bool CachedTokens::begin(const uint8_t* source, size_t length, size_t historyBytes, uint8_t effort) {
  if (!source_.grow(length)) return false;
  std::memcpy(source_.bytes(), source, length);
  sourceBytes_ = length;
  historyBytes_ = historyBytes;
  effort_ = effort;
  length_ = 0;
  checksums_.reset();
  return true;
}

bool CachedTokens::append(const Token* tokens, size_t count) {
  const size_t needed = (length_ + count) * sizeof(Token);
  if (needed > tokens_.size() && !tokens_.grow(std::max(needed, 2 * tokens_.size()))) return false;
  std::memcpy(tokens_.bytes() + length_ * sizeof(Token), tokens, count * sizeof(Token));
  length_ += count;
  return true;
}

bool CachedTokens::matches(const uint8_t* source, size_t length, size_t historyBytes, uint8_t effort) const {
  return sourceBytes_ == length && historyBytes_ == historyBytes && effort_ == effort &&
         std::memcmp(source_.bytes(), source, length) == 0;
}

TokenCache::Entry TokenCache::take(const uint8_t* source, size_t length, size_t historyBytes,
                                   uint8_t effort) {
  const std::lock_guard lock(mutex_);
  for (size_t index = count_; index > spare_; index--) {
    if (entries_[index - 1]->matches(source, length, historyBytes, effort)) return removeAt(index - 1);
  }
  return nullptr;
}

TokenCache::Entry TokenCache::open(const uint8_t* source, size_t length, size_t historyBytes,
                                   uint8_t effort) {
  if (length > MAX_SOURCE_BYTES) return nullptr;
  Entry entry;
  {
    const std::lock_guard lock(mutex_);
    if (spare_ > 0) entry = removeAt(spare_ - 1);
  }
  if (!entry) entry.reset(new (std::nothrow) CachedTokens);
  if (!entry || !entry->begin(source, length, historyBytes, effort)) return nullptr;
  return entry;
}

void TokenCache::keep(Entry entry) {
  insert(std::move(entry), true);
}

void TokenCache::drop(Entry entry) {
  insert(std::move(entry), false);
}

TokenCache::Entry TokenCache::removeAt(size_t index) {
  Entry entry = std::move(entries_[index]);
  std::move(entries_.begin() + index + 1, entries_.begin() + count_, entries_.begin() + index);
  count_--;
  if (index < spare_) spare_--;
  return entry;
}

/** Puts an entry behind those of its kind, and lets others go where there is no room. */
void TokenCache::insert(Entry entry, bool isComplete) {
  const std::lock_guard lock(mutex_);
  size_t total = entry->size();
  for (size_t index = 0; index < count_; index++) total += entries_[index]->size();
  while (count_ > 0 && (count_ == MAX_ENTRIES || total > MAX_TOTAL_BYTES)) {
    total -= entries_[0]->size();
    removeAt(0);
  }
  const size_t place = isComplete ? count_ : spare_;
  std::move_backward(entries_.begin() + place, entries_.begin() + count_, entries_.begin() + count_ + 1);
  entries_[place] = std::move(entry);
  count_++;
  if (!isComplete) spare_++;
}

}  // namespace nx
