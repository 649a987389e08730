// SPDX-License-Identifier: MIT
import { CRB } from '../../format/crb.js'

/** A CRB between two memories: 128 bytes, to be seen in three ways. */
export class CrbBuffer {
  readonly bytes = new Uint8Array(CRB.size)
  readonly view = new DataView(this.bytes.buffer)
  readonly words = new Uint32Array(this.bytes.buffer)
}

/** Buffers for CRBs, used again: to allocate one takes longer than all that is done with it. */
export class CrbPool {
  readonly #free: CrbBuffer[] = []

  /** A buffer with anything in it. */
  take(): CrbBuffer {
    return this.#free.pop() ?? new CrbBuffer()
  }

  /** Gives a buffer back, which nobody may use any more. */
  give(buffer: CrbBuffer): void {
    this.#free.push(buffer)
  }
}
