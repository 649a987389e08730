// SPDX-License-Identifier: MIT
#pragma once

namespace nx {

/** What the kernel tells about the processor. */
struct Processor {
  /** Version of the Power ISA: "2.07", "3.0" or "3.1"; null on other processors. */
  const char* isa;
  /** Whether it has the instructions copy and paste, which came with version 3.0. */
  bool copyPaste;
};

/** Asks the kernel. The instructions are not tried out: without them the process gets a SIGILL. */
Processor processor();

}  // namespace nx
