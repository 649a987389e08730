// SPDX-License-Identifier: MIT
#include "copy_paste_trap.h"

#include <sys/mman.h>
#include <ucontext.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <mutex>

#include "../engine/format.h"
#include "pagemap.h"
#include "signal_delivery.h"
#include "standin.h"
#include "user_memory.h"

namespace nx {

namespace {

/** The instruction words but for RA and RB (Power ISA 3.0, X form; L=1, and Rc=1 of paste.). */
constexpr uint32_t OPERANDS_MASK = 0xfc2007ff;
constexpr uint32_t COPY = 0x7c20060c;
constexpr uint32_t PASTE = 0x7c20070d;

/** Registers of the interrupted thread, as Linux numbers them in gp_regs (asm/ptrace.h). */
constexpr size_t NIP = 32;
constexpr size_t XER = 37;
constexpr size_t CCR = 38;

constexpr uint64_t XER_SO = 0x80000000;
/** CR0 is the top nibble of the lower word: EQ tells that the CRB was accepted, SO is XER's. */
constexpr uint64_t CR0 = 0xf0000000;
constexpr uint64_t CR0_EQ = 0x20000000;
constexpr uint64_t CR0_SO = 0x10000000;

/** The copy buffer of a hardware thread. */
struct CopyBuffer {
  bool isValid;
  alignas(crb::BYTES) std::array<uint8_t, crb::BYTES> line;
};

// A model that needs no allocation when a signal handler is the first to use it.
[[gnu::tls_model("initial-exec")]] thread_local CopyBuffer copyBuffer;

struct sigaction previousAction;

uint64_t effectiveAddress(uint32_t instruction, const unsigned long* registers) {
  const uint32_t ra = instruction >> 16 & 31;
  const uint32_t rb = instruction >> 11 & 31;
  return (ra == 0 ? 0 : registers[ra]) + registers[rb];
}

/** Executes `copy`. A line that cannot be read faults here, as a load would. */
void executeCopy(uint64_t address, unsigned long* registers, void* context) {
  if (address % crb::BYTES != 0) {
    forceSignal(SIGBUS, BUS_ADRALN, address, context);
    return;
  }
  std::memcpy(copyBuffer.line.data(), reinterpret_cast<const void*>(static_cast<uintptr_t>(address)),
              crb::BYTES);
  copyBuffer.isValid = true;
  Standin::get().counters().add(Counters::COPIES);
  registers[NIP] += 4;
}

bool isMapped(uint64_t address) {
  const uint64_t page = address & ~(GUEST_PAGE - 1);
  return UserMemory::firstUnmapped(page, page + GUEST_PAGE) != page;
}

/** Executes `paste.`, which takes what is in the copy buffer out of it, accepted or not. */
void executePaste(uint64_t address, unsigned long* registers, void* context) {
  using PasteTarget = DeviceFiles::PasteTarget;
  Standin& standin = Standin::get();
  const PasteTarget target = standin.files().pasteTarget(address);
  const bool isValid = copyBuffer.isValid;
  forgetCopy();
  if (address % crb::BYTES != 0) {
    forceSignal(SIGBUS, BUS_ADRALN, address, context);
  } else if (target.kind == PasteTarget::READ_ONLY) {
    forceSignal(SIGSEGV, SEGV_ACCERR, address, context);
  } else if (target.kind == PasteTarget::NO_WINDOW && !isMapped(address)) {
    forceSignal(SIGSEGV, SEGV_MAPERR, address, context);
  } else if (target.kind != PasteTarget::PASTE_ADDRESS) {
    // The wrong type of memory for copy and paste: the kernel's DSISR_BAD_COPYPASTE.
    forceSignal(SIGBUS, BUS_OBJERR, address, context);
  } else {
    const bool isAccepted = isValid && standin.switchboard().paste(target.window, copyBuffer.line.data());
    Counters& counters = standin.counters();
    counters.add(Counters::PASTES);
    counters.add(isAccepted ? Counters::ACCEPTED : Counters::REJECTED);
    const bool so = standin.settings().so || (registers[XER] & XER_SO) != 0;
    registers[CCR] = (registers[CCR] & ~CR0) | (isAccepted ? CR0_EQ : 0) | (so ? CR0_SO : 0);
    registers[NIP] += 4;
    standin.unit().runWithoutThread();
  }
}

void onIllegalInstruction(int, siginfo_t* info, void* context) {
  const int error = errno;
  unsigned long* const registers = static_cast<ucontext_t*>(context)->uc_mcontext.gp_regs;
  uint32_t instruction;
  std::memcpy(&instruction, reinterpret_cast<const void*>(registers[NIP]), sizeof instruction);
  switch (instruction & OPERANDS_MASK) {
    case COPY:
      executeCopy(effectiveAddress(instruction, registers), registers, context);
      break;
    case PASTE:
      executePaste(effectiveAddress(instruction, registers), registers, context);
      break;
    default:
      forceSignal(previousAction, info, context);
  }
  errno = error;
}

}  // namespace

void trapCopyAndPaste() {
  static std::mutex mutex;
  const std::lock_guard<std::mutex> lock(mutex);
  struct sigaction action = {};
  action.sa_sigaction = onIllegalInstruction;
  action.sa_flags = SA_SIGINFO | SA_NODEFER | SA_RESTART | SA_ONSTACK;
  struct sigaction present;
  sigaction(SIGILL, nullptr, &present);
  if ((present.sa_flags & SA_SIGINFO) != 0 && present.sa_sigaction == onIllegalInstruction) return;
  previousAction = present;
  sigaction(SIGILL, &action, nullptr);
}

void forgetCopy() {
  copyBuffer.isValid = false;
}

}  // namespace nx
