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

  /** VAS tells NX that it has written a CRB. */
  notify(): void {
    this.#waiting++
  }

  /** Takes the oldest CRB out. Returning the receive credit is the caller's part. */
  take(): DataView {
    const crb = this.#fifo.copy(this.#read)
    this.#read = (this.#read + 1) % this.#fifo.entries
    this.#waiting--
    return crb
  }
}
