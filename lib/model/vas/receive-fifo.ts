import { CRB } from '../../format/crb.js'

/**
 * Receive FIFO of an accelerator: a ring of CRBs that VAS fills and NX empties (UM 6.1). Its credits are its free
 * entries; NX returns one when it takes a CRB out.
 */
export class ReceiveFifo {
  readonly #entries: Uint8Array[] = []

  /** @param capacity entries, 1..65535; skiboot gives the gzip FIFO 256 */
  constructor(readonly capacity: number) {}

  get credits(): number {
    return this.capacity - this.#entries.length
  }

  get isEmpty(): boolean {
    return this.#entries.length === 0
  }

  /** Writes a stamped CRB. The caller has checked that a credit is there. */
  push(crb: Uint8Array): void {
    this.#entries.push(crb)
  }

  /** Takes the oldest CRB out, which returns its credit. */
  shift(): DataView | undefined {
    const entry = this.#entries.shift()
    return entry && new DataView(entry.buffer, entry.byteOffset, CRB.size)
  }
}
