#include "token_cache.h"

#include <algorithm>
#include <cstring>

namespace nx {

bool TokenCache::open(const uint8_t* source, size_t length, size_t historyBytes, uint8_t effort) {
  valid_ = false;
  if (length > MAX_SOURCE_BYTES || !source_.grow(length)) return false;
  std::memcpy(source_.bytes(), source, length);
  sourceBytes_ = length;
  historyBytes_ = historyBytes;
  effort_ = effort;
  length_ = 0;
  checksums_.reset();
  return true;
}

bool TokenCache::append(const Token* tokens, size_t count) {
  const size_t needed = (length_ + count) * sizeof(Token);
  if (needed > tokens_.size() && !tokens_.grow(std::max(needed, 2 * tokens_.size()))) return false;
  std::memcpy(tokens_.bytes() + length_ * sizeof(Token), tokens, count * sizeof(Token));
  length_ += count;
  return true;
}

void TokenCache::keep(const Histogram& histogram) {
  histogram_ = histogram;
  valid_ = true;
}

bool TokenCache::holds(const uint8_t* source, size_t length, size_t historyBytes, uint8_t effort) const {
  return valid_ && sourceBytes_ == length && historyBytes_ == historyBytes && effort_ == effort &&
         std::memcmp(source_.bytes(), source, length) == 0;
}

}  // namespace nx
