// SPDX-License-Identifier: MIT
#include "fault_handler.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "../engine/bytes.h"
#include "../engine/format.h"
#include "libc.h"

namespace nx {

void FaultHandler::updateCsb(const uint8_t* crb, uint64_t faultAddress) const {
  uint8_t csb[csb::BYTES] = {};
  csb[csb::CC] = CC_TRANSLATION_FAULT;
  csb[csb::CE] = csb::CE_TERMINATE;
  storeBe64(csb + csb::ADDRESS, faultAddress);
  // The kernel takes the whole doubleword for the address, flag bits and all.
  const uint64_t address = loadBe64(crb + crb::CSB_ADDRESS);
  counters_.add(Counters::FAULTS);
  counters_.add(Counters::ENDS_BY_CC + CC_TRANSLATION_FAULT);
  const uint8_t flags = csb::FLAG_V;
  if (!user_.write(address, csb, sizeof csb) || !user_.write(address, &flags, 1)) signalProcess(address);
}

/** To the process, with si_addr. The kernel's si_code is SEGV_MAPERR, which only the kernel may send. */
void FaultHandler::signalProcess(uint64_t csbAddress) const {
  siginfo_t info = {};
  info.si_signo = SIGSEGV;
  info.si_errno = EFAULT;
  info.si_code = SI_QUEUE;
  info.si_addr = reinterpret_cast<void*>(static_cast<uintptr_t>(csbAddress));
  counters_.add(Counters::SEGV_SENT);
  libc().syscall(SYS_rt_sigqueueinfo, getpid(), SIGSEGV, &info);
}

}  // namespace nx
