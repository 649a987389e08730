// SPDX-License-Identifier: MIT
import { CM_INTERRUPT, CCB, CRB, CRB_CCB } from '../../format/crb.js'
import { completeUnexecuted, CSB } from '../../format/csb.js'
import { FC_LOW_LIMIT } from '../../format/function-codes.js'
import { FAULT_STAMP, STAMP_OFFSET, VAS_STAMP } from '../../format/stamps.js'
import type { JobUnit } from '../nx/gzip-unit.js'
import type { Slices } from '../nx/slices.js'
import { CrbPool, type CrbBuffer } from './crb-buffer.js'
import type { ReceiveQueue } from './receive-queue.js'
import type { Injection } from './injection.js'
import type { TraceSink } from './trace.js'
import type { ReceiveWindow, SendWindow } from './window.js'

/** What the unit needs of the switchboard it is attached to. */
export interface NxPort {
  readonly vasId: number
  readonly sink: TraceSink
  findWindow(id: number): ReceiveWindow | SendWindow | undefined
  returnSendCredit(window: SendWindow): void
  returnReceiveCredit(window: ReceiveWindow): void
  /** Pastes a CRB with a fault stamp to the fault window. False: no credit, NX has to hold it. */
  pasteFault(window: SendWindow, crb: Uint8Array): boolean
  /** Writes to the interrupt address of a window that asked for an interrupt on completion. */
  raiseUserInterrupt(window: SendWindow): void
}

/** A CRB in one of the DMA controller's two slots. */
interface Dispatched {
  readonly buffer: CrbBuffer
  readonly high: boolean
}

/** A CRB that is being executed. */
interface Executing {
  readonly buffer: CrbBuffer
  readonly window: SendWindow
  /** What is left to do; it ends with the address that could not be translated, if there is one. */
  readonly slices: Slices<{ readonly fsa: bigint } | undefined>
}

/** Fault status that the translation of an absent page comes back with: any value but 0 is a fault. */
const FAULT_STATUS_NO_PTE = 0x02

/**
 * The gzip channel of an NX: UMAC takes CRBs from the high and the normal receive FIFO, preferring the high one; the DMA
 * controller holds a current and a pending one and has the current one executed (UM 6.1, 6.11.5).
 */
export class NxChannel {
  #executing: Executing | undefined
  #pending: Dispatched | undefined
  /** A CRB with a fault stamp that the fault window had no credit for. */
  #held: { readonly window: SendWindow; readonly buffer: CrbBuffer } | undefined
  readonly #pool = new CrbPool()

  constructor(
    private readonly unit: JobUnit,
    private readonly high: ReceiveQueue,
    private readonly normal: ReceiveQueue,
    private readonly thresholdMode: boolean,
    private readonly injection: Injection,
    private readonly port: NxPort,
  ) {}

  /** True when a fault waits for a credit of the fault window: nothing goes on until one is there. */
  get isStalled(): boolean {
    return this.#held !== undefined
  }

  /** The CRB that is being executed. */
  get current(): DataView | undefined {
    return this.#executing?.buffer.view
  }

  /** The CRB in the pending slot of the DMA controller. */
  get pending(): DataView | undefined {
    return this.#pending?.buffer.view
  }

  /** The window whose fault is held back while the fault window has no credit. */
  get stalledFor(): SendWindow | undefined {
    return this.#held?.window
  }

  /** True when there is something to execute. */
  get hasWork(): boolean {
    return (
      this.#executing !== undefined ||
      this.#pending !== undefined ||
      !this.high.isEmpty ||
      !this.normal.isEmpty
    )
  }

  /** A credit of the fault window came back: what was held goes out. */
  retryHeld(): void {
    const held = this.#held
    if (!held || !this.port.pasteFault(held.window, held.buffer.bytes)) return
    this.#held = undefined
    this.#pool.give(held.buffer)
  }

  /** Executes one CRB, or a slice of a large one. */
  step(): void {
    this.#executing ??= this.#begin()
    if (!this.#executing) return
    const { buffer, window, slices } = this.#executing
    const slice = slices.next()
    if (!slice.done) return
    this.#executing = undefined
    this.#end(buffer, window, slice.value?.fsa)
  }

  /** Takes the next CRB; undefined if there is none, or no work in it for the unit. */
  #begin(): Executing | undefined {
    const current = this.#pending ?? this.#fetch()
    if (!current) return undefined
    this.#pending = this.#fetch()
    const { buffer } = current
    const { view: crb } = buffer
    const window = this.port.findWindow(VAS_STAMP.field.send_wc_id.get(crb, STAMP_OFFSET))
    if (window?.kind === 'send') return this.#dispatch(buffer, window)
    this.#pool.give(buffer)
    return undefined
  }

  #dispatch(buffer: CrbBuffer, window: SendWindow): Executing | undefined {
    const { view: crb } = buffer
    const { sink, vasId: vas } = this.port
    const fc = CRB.field.fc.get(crb, 0)
    sink.trace?.({ kind: 'dispatch', vas, window: window.id, fc })
    // The hypervisor may have marked the CRB while it was in the FIFO: NX drops it.
    const isInvalid = VAS_STAMP.field.vas_invalid.get(crb, STAMP_OFFSET) === 1
    const injected = isInvalid ? undefined : this.injection.nextJob()
    if (isInvalid || injected === 'hang') {
      if (isInvalid) this.port.returnSendCredit(window)
      this.#pool.give(buffer)
      return undefined
    }
    if (injected === undefined) {
      return { buffer, window, slices: this.unit.execute(crb, window.opener.mm, this.#useLowLimit(fc)) }
    }
    this.#end(buffer, window, completeWith(crb, window, injected))
    return undefined
  }

  /** @param fsa the address that could not be translated, if there is one: then the CRB was not completed */
  #end(buffer: CrbBuffer, window: SendWindow, fsa: bigint | undefined): void {
    if (fsa === undefined) this.#completed(buffer.view, window)
    else this.#reportFault(buffer, window, fsa)
    if (this.#held?.buffer !== buffer) this.#pool.give(buffer)
  }

  /** UMAC: the next CRB, from the high FIFO if it has one. Taking it returns its receive credit. */
  #fetch(): Dispatched | undefined {
    const queue = this.high.isEmpty ? this.normal : this.high
    if (queue.isEmpty) return undefined
    const buffer = this.#pool.take()
    queue.take(buffer)
    this.port.returnReceiveCredit(queue.window)
    return { buffer, high: queue === this.high }
  }

  /** UM 6.11.5: FC(5) asks for the Low limit; in threshold mode a waiting high-priority CRB does too (table 6-7). */
  #useLowLimit(fc: number): boolean {
    if ((fc & FC_LOW_LIMIT) !== 0) return true
    return this.thresholdMode && (!this.high.isEmpty || this.#pending?.high === true)
  }

  #reportFault(buffer: CrbBuffer, window: SendWindow, fsa: bigint): void {
    const { sink, vasId: vas } = this.port
    sink.trace?.({ kind: 'translation-fault', vas, window: window.id, address: fsa })
    FAULT_STAMP.write(
      buffer.view,
      { fault_storage_addr: fsa, flags: 0, fault_status: FAULT_STATUS_NO_PTE, pswid: window.pswid },
      STAMP_OFFSET,
    )
    if (this.port.pasteFault(window, buffer.bytes)) return
    this.#held = { window, buffer }
    sink.trace?.({ kind: 'nx-stall', vas, window: window.id })
  }

  /** What follows the CSB (UM 6.9): an interrupt if it was asked for, then the send credit. */
  #completed(crb: DataView, window: SendWindow): void {
    const { sink, vasId: vas } = this.port
    if (sink.trace) {
      const csb = window.opener.mm.view(CRB.field.csb_address.get(crb, 0), CSB.size)
      const cc = csb ? CSB.field.cc.get(csb, 0) : -1
      sink.trace({ kind: 'csb-write', vas, window: window.id, by: 'nx', cc })
    }
    const interrupts = CRB.field.c.get(crb, 0) === 1 && CCB.field.cm.get(crb, CRB_CCB) === CM_INTERRUPT
    if (interrupts) this.port.raiseUserInterrupt(window)
    this.port.returnSendCredit(window)
  }
}

/** Ends a job with a completion code that was ordered. Returns the address if the CSB's page is not there. */
function completeWith(crb: DataView, window: SendWindow, cc: number): bigint | undefined {
  const { mm } = window.opener
  const address = CRB.field.csb_address.get(crb, 0)
  const fault = mm.firstFault(address, CSB.size, true)
  if (fault !== undefined) return fault
  const csb = mm.view(address, CSB.size)
  if (!csb) return address
  completeUnexecuted(csb, cc, 0n)
  return undefined
}
