// SPDX-License-Identifier: MIT
#include "device_files.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iterator>
#include <vector>

#include "libc.h"
#include "pagemap.h"

namespace nx {

namespace {

/** A character device that anybody may open: its descriptors serve as the device's. */
constexpr char NULL_DEVICE[] = "/dev/null";
constexpr unsigned NULL_MAJOR = 1;
constexpr unsigned NULL_MINOR = 3;

/** _IOW('v', 0x20, 64 bytes) as powerpc encodes it (uapi/asm/vas-api.h). */
constexpr uint32_t VAS_TX_WIN_OPEN = 0x80407620;

/** struct vas_tx_win_open_attr. The kernel does not look at its reserved fields. */
struct TxWinOpenAttr {
  uint32_t version;
  int16_t vasId;
  uint16_t reserved1;
  uint64_t flags;
  uint64_t reserved2[6];
};
static_assert(sizeof(TxWinOpenAttr) == 64);

/** Where in the window's page a CRB is pasted: the address bit "report enable" is set. */
constexpr uint64_t PASTE_OFFSET = 0x400;

int fail(int error) {
  errno = error;
  return -1;
}

}  // namespace

DeviceFiles::File::~File() {
  if (window_) switchboard_.closeWindow(*window_);
}

int DeviceFiles::openError() const {
  return ordered(settings_.open, opens_ + 1, 0);
}

int DeviceFiles::open(int flags) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const int error = ordered(settings_.open, ++opens_, 0);
  if (error != 0) return fail(error);
  const int descriptor = libc().open(NULL_DEVICE, flags);
  if (descriptor >= 0) files_[descriptor] = std::make_shared<File>(switchboard_, flags);
  return descriptor;
}

std::shared_ptr<DeviceFiles::File> DeviceFiles::find(int descriptor) {
  const auto found = files_.find(descriptor);
  if (found == files_.end()) return nullptr;
  // A descriptor that was closed past the stand-in may be another file's by now.
  struct stat64 status;
  if (fstat64(descriptor, &status) == 0 && status.st_rdev == makedev(NULL_MAJOR, NULL_MINOR)) {
    return found->second;
  }
  files_.erase(found);
  return nullptr;
}

bool DeviceFiles::has(int descriptor) {
  const std::lock_guard<std::mutex> lock(mutex_);
  return find(descriptor) != nullptr;
}

int DeviceFiles::ioctl(int descriptor, unsigned long request, void* argument) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto file = find(descriptor);
  if (!file) return fail(EBADF);
  // The kernel's request is 32 bits wide: programs may pass it with its sign extended.
  if (static_cast<uint32_t>(request) != VAS_TX_WIN_OPEN) return fail(EINVAL);
  const int error = ordered(settings_.ioctl, ++ioctls_, 0);
  if (error != 0) return fail(error);
  if (file->window()) return fail(EEXIST);
  TxWinOpenAttr attributes;
  if (!user_.read(reinterpret_cast<uintptr_t>(argument), &attributes, sizeof attributes)) return fail(EFAULT);
  if (attributes.version != 1) return fail(EINVAL);
  const auto& ids = settings_.vasIds;
  const bool exists = std::find(ids.begin(), ids.end(), attributes.vasId) != ids.end();
  if (attributes.vasId != -1 && !exists) return fail(EINVAL);
  file->openWindow(attributes.vasId);
  return 0;
}

int DeviceFiles::mmapError(const File& file, size_t length, int protection, int flags, off_t offset) {
  const int access = file.flags() & O_ACCMODE;
  const bool isSharedWrite = (protection & PROT_WRITE) != 0 && (flags & MAP_SHARED) != 0;
  if (access == O_WRONLY || (isSharedWrite && access != O_RDWR)) return EACCES;
  if (length == 0 || length > settings_.pageSize || offset != 0 || !file.window()) return EINVAL;
  return ordered(settings_.mmap, ++mmaps_, 0);
}

void* DeviceFiles::mmap(int descriptor, void* place, size_t length, int protection, int flags, off_t offset) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto file = find(descriptor);
  const int error = file ? mmapError(*file, length, protection, flags, offset) : EBADF;
  if (error != 0) {
    errno = error;
    return MAP_FAILED;
  }
  // Nothing but paste may reach the page.
  const int placing = flags & (MAP_FIXED | MAP_FIXED_NOREPLACE);
  void* const start = libc().mmap(place, length, PROT_NONE, MAP_SHARED | MAP_ANONYMOUS | placing, -1, 0);
  if (start == MAP_FAILED) return start;
  const size_t mapped = (length + GUEST_PAGE - 1) & ~(GUEST_PAGE - 1);
  mappings_[reinterpret_cast<uintptr_t>(start)] = {mapped, (protection & PROT_WRITE) != 0, file};
  return start;
}

int DeviceFiles::munmap(void* start, size_t length) {
  // Destroyed after the lock is given up: a file waits for its window's credits.
  std::vector<std::shared_ptr<File>> released;
  const std::lock_guard<std::mutex> lock(mutex_);
  const int result = libc().munmap(start, length);
  if (result != 0) return result;
  const auto from = reinterpret_cast<uintptr_t>(start);
  const auto first = mappings_.lower_bound(from);
  const auto end = mappings_.lower_bound(from + length);
  std::transform(first, end, std::back_inserter(released),
                 [](const Mappings::value_type& entry) { return entry.second.file; });
  mappings_.erase(first, end);
  return result;
}

int DeviceFiles::close(int descriptor) {
  std::shared_ptr<File> released;
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto found = files_.find(descriptor);
  if (found != files_.end()) {
    released = std::move(found->second);
    files_.erase(found);
  }
  return libc().close(descriptor);
}

DeviceFiles::PasteTarget DeviceFiles::pasteTarget(uint64_t address) {
  const std::lock_guard<std::mutex> lock(mutex_);
  auto after = mappings_.upper_bound(address);
  if (after == mappings_.begin()) return {PasteTarget::NO_WINDOW, nullptr};
  const auto& [start, mapping] = *--after;
  if (address - start >= mapping.length) return {PasteTarget::NO_WINDOW, nullptr};
  if (!mapping.isWritable) return {PasteTarget::READ_ONLY, nullptr};
  if (address - start != PASTE_OFFSET) return {PasteTarget::WRONG_OFFSET, nullptr};
  return {PasteTarget::PASTE_ADDRESS, mapping.file->window()};
}

void DeviceFiles::unmapInChild() {
  for (const auto& [start, mapping] : mappings_) {
    libc().munmap(reinterpret_cast<void*>(static_cast<uintptr_t>(start)), mapping.length);
  }
}

}  // namespace nx
