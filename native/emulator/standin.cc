// SPDX-License-Identifier: MIT
#include "standin.h"

#include <pthread.h>

#include <atomic>

#include "copy_paste_trap.h"

namespace nx {

namespace {

std::atomic<Standin*> current{nullptr};

/** Runs when the object is loaded, so that a bad setting stops a program that never uses the device, too. */
[[gnu::constructor]] void checkSettings() {
  Standin::get();
}

}  // namespace

Standin& Standin::get() {
  static Standin& first = create();
  Standin* const standin = current.load(std::memory_order_acquire);
  return standin != nullptr ? *standin : first;
}

Standin& Standin::create() {
  auto* const standin = new Standin(false);
  current.store(standin, std::memory_order_release);
  pthread_atfork([] { get().files_.lockForFork(); }, [] { get().files_.unlockAfterFork(); },
                 [] {
                   // The child has no windows of its parent's, and a unit of its own.
                   get().files_.unmapInChild();
                   forgetCopy();
                   current.store(new Standin(true), std::memory_order_release);
                 });
  return *standin;
}

void Standin::powerOn() {
  std::call_once(poweredOn_, [this] {
    if (!isForked_) unit_.start();
  });
  trapCopyAndPaste();
}

}  // namespace nx
