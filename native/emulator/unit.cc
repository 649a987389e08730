// SPDX-License-Identifier: MIT
#include "unit.h"

#include <pthread.h>

#include <csignal>
#include <cstring>
#include <optional>

#include "../engine/bytes.h"
#include "../engine/function_codes.h"

namespace nx {

namespace {

/** FC(5): the Low byte-count limit applies (UM 6.11.5). */
constexpr uint8_t FC_LIMIT = 0x01;

uint64_t csbAddressOf(const Job& job) {
  return loadBe64(job.crb.data() + crb::CSB_ADDRESS) & crb::CSB_ADDRESS_MASK;
}

/** A job ended with its target written: CC 0 and 64, and CC 3 of a suspended one. */
bool hasOutput(const uint8_t* csb) {
  return (csb[csb::CE] & csb::CE_TERMINATE) == 0;
}

}  // namespace

Unit::Unit(const Settings& settings, Counters& counters, Switchboard& switchboard, const UserMemory& user)
    : settings_(settings),
      counters_(counters),
      switchboard_(switchboard),
      faultHandler_(user, counters),
      memory_(settings, user) {}

void Unit::start() {
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, &before);
  pthread_t thread;
  const int error = pthread_create(
      &thread, nullptr,
      [](void* unit) -> void* {
        for (;;) static_cast<Unit*>(unit)->runOne();
      },
      this);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (error != 0) refuse("no thread for the unit");
  pthread_detach(thread);
  hasThread_ = true;
}

void Unit::runWithoutThread() {
  while (!hasThread_ && switchboard_.hasJobs()) runOne();
}

void Unit::runOne() {
  const Job job = switchboard_.take();
  execute(job);
  switchboard_.returnCredit(*job.window);
}

void Unit::execute(const Job& job) {
  const uint8_t* const crb = job.crb.data();
  const int cc = ordered(settings_.completionCodes, job.number, -1);
  memory_.begin();
  const std::optional<uint64_t> fault = cc >= 0
                                            ? endUnexecuted(job, static_cast<uint8_t>(cc))
                                            : engine_.execute(crb, memory_, (crb[crb::FC] & FC_LIMIT) != 0,
                                                              {settings_.limitHigh, settings_.limitLow});
  if (fault) {
    memory_.faultWasReported(*fault);
    faultHandler_.updateCsb(crb, *fault);
  } else {
    publish(job, memory_.csbLine());
  }
}

/** Ends a job with a code that was ordered; returns the address at fault, as the engine does. */
std::optional<uint64_t> Unit::endUnexecuted(const Job& job, uint8_t cc) {
  if (cc == CC_TRANSLATION_FAULT) return loadBe64(job.crb.data() + crb::SOURCE_DDE + dde::ADDRESS);
  uint64_t fault = 0;
  uint8_t* const line = memory_.resolve(csbAddressOf(job), csb::BYTES, true, fault);
  if (line == nullptr) return fault;
  std::memset(line, 0, csb::BYTES);
  line[csb::FLAGS] = csb::FLAG_V;
  line[csb::CC] = cc;
  line[csb::CE] = csb::CE_TERMINATE | csb::CE_TPBC;
  return std::nullopt;
}

/** Counts the end of a job, then lets the program see it: body first, V last (UM 6.9). */
void Unit::publish(const Job& job, const uint8_t* line) {
  auto* const csb = reinterpret_cast<uint8_t*>(static_cast<uintptr_t>(csbAddressOf(job)));
  counters_.add(Counters::COMPLETED);
  counters_.add(Counters::ENDS_BY_CC + line[csb::CC]);
  if (hasOutput(line)) {
    const uint8_t* const cpb = csb + csb::BYTES;
    counters_.add(Counters::BYTES_IN, loadBe32(cpb + gzipFunction(job.crb[crb::FC]).spbc));
    counters_.add(Counters::BYTES_OUT, loadBe32(line + csb::TPBC));
  }
  std::memcpy(csb + 1, line + 1, csb::BYTES - 1);
  __atomic_store_n(csb, line[csb::FLAGS], __ATOMIC_RELEASE);
}

}  // namespace nx
