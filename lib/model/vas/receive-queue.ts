// SPDX-License-Identifier: MIT
import type { CrbBuffer } from './crb-buffer.js'
import type { Fifo } from './fifo.js'
import type { ReceiveWindow } from './window.js'

/** What NX keeps of a receive FIFO: where it reads next, and how much VAS has told it of. */
export class ReceiveQueue {
  #read = 0
  #waiting = 0

  constructor(readonly window: ReceiveWindow) {}

  get #fifo(): Fifo {
    return this.window.fifo
  }

  get isEmpty(): boolean {
    return this.#waiting === 0
  }

  /** The CRBs that wait, in place, the oldest first. */
  get entries(): DataView[] {
    const { entries } = this.#fifo
    return Array.from({ length: this.#waiting }, (_, place) =>
      this.#fifo.entry((this.#read + place) % entries),
    )
  }

  /** VAS tells NX that it has written a CRB. */
  notify(): void {
    this.#waiting++
  }

  /** Takes the oldest CRB out, into a buffer. Returning the receive credit is the caller's part. */
  take(into: CrbBuffer): void {
    this.#fifo.read(this.#read, into)
    this.#read = (this.#read + 1) % this.#fifo.entries
    this.#waiting--
  }
}
