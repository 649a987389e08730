// SPDX-License-Identifier: MIT
#include "paths.h"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "libc.h"
#include "standin.h"

namespace nx {

bool isDevice(const char* path) {
  return path != nullptr && std::strcmp(path, DeviceFiles::PATH) == 0;
}

ServedPath::ServedPath(const char* path) : path_(path) {
  if (path == nullptr || *path != '/') return;
  Standin& standin = Standin::get();
  if (isDevice(path)) {
    path_ = "/dev/null";
    isMissing_ = standin.files().openError() == ENOENT;
    return;
  }
  const std::string& files = standin.settings().files;
  if (files.empty()) return;
  const int length = std::snprintf(buffer_.data(), buffer_.size(), "%s%s", files.c_str(), path);
  if (length < 0 || static_cast<size_t>(length) >= buffer_.size()) return;
  const int before = errno;
  if (libc().syscall(SYS_faccessat, AT_FDCWD, buffer_.data(), F_OK) == 0) path_ = buffer_.data();
  errno = before;
}

}  // namespace nx
