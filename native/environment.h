// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "engine/gzip_unit.h"
#include "huffman_table.h"
#include "thread_pool.h"

namespace nx {

/** What each environment (main thread or worker) that loads the addon has: its instance data. */
struct Environment {
  /** Keeps the threads that all environments share. */
  std::shared_ptr<ThreadPool> threads = ThreadPool::shared();
  /** Executes what is to run in the caller's thread, which may follow from what other threads did. */
  GzipUnit unit{threads->tokens()};
  TableMaker tableMaker;
  /** What it makes. */
  HuffmanTable table;
};

}  // namespace nx
