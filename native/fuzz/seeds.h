// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "job.h"

namespace nx::fuzz {

/**
 * Inputs to start from: plain data of several kinds for every compress function, streams of every kind of
 * block for every decompress function, jobs that go on within blocks, scattered, limited and without all of
 * their pages.
 */
std::vector<Bytes> makeSeeds();

}  // namespace nx::fuzz
