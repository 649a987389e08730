// SPDX-License-Identifier: MIT
#include "signal_delivery.h"

#include <pthread.h>
#include <ucontext.h>

namespace nx {

namespace {

[[noreturn]] void endProcess(int number) {
  struct sigaction action = {};
  action.sa_handler = SIG_DFL;
  sigaction(number, &action, nullptr);
  sigset_t only;
  sigemptyset(&only);
  sigaddset(&only, number);
  pthread_sigmask(SIG_UNBLOCK, &only, nullptr);
  for (;;) raise(number);
}

}  // namespace

void forceSignal(int number, int code, uint64_t address, void* context) {
  struct sigaction action;
  sigaction(number, nullptr, &action);
  siginfo_t info = {};
  info.si_signo = number;
  info.si_code = code;
  info.si_addr = reinterpret_cast<void*>(static_cast<uintptr_t>(address));
  forceSignal(action, &info, context);
}

void forceSignal(const struct sigaction& action, siginfo_t* info, void* context) {
  const int number = info->si_signo;
  const auto& interrupted = static_cast<const ucontext_t*>(context)->uc_sigmask;
  const bool isHandled = action.sa_handler != SIG_DFL && action.sa_handler != SIG_IGN;
  if (!isHandled || sigismember(&interrupted, number) == 1) endProcess(number);

  sigset_t during = action.sa_mask;
  if ((action.sa_flags & SA_NODEFER) == 0) sigaddset(&during, number);
  sigset_t before;
  pthread_sigmask(SIG_BLOCK, &during, &before);
  if ((action.sa_flags & SA_SIGINFO) != 0) {
    action.sa_sigaction(number, info, context);
  } else {
    action.sa_handler(number);
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

}  // namespace nx
