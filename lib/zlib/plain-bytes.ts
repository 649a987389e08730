// SPDX-License-Identifier: MIT
import { Buffer } from 'node:buffer'

/**
 * The same bytes as a Uint8Array of the ordinary class. A subclass may make something else of `subarray`, and so of our
 * input: its constructor is the caller's.
 */
export function plainBytes(view: NodeJS.ArrayBufferView): Uint8Array {
  const prototype: unknown = Object.getPrototypeOf(view)
  if (prototype === Uint8Array.prototype) return view as Uint8Array
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength)
}

/**
 * The same for who only reads bytes and length, and copies: a Buffer of the ordinary class is as good, and spares the call a
 * view.
 */
export function readableBytes(view: NodeJS.ArrayBufferView): Uint8Array {
  const prototype: unknown = Object.getPrototypeOf(view)
  return prototype === Buffer.prototype ? (view as Buffer) : plainBytes(view)
}

/** What comes behind the first `at` bytes: the same view if there are none. */
export function behind(bytes: Uint8Array, at: number): Uint8Array {
  return at === 0 ? bytes : bytes.subarray(at)
}
