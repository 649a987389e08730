// SPDX-License-Identifier: MIT
#pragma once

namespace nx {

/**
 * Takes over SIGILL, which qemu-user raises at `copy` and `paste.`: they are executed by the stand-in. Other
 * illegal instructions go to the action that there was before. Harmless when repeated.
 */
void trapCopyAndPaste();

/** Invalidates the calling thread's copy buffer, as the kernel's cp_abort. */
void forgetCopy();

}  // namespace nx
