// SPDX-License-Identifier: MIT
import { Buffer } from 'node:buffer'

/** No bytes. */
export const NOTHING = new Uint8Array(0)

/**
 * The same bytes as a Uint8Array of the ordinary class. A subclass may make something else of `subarray`, and so of our
 * input: its constructor is the caller's. There are none where the memory went away: of that no other view can be made.
 */
export function plainBytes(view: NodeJS.ArrayBufferView): Uint8Array {
  const { byteLength } = view
  if (byteLength === 0) return NOTHING
  const prototype: unknown = Object.getPrototypeOf(view)
  if (prototype === Uint8Array.prototype) return view as Uint8Array
  return new Uint8Array(view.buffer, view.byteOffset, byteLength)
}

/**
 * The same for who only reads bytes and length, and copies: a Buffer of the ordinary class is as good, and spares the call a
 * view.
 */
export function readableBytes(view: NodeJS.ArrayBufferView): Uint8Array {
  const isBuffer = Object.getPrototypeOf(view) === Buffer.prototype && view.byteLength > 0
  return isBuffer ? (view as Buffer) : plainBytes(view)
}

/** What comes behind the first `at` bytes: the same view if there are none. */
export function behind(bytes: Uint8Array, at: number): Uint8Array {
  return at === 0 ? bytes : bytes.subarray(at)
}
