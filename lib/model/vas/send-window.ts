import type { AddressSpace } from '../address-space.js'

/**
 * Send window context: who may paste CRBs, in which address space they are executed, and how many may be under way at
 * a time (UM 6.1). A credit is taken by a paste and returned when the job completes, or by the fault handler.
 */
export class SendWindow {
  #credits: number

  constructor(
    readonly id: number,
    readonly space: AddressSpace,
    /** Most jobs under way: 1024 on bare metal, 1 on PowerVM. */
    readonly capacity: number,
  ) {
    this.#credits = capacity
  }

  get credits(): number {
    return this.#credits
  }

  takeCredit(): void {
    this.#credits--
  }

  returnCredit(): void {
    this.#credits++
  }
}
