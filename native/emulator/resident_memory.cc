// SPDX-License-Identifier: MIT
#include "resident_memory.h"

#include <algorithm>

namespace nx {

void ResidentMemory::begin() {
  isCsbNext_ = true;
}

void ResidentMemory::faultWasReported(uint64_t address) {
  if (settings_.faults == InjectedFaults::ONCE) reported_.insert(address & ~(settings_.pageSize - 1));
}

bool ResidentMemory::isInjected(uint64_t page) const {
  switch (settings_.faults) {
    case InjectedFaults::ALWAYS:
      return true;
    case InjectedFaults::ONCE:
      return reported_.count(page) == 0;
    default:
      return false;
  }
}

bool ResidentMemory::isAccessible(uint64_t address, bool write) const {
  return write ? user_.isWritable(address) : user_.isReadable(address);
}

uint8_t* ResidentMemory::resolve(uint64_t address, uint64_t length, bool write, uint64_t& fault) const {
  const bool isCsb = isCsbNext_;
  isCsbNext_ = false;
  if (!isTranslated(address, length, write, fault)) return nullptr;
  return isCsb ? csbLine_.data() : reinterpret_cast<uint8_t*>(static_cast<uintptr_t>(address));
}

bool ResidentMemory::isTranslated(uint64_t address, uint64_t length, bool write, uint64_t& fault) const {
  /** Entries of the pagemap that are read at a time: 2 MiB of memory. */
  constexpr size_t ENTRIES = 512;
  std::array<uint64_t, ENTRIES> entries;
  const uint64_t last = address + length - 1;
  const uint64_t end = (last | (settings_.pageSize - 1)) + 1;
  fault = address;
  // Ranges that reach over the end of all addresses.
  if (last < address || end < last) return false;

  const size_t step = settings_.pageSize / GUEST_PAGE;
  bool hasHoles = false;
  for (uint64_t block = address & ~(settings_.pageSize - 1); block < end; block += ENTRIES * GUEST_PAGE) {
    const size_t count = std::min<uint64_t>(ENTRIES, (end - block) / GUEST_PAGE);
    pagemap_.read(block, count, entries.data());
    for (size_t first = 0; first < count; first += step) {
      const uint64_t* const of = entries.data() + first;
      const bool isThere = std::any_of(of, of + step, write ? Pagemap::isWritten : Pagemap::isPresent);
      const uint64_t page = block + first * GUEST_PAGE;
      if (isThere && !isInjected(page)) {
        hasHoles = hasHoles || !std::all_of(of, of + step, Pagemap::isPresent);
        continue;
      }
      fault = std::max(address, page);
      return false;
    }
  }
  // A page of 64 KiB is one here: what of it is mapped to nothing must not be touched.
  if (hasHoles) {
    const uint64_t mapped = (last | (GUEST_PAGE - 1)) + 1;
    const uint64_t unmapped = UserMemory::firstUnmapped(address & ~(GUEST_PAGE - 1), mapped);
    fault = std::max(address, unmapped);
    if (unmapped < mapped) return false;
  }
  // The pagemap does not tell protections. A range of several mappings is checked at its ends only.
  for (const uint64_t probed : {address, last}) {
    fault = probed;
    if (!isAccessible(probed, write)) return false;
  }
  return true;
}

}  // namespace nx
