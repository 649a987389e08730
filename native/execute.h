// SPDX-License-Identifier: MIT
#pragma once

#include "addon_api.h"

namespace nx {

/**
 * `execute(crb: Uint8Array, regions: Region[], useLowLimit: boolean, maxByteCountHigh: number,
 * maxByteCountLow: number, pageSize: number)`: executes a CRB of 128 bytes at once, in an address space that
 * consists of the regions.
 *
 * A region is `[address: bigint, bytes: Uint8Array]` where all pages are always resident, and then `pageSize`
 * is 0; or
 * `[address, bytes, pages: Uint8Array]` with the state of each page of `pageSize` bytes: 0 absent, 1
 * readable, 2 writable.
 *
 * @returns undefined, or the address that could not be translated; throws a TypeError for other arguments
 */
Napi::Value execute(const Napi::CallbackInfo& info);

}  // namespace nx
