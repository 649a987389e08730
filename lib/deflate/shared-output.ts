// SPDX-License-Identifier: MIT
import { WINDOW_BYTES } from '../format/deflate.js'
import type { Output } from './output-window.js'
import { giveTarget, takeTarget } from './spare-targets.js'

const NOTHING = new Uint8Array(0)

/**
 * The plain data of a stream, in memory that streams share: room is taken for each job, and between jobs there is nothing
 * but the history.
 */
export class SharedOutput implements Output {
  history = NOTHING
  room = NOTHING
  /** Where the history lies, from the first output on. */
  #memory = NOTHING
  readonly #leastRoom: number

  /** @param leastRoom bytes of room that are taken at least; always the same, so that it serves every stream */
  constructor(leastRoom: number) {
    this.#leastRoom = leastRoom
  }

  get roomBytes(): number {
    return this.room.length
  }

  makeRoom(bytes: number): void {
    if (this.roomBytes >= bytes) return
    giveTarget(this.room)
    this.room = takeTarget(Math.max(bytes, this.#leastRoom))
  }

  renew(): void {
    this.room = new Uint8Array(this.room.length)
  }

  /** Takes output; if there is any, its memory is whose who asks, to be given back. The history is renewed where it lies. */
  commit(bytes: number): Uint8Array {
    const { room, history } = this
    const output = room.subarray(0, bytes)
    if (bytes === 0) return output
    const kept = Math.min(history.length, Math.max(0, WINDOW_BYTES - bytes))
    const added = output.subarray(Math.max(0, bytes - WINDOW_BYTES))
    if (this.#memory.length === 0) this.#memory = takeTarget(WINDOW_BYTES)
    if (kept > 0) this.#memory.copyWithin(0, history.length - kept, history.length)
    this.#memory.set(added, kept)
    this.history = this.#memory.subarray(0, kept + added.length)
    this.room = NOTHING
    return output
  }

  /** Another stream begins: what was put out so far is not its history. */
  forget(): void {
    this.history = NOTHING
  }

  /** Gives up the room, to which a job may still write. */
  abandonRoom(): void {
    this.room = NOTHING
  }

  /** Gives its memory back. No job may be under way. */
  close(): void {
    giveTarget(this.#memory)
    giveTarget(this.room)
    this.#memory = this.history = this.room = NOTHING
  }
}
