import { CC } from '../../format/completion-codes.js'
import { CM_INTERRUPT, CCB, CRB, CRB_CCB } from '../../format/crb.js'
import { CE_TERMINATE, CE_TPBC, CSB } from '../../format/csb.js'
import { FC_LOW_LIMIT } from '../../format/function-codes.js'
import { FAULT_STAMP, STAMP_OFFSET, VAS_STAMP } from '../../format/stamps.js'
import type { GzipUnit } from '../nx/gzip-unit.js'
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
  readonly crb: DataView
  readonly high: boolean
}

/** Fault status that the translation of an absent page comes back with: any value but 0 is a fault. */
const FAULT_STATUS_NO_PTE = 0x02

/**
 * The gzip channel of an NX: UMAC takes CRBs from the high and the normal receive FIFO, preferring the high one; the DMA
 * controller holds a current and a pending one and has the current one executed (UM 6.1, 6.11.5).
 */
export class NxChannel {
  #pending: Dispatched | undefined
  /** A CRB with a fault stamp that the fault window had no credit for. */
  #held: { readonly window: SendWindow; readonly crb: Uint8Array } | undefined

  constructor(
    private readonly unit: GzipUnit,
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

  /** True when there is something to execute. */
  get hasWork(): boolean {
    return this.#pending !== undefined || !this.high.isEmpty || !this.normal.isEmpty
  }

  /** A credit of the fault window came back: what was held goes out. */
  retryHeld(): void {
    const held = this.#held
    if (held && this.port.pasteFault(held.window, held.crb)) this.#held = undefined
  }

  /** Executes one CRB. */
  step(): void {
    const current = this.#pending ?? this.#fetch()
    if (!current) return
    this.#pending = this.#fetch()
    const { crb } = current
    const window = this.port.findWindow(VAS_STAMP.field.send_wc_id.get(crb, STAMP_OFFSET))
    if (window?.kind !== 'send') return
    const { sink, vasId: vas } = this.port
    const fc = CRB.field.fc.get(crb, 0)
    sink.trace?.({ kind: 'dispatch', vas, window: window.id, fc })
    // The hypervisor may have marked the CRB while it was in the FIFO: NX drops it.
    if (VAS_STAMP.field.vas_invalid.get(crb, STAMP_OFFSET) === 1) {
      this.port.returnSendCredit(window)
      return
    }
    const injected = this.injection.nextJob()
    if (injected === 'hang') return
    if (injected !== undefined) {
      this.#complete(crb, window, injected)
      return
    }
    const fault = this.unit.execute(crb, window.opener.mm, this.#useLowLimit(fc))
    if (fault) this.#reportFault(crb, window, fault.fsa)
    else this.#completed(crb, window)
  }

  /** UMAC: the next CRB, from the high FIFO if it has one. Taking it returns its receive credit. */
  #fetch(): Dispatched | undefined {
    const queue = this.high.isEmpty ? this.normal : this.high
    if (queue.isEmpty) return undefined
    const crb = queue.take()
    this.port.returnReceiveCredit(queue.window)
    return { crb, high: queue === this.high }
  }

  /** UM 6.11.5: FC(5) asks for the Low limit; in threshold mode a waiting high-priority CRB does too (table 6-7). */
  #useLowLimit(fc: number): boolean {
    if ((fc & FC_LOW_LIMIT) !== 0) return true
    return this.thresholdMode && (!this.high.isEmpty || this.#pending?.high === true)
  }

  #reportFault(crb: DataView, window: SendWindow, fsa: bigint): void {
    const { sink, vasId: vas } = this.port
    sink.trace?.({ kind: 'translation-fault', vas, window: window.id, address: fsa })
    FAULT_STAMP.write(
      crb,
      { fault_storage_addr: fsa, flags: 0, fault_status: FAULT_STATUS_NO_PTE, pswid: window.pswid },
      STAMP_OFFSET,
    )
    const bytes = new Uint8Array(crb.buffer, crb.byteOffset, CRB.size)
    if (this.port.pasteFault(window, bytes)) return
    this.#held = { window, crb: bytes }
    sink.trace?.({ kind: 'nx-stall', vas, window: window.id })
  }

  /** Ends a job with a completion code that was ordered. */
  #complete(crb: DataView, window: SendWindow, cc: number): void {
    const csb = window.opener.mm.view(CRB.field.csb_address.get(crb, 0), CSB.size)
    if (csb) {
      const ce = cc === CC.OK ? CE_TPBC : CE_TERMINATE | CE_TPBC
      CSB.write(csb, { f: 0, ch: 0, cs: 0, cc, ce, tpbc: 0, address: 0n })
      CSB.field.v.set(csb, 0, 1)
    }
    this.#completed(crb, window)
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
