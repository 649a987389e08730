// SPDX-License-Identifier: MIT
// The calls of the C library that reach the device file. What is not the device's goes on to the C library.

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/types.h>

#include <cerrno>
#include <cstdarg>
#include <cstdint>

#include "libc.h"
#include "paths.h"
#include "standin.h"

namespace {

using nx::isDevice;
using nx::libc;
using nx::Standin;

/** The descriptor of a path that is served from elsewhere or is the device. */
int openPath(const char* path, int flags, mode_t mode) {
  if (isDevice(path)) {
    Standin& standin = Standin::get();
    standin.powerOn();
    return standin.files().open(flags);
  }
  return libc().open(nx::ServedPath(path).get(), flags, mode);
}

int openAt(int folder, const char* path, int flags, mode_t mode) {
  static auto* const real = nx::next<int(int, const char*, int, ...)>("openat");
  return path != nullptr && *path == '/' ? openPath(path, flags, mode) : real(folder, path, flags, mode);
}

/** The third argument of a variadic open, which is there only if a file may be made. */
mode_t modeOf(int flags, std::va_list arguments) {
  return (flags & (O_CREAT | __O_TMPFILE)) != 0 ? va_arg(arguments, mode_t) : 0;
}

}  // namespace

extern "C" {

[[gnu::visibility("default")]] int open(const char* path, int flags, ...) {
  std::va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = modeOf(flags, arguments);
  va_end(arguments);
  return openPath(path, flags, mode);
}

[[gnu::visibility("default")]] int open64(const char* path, int flags, ...) {
  std::va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = modeOf(flags, arguments);
  va_end(arguments);
  return openPath(path, flags, mode);
}

[[gnu::visibility("default")]] int openat(int folder, const char* path, int flags, ...) {
  std::va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = modeOf(flags, arguments);
  va_end(arguments);
  return openAt(folder, path, flags, mode);
}

[[gnu::visibility("default")]] int openat64(int folder, const char* path, int flags, ...) {
  std::va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = modeOf(flags, arguments);
  va_end(arguments);
  return openAt(folder, path, flags, mode);
}

// The checked forms, which programs that are compiled with _FORTIFY_SOURCE call: they never make files.
[[gnu::visibility("default")]] int __open_2(const char* path, int flags) {
  return openPath(path, flags, 0);
}

[[gnu::visibility("default")]] int __open64_2(const char* path, int flags) {
  return openPath(path, flags, 0);
}

[[gnu::visibility("default")]] int __openat_2(int folder, const char* path, int flags) {
  return openAt(folder, path, flags, 0);
}

[[gnu::visibility("default")]] int __openat64_2(int folder, const char* path, int flags) {
  return openAt(folder, path, flags, 0);
}

[[gnu::visibility("default")]] int ioctl(int descriptor, unsigned long request, ...) noexcept {
  std::va_list arguments;
  va_start(arguments, request);
  void* const argument = va_arg(arguments, void*);
  va_end(arguments);
  nx::DeviceFiles& files = Standin::get().files();
  return files.has(descriptor) ? files.ioctl(descriptor, request, argument)
                               : libc().ioctl(descriptor, request, argument);
}

[[gnu::visibility("default")]] void* mmap(void* place, size_t length, int protection, int flags,
                                          int descriptor, off_t offset) noexcept {
  nx::DeviceFiles& files = Standin::get().files();
  return (flags & MAP_ANONYMOUS) == 0 && files.has(descriptor)
             ? files.mmap(descriptor, place, length, protection, flags, offset)
             : libc().mmap(place, length, protection, flags, descriptor, offset);
}

[[gnu::visibility("default")]] void* mmap64(void* place, size_t length, int protection, int flags,
                                            int descriptor, off64_t offset) noexcept {
  return mmap(place, length, protection, flags, descriptor, offset);
}

[[gnu::visibility("default")]] int munmap(void* start, size_t length) noexcept {
  return Standin::get().files().munmap(start, length);
}

[[gnu::visibility("default")]] int close(int descriptor) {
  return Standin::get().files().close(descriptor);
}

}  // extern "C"
