// SPDX-License-Identifier: MIT
#pragma once

#include <dlfcn.h>
#include <sys/types.h>

#include <cstddef>

namespace nx {

/** A function of the C library that this object hides by one of the same name. */
template <typename Function>
Function* next(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

/**
 * The C library's own calls, for the stand-in's own needs: through the names of the C library it would come
 * back to itself, maybe before it is set up.
 */
struct Libc {
  int (*open)(const char* path, int flags, ...) = next<int(const char*, int, ...)>("open");
  int (*close)(int descriptor) = next<int(int)>("close");
  int (*ioctl)(int descriptor, unsigned long request, ...) = next<int(int, unsigned long, ...)>("ioctl");
  void* (*mmap)(void*, size_t, int, int, int,
                off_t) = next<void*(void*, size_t, int, int, int, off_t)>("mmap");
  int (*munmap)(void* start, size_t length) = next<int(void*, size_t)>("munmap");
  long (*syscall)(long number, ...) = next<long(long, ...)>("syscall");
};

inline const Libc& libc() {
  static const Libc functions;
  return functions;
}

}  // namespace nx
