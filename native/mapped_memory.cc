// SPDX-License-Identifier: MIT
#include "mapped_memory.h"

#include <algorithm>
#include <mutex>
#include <tuple>

namespace nx {

namespace {

template <typename Ranges>
auto firstNotBefore(Ranges& ranges, uint64_t start, uint64_t end) {
  return std::lower_bound(
      ranges.begin(), ranges.end(), std::make_tuple(start, end),
      [](const auto& range, const auto& key) { return std::make_tuple(range.start, range.end) < key; });
}

}  // namespace

void MappedMemory::add(uint64_t address, uint64_t length) {
  if (length == 0) return;
  const uint64_t end = address + length;
  const std::unique_lock lock(mutex_);
  auto place = firstNotBefore(ranges_, address, end);
  if (place != ranges_.end() && place->start == address && place->end == end) {
    place->registrations++;
    return;
  }
  place = ranges_.insert(place, {address, end, 0, 1});
  updateReach(static_cast<size_t>(place - ranges_.begin()));
}

void MappedMemory::remove(uint64_t address, uint64_t length) {
  const uint64_t end = address + length;
  const std::unique_lock lock(mutex_);
  auto place = firstNotBefore(ranges_, address, end);
  if (place == ranges_.end() || place->start != address || place->end != end) return;
  if (--place->registrations > 0) return;
  place = ranges_.erase(place);
  updateReach(static_cast<size_t>(place - ranges_.begin()));
}

uint8_t* MappedMemory::resolve(uint64_t address, uint64_t length, bool, uint64_t& fault) const {
  const std::shared_lock lock(mutex_);
  const auto behind =
      std::upper_bound(ranges_.begin(), ranges_.end(), address,
                       [](uint64_t wanted, const Range& range) { return wanted < range.start; });
  const uint64_t reach = behind == ranges_.begin() ? 0 : (behind - 1)->reach;
  if (reach > address && reach - address >= length) {
    return reinterpret_cast<uint8_t*>(static_cast<uintptr_t>(address));
  }
  fault = std::max(address, reach);
  return nullptr;
}

/** Brings the reaches up to date after a change at `from`. */
void MappedMemory::updateReach(size_t from) {
  uint64_t reach = from == 0 ? 0 : ranges_[from - 1].reach;
  for (size_t index = from; index < ranges_.size(); index++) {
    Range& range = ranges_[index];
    reach = std::max(reach, range.end);
    // Behind the changed range, what is right here is right further on.
    if (index > from && range.reach == reach) return;
    range.reach = reach;
  }
}

}  // namespace nx
