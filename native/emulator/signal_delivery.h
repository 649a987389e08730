// SPDX-License-Identifier: MIT
#pragma once

#include <csignal>
#include <cstdint>

namespace nx {

/**
 * Delivers a signal to the calling thread as the kernel forces it for a faulting instruction: to the
 * program's handler with its si_code and address; if it is ignored or blocked, or there is no handler, the
 * process ends. To be called from a signal handler with the context that it got.
 */
void forceSignal(int number, int code, uint64_t address, void* context);

/** The same with a signal that has been received already. */
void forceSignal(const struct sigaction& action, siginfo_t* info, void* context);

}  // namespace nx
