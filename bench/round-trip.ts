// SPDX-License-Identifier: MIT
import { gunzipSync } from 'node:zlib'

/** What was compressed and decompressed is not what it was: the one thing that makes the benchmark fail. */
export class RoundTripError extends Error {
  override readonly name = 'RoundTripError'
}

/** Throws unless both are the same bytes. */
export function checkSame(actual: Uint8Array, expected: Uint8Array, what: string): void {
  if (!Buffer.from(actual.buffer, actual.byteOffset, actual.length).equals(expected))
    throw new RoundTripError(`${what} of ${expected.length} bytes is not what it was`)
}

/** Throws unless node:zlib restores the bytes. */
export function checkRestores(packed: Uint8Array, expected: Uint8Array, what: string): void {
  let restored: Uint8Array
  try {
    restored = gunzipSync(packed)
  } catch (error) {
    throw new RoundTripError(`${what} of ${expected.length} bytes cannot be decompressed: ${String(error)}`)
  }
  checkSame(restored, expected, what)
}
