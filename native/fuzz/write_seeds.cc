// SPDX-License-Identifier: MIT
#include <cstdio>
#include <string>

#include "seeds.h"

/** Writes the seed corpus into the folder that it is given, a file for each seed. */
int main(int count, char** arguments) {
  if (count != 2) {
    std::fprintf(stderr, "usage: write_seeds FOLDER\n");
    return 2;
  }
  unsigned number = 0;
  for (const nx::fuzz::Bytes& seed : nx::fuzz::makeSeeds()) {
    const std::string path = std::string(arguments[1]) + "/seed-" + std::to_string(number++);
    std::FILE* file = std::fopen(path.c_str(), "wb");
    if (file == nullptr || std::fwrite(seed.data(), 1, seed.size(), file) != seed.size() ||
        std::fclose(file) != 0) {
      std::perror(path.c_str());
      return 1;
    }
  }
  std::printf("%u seeds\n", number);
  return 0;
}
