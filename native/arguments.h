// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "addon_api.h"

/** What the addon's functions do with their arguments and errors. */
namespace nx {

bool isBytes(const Napi::Value& value);

/** Where the bytes of a Uint8Array are and how many; null: it is none, or has none. One question to Node-API,
 * as every job has some. */
uint8_t* bytesOf(const Napi::Value& value, size_t& length);

/** Where the bytes of a CRB are; null for anything else. */
uint8_t* crbOf(const Napi::Value& value);

/**
 * Effective address of the first byte; 0: there are none. Node-API moves the bytes of a small array, which V8
 * keeps on its own heap, to memory of their own when it is asked where they are, and they never move again.
 */
uint64_t addressOf(const Napi::Uint8Array& view);

/** Throws a TypeError into JavaScript that shows how the function is to be called. */
void throwUsage(Napi::Env env, const char* usage);

/** Throws an error with a `code` of lib/errors.ts into JavaScript. */
void throwCoded(Napi::Env env, const char* code, const char* message);

}  // namespace nx
