// SPDX-License-Identifier: MIT
#include "pagemap.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstring>

#include "libc.h"
#include "settings.h"

namespace nx {

Pagemap::Pagemap() : file_(libc().open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC)) {
  if (file_ < 0) refuse("cannot read /proc/self/pagemap");
}

void Pagemap::read(uint64_t address, size_t count, uint64_t* entries) const {
  const size_t bytes = count * sizeof *entries;
  const auto offset = static_cast<off_t>(address / GUEST_PAGE * sizeof *entries);
  const ssize_t there = pread(file_, entries, bytes, offset);
  const size_t known = there > 0 ? static_cast<size_t>(there) : 0;
  std::memset(reinterpret_cast<uint8_t*>(entries) + known, 0, bytes - known);
}

}  // namespace nx
