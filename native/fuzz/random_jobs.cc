// SPDX-License-Identifier: MIT
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <thread>
#include <vector>

#include "oracle.h"
#include "seeds.h"

/*
 * The fuzzer's checks on inputs that need no fuzzer: seeds with some bytes changed. For valgrind, which
 * cannot run with libFuzzer, and for ThreadSanitizer, with a unit for each thread.
 */
namespace {

using nx::fuzz::Bytes;

/** Most bytes that are changed. More: fewer jobs are valid, and the others end at the first rule they break.
 */
constexpr unsigned MAX_CHANGES = 4;

Bytes changed(const Bytes& seed, std::mt19937& random) {
  Bytes input = seed;
  for (unsigned left = random() % (MAX_CHANGES + 1); left > 0; left--) {
    uint8_t& byte = input[random() % input.size()];
    byte = static_cast<uint8_t>(random() % 2 == 0 ? random() : byte ^ 1u << random() % 8);
  }
  return input;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 4) {
    std::fprintf(stderr, "usage: random_jobs JOBS THREADS SEED\n");
    return 2;
  }
  const auto jobs = static_cast<unsigned long>(std::atol(arguments[1]));
  const int threads = std::atoi(arguments[2]);
  const auto seed = static_cast<unsigned>(std::atoi(arguments[3]));
  const std::vector<Bytes> seeds = nx::fuzz::makeSeeds();
  std::atomic<unsigned> inputs{0};
  const auto work = [&] {
    std::optional<nx::GzipUnit> unit;
    while (nx::fuzz::Job::runs() < jobs) {
      std::mt19937 random(seed + inputs++);
      const Bytes input = changed(seeds[random() % seeds.size()], random);
      nx::fuzz::check(input.data(), input.size(), unit);
    }
  };
  std::vector<std::thread> workers;
  for (int index = 0; index < threads; index++) workers.emplace_back(work);
  for (std::thread& worker : workers) worker.join();
  std::printf("%lu jobs of %u inputs, seed %u, %d threads: no finding\n", nx::fuzz::Job::runs(),
              inputs.load(), seed, threads);
  return 0;
}
