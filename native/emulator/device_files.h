// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <unordered_map>

#include "settings.h"
#include "switchboard.h"
#include "user_memory.h"

namespace nx {

/**
 * The open files of /dev/crypto/nx-gzip and their mapped windows, with the errnos of the kernel's vas-api.c.
 * A file, and with it its window, lives until both its descriptor and its mapping are gone. The calls return
 * what the system calls do and set errno.
 */
class DeviceFiles {
 public:
  static constexpr char PATH[] = "/dev/crypto/nx-gzip";

  DeviceFiles(const Settings& settings, Switchboard& switchboard, const UserMemory& user)
      : settings_(settings), switchboard_(switchboard), user_(user) {}

  int open(int flags);
  /** The errno that `open` would give now, 0 if none: for calls that only look at the path. */
  int openError() const;

  /** A descriptor that `open` gave. */
  bool has(int descriptor);
  int ioctl(int descriptor, unsigned long request, void* argument);
  void* mmap(int descriptor, void* place, size_t length, int protection, int flags, off_t offset);
  int munmap(void* start, size_t length);
  int close(int descriptor);

  /** What lies at an address that a CRB is pasted to. */
  struct PasteTarget {
    enum Kind { NO_WINDOW, READ_ONLY, WRONG_OFFSET, PASTE_ADDRESS };
    Kind kind;
    /** Of PASTE_ADDRESS. */
    std::shared_ptr<SendWindow> window;
  };
  PasteTarget pasteTarget(uint64_t address);

  /** For fork: nothing changes while it runs; the child has none of the windows. */
  void lockForFork() { mutex_.lock(); }
  void unlockAfterFork() { mutex_.unlock(); }
  void unmapInChild();

 private:
  /** The kernel's struct file: closing it closes the window. */
  class File {
   public:
    File(Switchboard& switchboard, int flags) : switchboard_(switchboard), flags_(flags) {}
    ~File();
    File(const File&) = delete;
    File& operator=(const File&) = delete;

    void openWindow(int vasId) { window_ = switchboard_.openWindow(vasId); }
    const std::shared_ptr<SendWindow>& window() const { return window_; }
    /** As `open` got them. */
    int flags() const { return flags_; }

   private:
    Switchboard& switchboard_;
    int flags_;
    std::shared_ptr<SendWindow> window_;
  };

  struct Mapping {
    size_t length;
    bool isWritable;
    std::shared_ptr<File> file;
  };
  using Mappings = std::map<uint64_t, Mapping>;

  std::shared_ptr<File> find(int descriptor);
  int mmapError(const File& file, size_t length, int protection, int flags, off_t offset);

  const Settings& settings_;
  Switchboard& switchboard_;
  const UserMemory& user_;
  std::mutex mutex_;
  std::unordered_map<int, std::shared_ptr<File>> files_;
  /** By their first address. */
  Mappings mappings_;
  /** Calls of each kind so far. */
  std::atomic<uint64_t> opens_{0};
  uint64_t ioctls_ = 0;
  uint64_t mmaps_ = 0;
};

}  // namespace nx
