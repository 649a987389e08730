// SPDX-License-Identifier: MIT
/**
 * Where an engine writes its output: bytes that start at the first target byte and can grow up to the job's target space.
 *
 * An engine writes into `bytes` and checks against `bytes.length`. When it needs more it calls `grow`; false means that
 * the target space is exhausted (CC=13). After a successful `grow`, `bytes` is another array with the same contents.
 */
export interface Target {
  readonly bytes: Uint8Array
  /** Makes room beyond the present `bytes.length`; `used` bytes are kept. */
  grow(used: number): boolean
}

/** Target space that is one piece of memory: the engine writes straight into it. */
export class DirectTarget implements Target {
  constructor(readonly bytes: Uint8Array) {}

  grow(): boolean {
    return false
  }
}

/** First size of a gathered target in bytes. Larger: more memory for small jobs. Smaller: more copies while it grows. */
const FIRST_BYTES = 64 * 1024

/** Target space that is scattered over DDEs: the engine writes into a buffer that is scattered afterwards. */
export class GatheredTarget implements Target {
  bytes: Uint8Array

  /** @param capacity all the bytes that the DDEs have room for */
  constructor(readonly capacity: number) {
    this.bytes = new Uint8Array(Math.min(capacity, FIRST_BYTES))
  }

  grow(used: number): boolean {
    if (this.bytes.length >= this.capacity) return false
    const larger = new Uint8Array(Math.min(this.capacity, this.bytes.length * 4))
    larger.set(this.bytes.subarray(0, used))
    this.bytes = larger
    return true
  }
}
