// SPDX-License-Identifier: MIT
import { CRB } from '../../format/crb.js'
import type { CrbBuffer } from './crb-buffer.js'

const ENTRY_WORDS = CRB.size / 4

/**
 * A ring of 128-byte entries in memory that the switchboard writes and its receiver reads. How many entries are free is
 * not the ring's knowledge but that of the receive window's credits, which keep the writer from overtaking the reader.
 */
export class Fifo {
  readonly bytes: Uint8Array
  readonly #view: DataView
  readonly #words: Uint32Array
  #write = 0

  /**
   * @param entries entries of the ring; more than there are credits is harmless
   * @param realAddress where the ring lies in real memory
   */
  constructor(
    readonly entries: number,
    readonly realAddress: number,
  ) {
    this.bytes = new Uint8Array(entries * CRB.size)
    this.#view = new DataView(this.bytes.buffer)
    this.#words = new Uint32Array(this.bytes.buffer)
  }

  /** Writes an entry behind the last one. Returns its index. */
  push(crb: Uint8Array): number {
    const index = this.#write
    this.bytes.set(crb, index * CRB.size)
    this.#write = (index + 1) % this.entries
    return index
  }

  /** An entry in place, to look at or to mark. */
  entry(index: number): DataView {
    return new DataView(this.#view.buffer, index * CRB.size, CRB.size)
  }

  /** Copies an entry into a buffer: its place in the ring may be written again. */
  read(index: number, into: CrbBuffer): void {
    const at = index * ENTRY_WORDS
    for (let word = 0; word < ENTRY_WORDS; word++) into.words[word] = this.#words[at + word]
  }

  /** A copy of an entry: its place in the ring may be written again. */
  copy(index: number): DataView {
    const at = index * CRB.size
    return new DataView(this.bytes.buffer.slice(at, at + CRB.size))
  }
}
