// SPDX-License-Identifier: MIT
#include "user_memory.h"

#include <sys/mman.h>
#include <unistd.h>

#include "pagemap.h"
#include "settings.h"

namespace nx {

namespace {

void* pointer(uint64_t address) {
  return reinterpret_cast<void*>(static_cast<uintptr_t>(address));
}

/** A place in the file for the calling thread. */
off_t place() {
  return static_cast<off_t>(gettid()) * GUEST_PAGE;
}

bool areAllMapped(uint64_t start, uint64_t end) {
  // ENOMEM is what msync says of a hole; MS_ASYNC starts nothing.
  return msync(pointer(start), end - start, MS_ASYNC) == 0;
}

}  // namespace

UserMemory::UserMemory() : file_(memfd_create("nx-gzip-standin", MFD_CLOEXEC)) {
  if (file_ < 0) refuse("no file for copies");
}

bool UserMemory::read(uint64_t address, void* bytes, size_t length) const {
  const auto wanted = static_cast<ssize_t>(length);
  return pwrite(file_, pointer(address), length, place()) == wanted &&
         pread(file_, bytes, length, place()) == wanted;
}

bool UserMemory::write(uint64_t address, const void* bytes, size_t length) const {
  const auto wanted = static_cast<ssize_t>(length);
  return pwrite(file_, bytes, length, place()) == wanted &&
         pread(file_, pointer(address), length, place()) == wanted;
}

bool UserMemory::isReadable(uint64_t address) const {
  return pwrite(file_, pointer(address), 1, place()) == 1;
}

bool UserMemory::isWritable(uint64_t address) const {
  return pwrite(file_, pointer(address), 1, place()) == 1 && pread(file_, pointer(address), 1, place()) == 1;
}

uint64_t UserMemory::firstUnmapped(uint64_t start, uint64_t end) {
  if (areAllMapped(start, end)) return end;
  uint64_t page = start;
  while (page < end && areAllMapped(page, page + GUEST_PAGE)) page += GUEST_PAGE;
  return page;
}

}  // namespace nx
