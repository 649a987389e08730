// SPDX-License-Identifier: MIT
import { Buffer } from 'node:buffer'

import { ownBuffer } from '../device/own-buffer.js'

/** Sizes of the memory of small results, a power of two each. Larger results get exactly what they need. */
const LEAST_BYTES = 256
const MOST_BYTES = 4096

/**
 * Most pieces of memory of a size that are made at a time, and their bytes. V8 frees results in a thread of its own, with which
 * `malloc` takes turns for one lock: a call that allocates meanwhile waits for longer than it works, and holds up that thread as
 * well. More at a time meet it more rarely, but more memory lies there. Fewer: small calls take up to half as long again.
 */
const MOST_SPARE = 64
const MOST_SPARE_BYTES = 64 * 1024

/** Pieces of memory of one size that were made ahead: twice as many each time, so that few calls do not pay for many. */
class Spares {
  readonly #pieces: ArrayBuffer[] = []
  readonly #most: number
  #next = 1

  constructor(private readonly bytes: number) {
    this.#most = Math.min(MOST_SPARE, MOST_SPARE_BYTES / bytes)
  }

  take(): ArrayBuffer {
    return this.#pieces.pop() ?? this.#make()
  }

  #make(): ArrayBuffer {
    for (let count = 1; count < this.#next; count++) this.#pieces.push(new ArrayBuffer(this.bytes))
    this.#next = Math.min(2 * this.#next, this.#most)
    return new ArrayBuffer(this.bytes)
  }
}

/** By size, for the smallest first. */
const spares: Spares[] = []
for (let bytes = LEAST_BYTES; bytes <= MOST_BYTES; bytes *= 2) spares.push(new Spares(bytes))

/**
 * A buffer for the result of a call, as `ownBuffer` makes it, in memory that nobody else has anything in. That of a result of up
 * to 4 KiB is a power of two long, and 256 bytes at least, with zeros behind the result; node:zlib's is 16 KiB.
 */
export function resultBuffer(bytes: number): Buffer {
  if (bytes > MOST_BYTES) return ownBuffer(bytes)
  const row = Math.clz32(LEAST_BYTES - 1) - Math.clz32(Math.max(bytes, LEAST_BYTES) - 1)
  return Buffer.from(spares[row].take(), 0, bytes)
}
