// SPDX-License-Identifier: MIT
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <thread>
#include <vector>

#include "../engine/bytes.h"
#include "../job_queue.h"
#include "require.h"

/*
 * The software unit's queue and threads without Node, for ThreadSanitizer: several clients submit jobs to the
 * pool, map and unmap memory meanwhile, and close while jobs are waiting and running.
 */
namespace {

using namespace nx;
using nx::fuzz::require;

constexpr size_t SOURCE_BYTES = 3000;
constexpr size_t TARGET_BYTES = 6000;
constexpr unsigned JOBS_AT_ONCE = 12;
constexpr uint8_t FC_COMPRESS = 0x00;

uint64_t addressOf(const void* bytes) {
  return reinterpret_cast<uintptr_t>(bytes);
}

/** A compress job and its memory. */
struct OwnJob {
  alignas(16) uint8_t control[csb::BYTES + cpb::BYTES] = {};
  uint8_t source[SOURCE_BYTES];
  uint8_t target[TARGET_BYTES];
  SoftwareJob job{};

  explicit OwnJob(unsigned number) {
    for (size_t index = 0; index < SOURCE_BYTES; index++) {
      source[index] = static_cast<uint8_t>((index * (number + 1)) >> (number % 7));
    }
    // Half of them are lent their data, the others' are mapped.
    if (number % 2 == 0) {
      job.source = {addressOf(source), SOURCE_BYTES};
      job.target = {addressOf(target), TARGET_BYTES};
    }
    uint8_t* const crb = job.crb.data();
    crb[crb::FC] = FC_COMPRESS;
    crb[crb::HINT_EFFORT] = static_cast<uint8_t>(number % 10);
    storeBe64(crb + crb::CSB_ADDRESS, addressOf(control));
    setDde(crb + crb::SOURCE_DDE, source, SOURCE_BYTES);
    setDde(crb + crb::TARGET_DDE, target, TARGET_BYTES);
  }

  /** The control blocks, and the data unless they are lent. */
  size_t mappedBytes() const { return job.source.length == 0 ? sizeof *this : sizeof control; }

  static void setDde(uint8_t* dde, const void* bytes, uint32_t length) {
    storeBe32(dde + dde::BYTECOUNT, length);
    storeBe64(dde + dde::ADDRESS, addressOf(bytes));
  }

  bool isDone() const { return __atomic_load_n(control, __ATOMIC_ACQUIRE) == csb::FLAG_V; }
};

/** What an environment does: sends jobs, waits for all of them or closes before they are done. */
void runClient(unsigned client, unsigned rounds) {
  const auto threads = ThreadPool::shared();
  for (unsigned round = 0; round < rounds; round++) {
    std::atomic<unsigned> completions{0};
    std::vector<std::unique_ptr<OwnJob>> jobs;
    for (unsigned number = 0; number < JOBS_AT_ONCE; number++)
      jobs.push_back(std::make_unique<OwnJob>(client + number));
    JobQueue queue(threads, [&completions] { completions++; });
    for (const auto& job : jobs) {
      queue.memory().add(addressOf(job.get()), job->mappedBytes());
      require(queue.submit(job->job), "there is no thread");
    }
    if (round % 3 == 0) queue.close();
    while (queue.pending() > 0) std::this_thread::yield();
    queue.close();
    unsigned done = 0;
    for (const auto& job : jobs) {
      if (job->isDone()) done++;
      if (job->isDone()) require(job->control[csb::CC] == cc::OK, "a job has another CC than 0");
      queue.memory().remove(addressOf(job.get()), job->mappedBytes());
    }
    require(done == completions, "not one completion for each job");
    require(round % 3 == 0 || done == JOBS_AT_ONCE, "a job was lost");
  }
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 3) {
    std::fprintf(stderr, "usage: queue_jobs CLIENTS ROUNDS\n");
    return 2;
  }
  const auto clients = static_cast<unsigned>(std::atoi(arguments[1]));
  const auto rounds = static_cast<unsigned>(std::atoi(arguments[2]));
  std::vector<std::thread> threads;
  for (unsigned client = 0; client < clients; client++) threads.emplace_back(runClient, client, rounds);
  for (std::thread& thread : threads) thread.join();
  std::printf("%u clients, %u rounds of %u jobs: no finding\n", clients, rounds, JOBS_AT_ONCE);
  return 0;
}
