// SPDX-License-Identifier: MIT
#pragma once

/**
 * A worker may be terminated while a function of the addon runs, and then nothing of JavaScript can be called
 * or thrown any more. With this the wrappers take it for nothing instead of ending the process; results are
 * empty.
 */
#define NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS

#include <napi.h>
