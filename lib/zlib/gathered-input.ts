// SPDX-License-Identifier: MIT
import { giveTarget, takeTarget } from '../deflate/spare-targets.js'

/**
 * Bytes that are gathered before a job is run without a flush. Larger: fewer jobs and tables. Smaller: less memory a
 * stream, and output comes earlier.
 */
const GATHER_BYTES = 128 * 1024

const NOTHING = new Uint8Array(0)

/** Input of a compressing stream that waits for its job, in spare memory that grows with it. */
export class GatheredInput {
  #memory = NOTHING
  #length = 0

  get length(): number {
    return this.#length
  }

  /** Bytes that are still to come before it is enough for a job. */
  get room(): number {
    return GATHER_BYTES - this.#length
  }

  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#memory.subarray(0, this.#length)
  }

  /** Copies input, as much as there is room for; returns how much. */
  add(input: Uint8Array): number {
    const taken = Math.min(input.length, this.room)
    const needed = this.#length + taken
    if (this.#memory.length < needed) {
      const larger = takeTarget(Math.min(GATHER_BYTES, Math.max(needed, this.#memory.length * 2)))
      larger.set(this.bytes)
      giveTarget(this.#memory)
      this.#memory = larger
    }
    this.#memory.set(taken < input.length ? input.subarray(0, taken) : input, this.#length)
    this.#length = needed
    return taken
  }

  /** Begins anew where it lies. */
  clear(): void {
    this.#length = 0
  }

  /** Hands it over with its memory, and begins anew in other. */
  take(): Uint8Array<ArrayBuffer> {
    const { bytes } = this
    this.#memory = NOTHING
    this.#length = 0
    return bytes
  }

  /** Begins anew, and gives its memory back. No job may read it. */
  release(): void {
    giveTarget(this.take())
  }
}
