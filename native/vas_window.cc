// SPDX-License-Identifier: MIT
#include "vas_window.h"

#if NX_HAS_VAS

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "copy_paste.h"

namespace nx {

namespace {

/** `struct vas_tx_win_open_attr` of the kernel's uapi/asm/vas-api.h: what a window is to be like. */
struct OpenAttributes {
  uint32_t version = 1;
  int16_t vasId = -1;
  uint16_t reserved1 = 0;
  uint64_t flags = 0;
  uint64_t reserved2[6] = {};
};
static_assert(sizeof(OpenAttributes) == 64, "the size is part of the ioctl's number");

constexpr unsigned long VAS_TX_WIN_OPEN = _IOW('v', 0x20, OpenAttributes);

/** Bytes that are mapped, and where in them a line is to be pasted: bit 53 of the address is Report Enable,
 * which NX demands. */
constexpr size_t PAGE_BYTES = 4096;
constexpr size_t PASTE_OFFSET = 0x400;

/** The bit of CR0 that tells of an accepted line. */
constexpr unsigned CR0_ACCEPTED = 2;

/** A descriptor that is closed again unless it is released. */
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  int number() const { return number_; }
  int release() { return std::exchange(number_, -1); }

 private:
  int number_;
};

}  // namespace

std::unique_ptr<VasWindow> VasWindow::open(const char* path, int16_t vasId, uint64_t flags,
                                           SystemError& error) {
  const auto fail = [&error](const char* syscall) {
    error = {syscall, errno};
    return nullptr;
  };
  Descriptor descriptor(::open(path, O_RDWR | O_CLOEXEC));
  if (descriptor.number() < 0) return fail("open");
  OpenAttributes attributes;
  attributes.vasId = vasId;
  attributes.flags = flags;
  if (ioctl(descriptor.number(), VAS_TX_WIN_OPEN, &attributes) != 0) return fail("ioctl");
  void* const page = mmap(nullptr, PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor.number(), 0);
  if (page == MAP_FAILED) return fail("mmap");
  // A fork would have the page, but no window behind it. Where the kernel cannot do this, `isForeign` is what
  // keeps the fork from it.
  madvise(page, PAGE_BYTES, MADV_DONTFORK);
  return std::unique_ptr<VasWindow>(new VasWindow(descriptor.release(), page));
}

VasWindow::VasWindow(int descriptor, void* page)
    : descriptor_(descriptor), page_(static_cast<uint8_t*>(page)), opener_(getpid()) {}

bool VasWindow::isForeign() const {
  return getpid() != opener_;
}

bool VasWindow::paste(const uint8_t* crb) {
  std::memcpy(line_, crb, sizeof line_);
  sync();
  copy(line_);
  const unsigned cr0 = nx::paste(page_ + PASTE_OFFSET);
  sync();
  return (cr0 & CR0_ACCEPTED) != 0;
}

int VasWindow::close() {
  if (descriptor_ < 0) return 0;
  // A fork did not inherit the page; at its address there may be something else.
  const int unmapped = isForeign() || munmap(page_, PAGE_BYTES) == 0 ? 0 : errno;
  const int closed = ::close(std::exchange(descriptor_, -1)) == 0 ? 0 : errno;
  return unmapped != 0 ? unmapped : closed;
}

}  // namespace nx

#endif
