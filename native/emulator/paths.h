// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <climits>

namespace nx {

/** The path is the device's. */
bool isDevice(const char* path);

/**
 * Where calls that only look at a path shall look: the path itself, a file below the folder of the setting
 * `files`, or for the device, a character device that is like it. Null for a null path.
 */
class ServedPath {
 public:
  explicit ServedPath(const char* path);

  const char* get() const { return path_; }
  /** The path is the device's, which by the setting `open=ENOENT` is not there. */
  bool isMissing() const { return isMissing_; }

 private:
  const char* path_;
  bool isMissing_ = false;
  std::array<char, PATH_MAX> buffer_;
};

}  // namespace nx
