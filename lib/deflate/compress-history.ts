// SPDX-License-Identifier: MIT
import { QUADWORD } from '../format/cpb.js'
import { WINDOW_BYTES } from '../format/deflate.js'

/** What one compress job is given. */
export interface BlockSource {
  readonly source: Uint8Array | Uint8Array[]
  readonly histlen: number
  /** Bytes of data behind the history. */
  readonly bytes: number
}

/** The last 32 KiB of a stream so far, to which what follows may refer. */
export class CompressHistory {
  #bytes: Uint8Array
  /** Where it lies, once it is its own. */
  #window: Uint8Array<ArrayBuffer> | undefined

  /** @param bytes at most 32 KiB, which nobody may change */
  constructor(bytes: Uint8Array = new Uint8Array(0)) {
    this.#bytes = bytes
  }

  get bytes(): Uint8Array {
    return this.#bytes
  }

  /** Nothing that follows refers to what was so far. */
  forget(): void {
    this.#bytes = new Uint8Array(0)
  }

  /**
   * The source of a resume job: history in whole quadwords, then the input from `at` to `end`. Leading bytes of history that
   * do not fill a quadword are dropped (UM 2.8.1).
   *
   * @param most bytes of history at most
   */
  before(input: Uint8Array, at: number, end: number, most: number): BlockSource {
    const available = Math.min(most, at + this.#bytes.length)
    const history = available - (available % QUADWORD)
    const earlier = history - at
    const source =
      earlier <= 0
        ? input.subarray(at - history, end)
        : [this.#bytes.subarray(this.#bytes.length - earlier), input.subarray(0, end)]
    return { source, histlen: history / QUADWORD, bytes: end - at }
  }

  /** The history of what begins at a place in the next input. It stands as long as that and this one. */
  at(input: Uint8Array, at: number): CompressHistory {
    const missing = Math.min(this.#bytes.length, Math.max(0, WINDOW_BYTES - at))
    const before = input.subarray(Math.max(0, at - WINDOW_BYTES), at)
    if (missing === 0) return new CompressHistory(before)
    if (at === 0) return new CompressHistory(this.#bytes)
    const both = new Uint8Array(missing + at)
    both.set(this.#bytes.subarray(this.#bytes.length - missing))
    both.set(before, missing)
    return new CompressHistory(both)
  }

  /** Adds input, and keeps the last 32 KiB. */
  add(input: Uint8Array): void {
    const before = this.#bytes
    const kept = Math.min(before.length, Math.max(0, WINDOW_BYTES - input.length))
    const added = input.subarray(Math.max(0, input.length - WINDOW_BYTES))
    this.#window ??= new Uint8Array(WINDOW_BYTES)
    // Within one piece of memory, so that a stream makes no garbage of 32 KiB with each job.
    this.#window.set(before.subarray(before.length - kept))
    this.#window.set(added, kept)
    this.#bytes = this.#window.subarray(0, kept + added.length)
  }
}
