// SPDX-License-Identifier: MIT
#include "counters.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>

#include "libc.h"
#include "settings.h"

namespace nx {

Counters::Counters() {
  constexpr size_t BYTES = COUNT * sizeof(uint64_t);
  const char* const path = std::getenv("NX_STANDIN_COUNTERS");
  const bool inFile = path != nullptr && *path != '\0';
  const int file = inFile ? libc().open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666) : -1;
  if (inFile && (file < 0 || ftruncate(file, BYTES) != 0)) {
    refuse("NX_STANDIN_COUNTERS: cannot write " + std::string(path));
  }
  void* const values =
      libc().mmap(nullptr, BYTES, PROT_READ | PROT_WRITE, MAP_SHARED | (inFile ? 0 : MAP_ANONYMOUS), file, 0);
  if (values == MAP_FAILED) refuse("no memory for the counters");
  if (inFile) libc().close(file);
  values_ = static_cast<uint64_t*>(values);
}

void Counters::add(size_t place, uint64_t number) {
  __atomic_fetch_add(values_ + place, number, __ATOMIC_RELAXED);
}

void Counters::raise(size_t place, uint64_t value) {
  uint64_t present = __atomic_load_n(values_ + place, __ATOMIC_RELAXED);
  while (present < value && !__atomic_compare_exchange_n(values_ + place, &present, value, true,
                                                         __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
    continue;
  }
}

}  // namespace nx
