import { CC } from '../../format/completion-codes.js'
import { CRB } from '../../format/crb.js'
import { CE_TERMINATE, CE_TPBC, CSB } from '../../format/csb.js'
import { STAMP_OFFSET, VAS_STAMP } from '../../format/stamps.js'
import type { AddressSpace } from '../address-space.js'
import type { GzipUnit } from '../nx/gzip-unit.js'
import { handleFault } from './fault-handler.js'
import { ReceiveFifo } from './receive-fifo.js'
import { SendWindow } from './send-window.js'

/** Windows of one chip (kernel: VAS_WINDOWS_PER_CHIP). */
const WINDOWS_PER_CHIP = 65536

/** Window id of the gzip receive FIFO. Send windows have ids above it. */
const GZIP_RECEIVE_WINDOW = 0

/**
 * Trouble to order. Both functions get the number of the paste or job, counted from 0 over all windows, so a test can
 * single one out.
 */
export interface Injection {
  /** True: this paste fails as a busy one. */
  readonly paste?: (index: number) => boolean
  /** 'hang': this job is never completed. A number: it ends with this completion code, without being executed. */
  readonly job?: (index: number) => 'hang' | number | undefined
}

/**
 * One Virtual Accelerator Switchboard with its gzip unit: takes pasted CRBs from send windows, queues them in the
 * receive FIFO, and has NX execute them in order (UM 6.1).
 */
export class Vas {
  readonly #windows = new Map<number, SendWindow>()
  readonly #fifo: ReceiveFifo
  #pastes = 0
  #jobs = 0

  constructor(
    private readonly unit: GzipUnit,
    receiveFifoEntries: number,
    private readonly injection: Injection,
  ) {
    this.#fifo = new ReceiveFifo(receiveFifoEntries)
  }

  /** Opens a send window to the gzip FIFO; undefined when all ids are taken. */
  openWindow(space: AddressSpace, credits: number): SendWindow | undefined {
    for (let id = GZIP_RECEIVE_WINDOW + 1; id < WINDOWS_PER_CHIP; id++) {
      if (this.#windows.has(id)) continue
      const window = new SendWindow(id, space, credits)
      this.#windows.set(id, window)
      return window
    }
    return undefined
  }

  /** Removes a window. All its credits must be back: a CRB under way could not find it any more. */
  closeWindow(window: SendWindow): void {
    this.#windows.delete(window.id)
  }

  /** True when no CRB waits for NX. */
  get isIdle(): boolean {
    return this.#fifo.isEmpty
  }

  /**
   * A paste of 128 bytes to a window's paste address. False when the send window or the receive FIFO has no credit; the
   * sender cannot tell which.
   */
  paste(window: SendWindow, crb: Uint8Array): boolean {
    if (this.injection.paste?.(this.#pastes++)) return false
    if (window.credits === 0 || this.#fifo.credits === 0) return false
    window.takeCredit()
    const entry = Uint8Array.prototype.slice.call(crb, 0, CRB.size)
    VAS_STAMP.write(
      new DataView(entry.buffer),
      { vas_buf_num: 0, send_wc_id: window.id, recv_wc_id: GZIP_RECEIVE_WINDOW, vas_invalid: 0 },
      STAMP_OFFSET,
    )
    this.#fifo.push(entry)
    return true
  }

  /** Has NX execute the oldest waiting CRB. */
  dispatch(): void {
    const crb = this.#fifo.shift()
    if (!crb) return
    const window = this.#windows.get(VAS_STAMP.field.send_wc_id.get(crb, STAMP_OFFSET))
    if (!window) return
    const injected = this.injection.job?.(this.#jobs++)
    if (injected === 'hang') return
    if (injected !== undefined) {
      completeUnexecuted(crb, window, injected)
      return
    }
    const fault = this.unit.execute(crb, window.space)
    if (fault) handleFault(crb, fault.fsa, window)
    else window.returnCredit()
  }
}

/** Ends a job with a completion code that was ordered. */
function completeUnexecuted(crb: DataView, window: SendWindow, cc: number): void {
  const csb = window.space.view(CRB.field.csb_address.get(crb, 0), CSB.size)
  if (csb) {
    const ce = cc === CC.OK ? CE_TPBC : CE_TERMINATE | CE_TPBC
    csb.setBigUint64(0, 0n)
    CSB.write(csb, { cc, ce, address: 0n })
    CSB.field.v.set(csb, 0, 1)
  }
  window.returnCredit()
}
