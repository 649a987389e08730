// SPDX-License-Identifier: MIT
// The calls of the C library that only look at a path: so that the device can be seen, and the files of the
// setting `files`. Paths relative to an open folder pass through.

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <cstdio>

#include "libc.h"
#include "paths.h"
#include "standin.h"

namespace {

using nx::next;

/** Calls on with the path that shall be looked at; `failure` is what the call returns for a missing device.
 */
template <typename Result, typename Call>
Result lookAt(const char* path, Result failure, Call call) {
  const nx::ServedPath served(path);
  if (!served.isMissing()) return call(served.get());
  errno = ENOENT;
  return failure;
}

/** Access by the rights that are asked for: to a device that is there they may be denied. */
template <typename Call>
int lookAtRights(const char* path, int rights, Call call) {
  if (nx::isDevice(path) && rights != F_OK && nx::Standin::get().files().openError() == EACCES) {
    errno = EACCES;
    return -1;
  }
  return lookAt(path, -1, call);
}

/** The stat that old programs import, whose first argument is the version of the structure. */
template <typename Status>
int lookByVersion(const char* function, int version, const char* path, Status* status) {
  auto* const real = next<int(int, const char*, Status*)>(function);
  return lookAt(path, -1, [=](const char* served) { return real(version, served, status); });
}

template <typename Status>
int lookByName(const char* function, const char* path, Status* status) {
  auto* const real = next<int(const char*, Status*)>(function);
  return lookAt(path, -1, [=](const char* served) { return real(served, status); });
}

template <typename Status>
int lookAtFolder(const char* function, int folder, const char* path, Status* status, int flags) {
  auto* const real = next<int(int, const char*, Status*, int)>(function);
  return lookAt(path, -1, [=](const char* served) { return real(folder, served, status, flags); });
}

template <typename Entry>
int listFolder(const char* function, const char* path, Entry*** list, int (*filter)(const Entry*),
               int (*compare)(const Entry**, const Entry**)) {
  using Filter = int(const Entry*);
  using Compare = int(const Entry**, const Entry**);
  auto* const real = next<int(const char*, Entry***, Filter*, Compare*)>(function);
  return lookAt(path, -1, [=](const char* served) { return real(served, list, filter, compare); });
}

FILE* openStream(const char* path, const char* mode) {
  static auto* const real = next<FILE*(const char*, const char*)>("fopen");
  return lookAt<FILE*>(path, nullptr, [=](const char* served) { return real(served, mode); });
}

}  // namespace

extern "C" {

[[gnu::visibility("default")]] int access(const char* path, int rights) noexcept {
  static auto* const real = next<int(const char*, int)>("access");
  return lookAtRights(path, rights, [=](const char* served) { return real(served, rights); });
}

[[gnu::visibility("default")]] int faccessat(int folder, const char* path, int rights, int flags) noexcept {
  static auto* const real = next<int(int, const char*, int, int)>("faccessat");
  return lookAtRights(path, rights, [=](const char* served) { return real(folder, served, rights, flags); });
}

[[gnu::visibility("default")]] int stat(const char* path, struct stat* status) noexcept {
  return lookByName("stat", path, status);
}

[[gnu::visibility("default")]] int stat64(const char* path, struct stat64* status) noexcept {
  return lookByName("stat64", path, status);
}

[[gnu::visibility("default")]] int lstat(const char* path, struct stat* status) noexcept {
  return lookByName("lstat", path, status);
}

[[gnu::visibility("default")]] int lstat64(const char* path, struct stat64* status) noexcept {
  return lookByName("lstat64", path, status);
}

[[gnu::visibility("default")]] int fstatat(int folder, const char* path, struct stat* status,
                                           int flags) noexcept {
  return lookAtFolder("fstatat", folder, path, status, flags);
}

[[gnu::visibility("default")]] int fstatat64(int folder, const char* path, struct stat64* status,
                                             int flags) noexcept {
  return lookAtFolder("fstatat64", folder, path, status, flags);
}

[[gnu::visibility("default")]] int __xstat(int version, const char* path, struct stat* status) noexcept {
  return lookByVersion("__xstat", version, path, status);
}

[[gnu::visibility("default")]] int __xstat64(int version, const char* path, struct stat64* status) noexcept {
  return lookByVersion("__xstat64", version, path, status);
}

[[gnu::visibility("default")]] int __lxstat(int version, const char* path, struct stat* status) noexcept {
  return lookByVersion("__lxstat", version, path, status);
}

[[gnu::visibility("default")]] int __lxstat64(int version, const char* path, struct stat64* status) noexcept {
  return lookByVersion("__lxstat64", version, path, status);
}

[[gnu::visibility("default")]] int statx(int folder, const char* path, int flags, unsigned mask,
                                         struct statx* status) noexcept {
  static auto* const real = next<int(int, const char*, int, unsigned, struct statx*)>("statx");
  return lookAt(path, -1, [=](const char* served) { return real(folder, served, flags, mask, status); });
}

/** libuv makes its statx this way. */
[[gnu::visibility("default")]] long syscall(long number, ...) noexcept {
  std::va_list list;
  va_start(list, number);
  long arguments[6];
  for (long& argument : arguments) argument = va_arg(list, long);
  va_end(list);
  const auto call = [&arguments, number](long second) {
    return nx::libc().syscall(number, arguments[0], second, arguments[2], arguments[3], arguments[4],
                              arguments[5]);
  };
  if (number != SYS_statx) return call(arguments[1]);
  return lookAt(reinterpret_cast<const char*>(arguments[1]), -1L,
                [&call](const char* served) { return call(reinterpret_cast<long>(served)); });
}

[[gnu::visibility("default")]] FILE* fopen(const char* path, const char* mode) {
  return openStream(path, mode);
}

[[gnu::visibility("default")]] FILE* fopen64(const char* path, const char* mode) {
  return openStream(path, mode);
}

[[gnu::visibility("default")]] DIR* opendir(const char* path) {
  static auto* const real = next<DIR*(const char*)>("opendir");
  return lookAt<DIR*>(path, nullptr, [](const char* served) { return real(served); });
}

[[gnu::visibility("default")]] int scandir(const char* path, dirent*** list, int (*filter)(const dirent*),
                                           int (*compare)(const dirent**, const dirent**)) {
  return listFolder("scandir", path, list, filter, compare);
}

[[gnu::visibility("default")]] int scandir64(const char* path, dirent64*** list,
                                             int (*filter)(const dirent64*),
                                             int (*compare)(const dirent64**, const dirent64**)) {
  return listFolder("scandir64", path, list, filter, compare);
}

}  // extern "C"
