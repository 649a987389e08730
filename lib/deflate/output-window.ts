// SPDX-License-Identifier: MIT
import { ownBuffer } from '../device/own-buffer.js'
import { WINDOW_BYTES } from '../format/deflate.js'

/** Room does not grow beyond this many bytes: a job's target must stay below 4 GiB, and memory is not to be wasted. */
const MOST_DOUBLED_BYTES = 256 * 1024 * 1024

/** Where jobs put the plain data of a stream: room for a job's target, and the history that the next job needs. */
export interface Output {
  /** The last bytes of the output, at most 32 KiB. */
  readonly history: Uint8Array
  /** The room for more output. */
  readonly room: Uint8Array
  /** Bytes of it. */
  readonly roomBytes: number
  /** Makes sure that there is room for `bytes` more. */
  makeRoom(bytes: number): void
  /** Takes other memory: a job may still write to the room. What was put out stays where it is. */
  renew(): void
  /** Takes the first `bytes` of the room as output. */
  commit(bytes: number): Uint8Array
}

/**
 * The plain data of a stream as it is produced: room for a job's target, directly behind the last 32 KiB that the next
 * job needs as history.
 */
export class OutputWindow implements Output {
  #bytes: Uint8Array
  #end = 0
  /** Where the stream's output starts in `#bytes`; nothing before it is history. */
  #start = 0

  /**
   * @param bytes room to begin with
   * @param keep true: room that was filled stays as it is, so that the pieces of the output stay valid; false: it is
   * reused
   */
  constructor(
    bytes: number,
    private readonly keep: boolean,
  ) {
    this.#bytes = this.#allocate(bytes)
  }

  /** The last bytes of the output, at most 32 KiB. */
  get history(): Uint8Array {
    return this.#bytes.subarray(Math.max(this.#start, this.#end - WINDOW_BYTES), this.#end)
  }

  /** The room behind the output. */
  get room(): Uint8Array {
    return this.#bytes.subarray(this.#end)
  }

  /** Bytes of it. */
  get roomBytes(): number {
    return this.#bytes.length - this.#end
  }

  /** Puts bytes before the output that can be referred to but are not part of it: a preset dictionary. */
  seed(dictionary: Uint8Array): void {
    const used = dictionary.subarray(Math.max(0, dictionary.length - WINDOW_BYTES))
    this.makeRoom(used.length)
    this.#bytes.set(used, this.#end)
    this.#end += used.length
  }

  /** Makes sure that there is room for `bytes` more. */
  makeRoom(bytes: number): void {
    if (this.roomBytes >= bytes) return
    const { history } = this
    const wanted = history.length + bytes
    if (this.keep || this.#bytes.length < wanted) {
      // Doubling keeps the number of pieces, and so of copies of history, small.
      const doubled = Math.min(this.#bytes.length * 2, MOST_DOUBLED_BYTES)
      const larger = this.#allocate(Math.max(wanted, this.keep ? doubled : 0))
      larger.set(history)
      this.#bytes = larger
    } else {
      this.#bytes.copyWithin(0, this.#end - history.length, this.#end)
    }
    this.#start = 0
    this.#end = history.length
  }

  /** Takes other memory: a job may still write to the room. What was put out stays where it is. */
  renew(): void {
    const { history } = this
    const renewed = this.#allocate(this.#bytes.length)
    renewed.set(history)
    this.#bytes = renewed
    this.#start = 0
    this.#end = history.length
  }

  /** Another stream begins: what was put out so far is not its history. */
  forget(): void {
    this.#start = this.#end
  }

  /** Takes the first `bytes` of the room as output. */
  commit(bytes: number): Uint8Array {
    const piece = this.#bytes.subarray(this.#end, this.#end + bytes)
    this.#end += bytes
    return piece
  }

  /**
   * Memory of which a part that is kept is handed out whole or not at all need not be clear. Of memory that is reused, pieces
   * are handed out with what lies around them.
   */
  #allocate(bytes: number): Uint8Array {
    return this.keep ? new Uint8Array(ownBuffer(bytes).buffer) : new Uint8Array(bytes)
  }
}
