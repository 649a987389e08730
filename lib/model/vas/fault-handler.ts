// SPDX-License-Identifier: MIT
import { CRB } from '../../format/crb.js'
import { FAULT_STAMP, STAMP_OFFSET } from '../../format/stamps.js'
import { DUMPED_ENTRIES } from './constants.js'
import { updateCsb } from './csb-update.js'
import type { EntryMarks, KernelProfile } from './fault-window.js'
import { KernelThread, type ThreadSteps } from './kernel-thread.js'
import type { TraceSink } from './trace.js'
import type { ReceiveWindow, SendWindow } from './window.js'
import type { IrqReturn } from './xive.js'

/** What the fault handler needs of its instance. */
export interface FaultHandlerContext {
  readonly vasId: number
  readonly kernel: KernelProfile
  readonly marks: EntryMarks
  readonly faultWindow: ReceiveWindow
  readonly sink: TraceSink
  /** The window of an id, if it is open. */
  findWindow(id: number): ReceiveWindow | SendWindow | undefined
  /** Returns one credit of a window, as a write to its adder register does. */
  returnSendCredit(window: SendWindow): void
  returnFaultCredit(): void
}

/**
 * The kernel's handler of the fault window's interrupt (V5 patch 6; Linux 5.8): a hard half that wakes a thread unless
 * one is at work, and the thread, which reads the FIFO until it finds no new entry.
 */
export class FaultHandler {
  readonly thread: KernelThread
  /** The kernel's fifo_in_progress: a thread will look at the FIFO once more before it sleeps. */
  #inProgress = false
  /** The entry that is read next (fault_crbs). */
  #next = 0
  #inHand: DataView | undefined
  #warned = false

  constructor(
    private readonly context: FaultHandlerContext,
    threadDone: () => void,
  ) {
    this.thread = new KernelThread(() => this.#work(), threadDone)
  }

  /** Index of the entry that is read next. */
  get next(): number {
    return this.#next
  }

  /** The CRB that was taken out of the FIFO and whose send credit is not back yet. */
  get inHand(): DataView | undefined {
    return this.#inHand
  }

  /**
   * The hard half of merged kernels, under fault_lock. Checking and setting the flag under the lock under which the
   * thread gives it up is what makes it impossible to lose a wake-up.
   */
  readonly hard = (): IrqReturn => {
    if (this.#inProgress) {
      this.#trace('already running')
      return 'handled'
    }
    this.#inProgress = true
    this.#trace('wake')
    return 'wake-thread'
  };

  *#work(): ThreadSteps {
    const { faultWindow, marks, kernel } = this.context
    const { fifo } = faultWindow
    for (;;) {
      this.#trace('look')
      const entry = fifo.entry(this.#next)
      if (marks.isInvalid(entry)) {
        this.#inProgress = false
        this.#trace('done')
        return
      }
      yield
      this.#trace('take')
      const crb = fifo.copy(this.#next)
      this.#inHand = crb
      marks.markConsumed(entry)
      this.#next = (this.#next + 1) % fifo.entries
      // Merged kernels let NX go on as soon as the entry is copied out; V5 returned both credits at the end.
      if (kernel === 'mainline') this.context.returnFaultCredit()
      yield
      const window = this.#windowOf(crb)
      if (!window) {
        this.#inHand = undefined
        this.#reportBadEntry(crb)
        if (kernel === 'v5') return
        continue
      }
      yield* updateCsb(crb, window, kernel, this.context.sink)
      yield
      this.#inHand = undefined
      this.context.returnSendCredit(window)
      if (kernel === 'v5') this.context.returnFaultCredit()
    }
  }

  /** The send window that a PSWID names; undefined if it names none (vas_pswid_to_window). */
  #windowOf(crb: DataView): SendWindow | undefined {
    const pswid = FAULT_STAMP.field.pswid.get(crb, STAMP_OFFSET)
    if (pswid === 0) return undefined
    const window = this.context.findWindow(pswid & 0xffff)
    return window?.kind === 'send' && window.attributes.userWin ? window : undefined
  }

  /** Prints the CRB and the entries around it (V5 patch 10); a merged kernel warns only once. */
  #reportBadEntry(crb: DataView): void {
    this.#trace('bad pswid')
    const { sink, faultWindow } = this.context
    if (!sink.trace || (this.#warned && this.context.kernel === 'mainline')) return
    this.#warned = true
    const { fifo } = faultWindow
    const first = (this.#next - 1 + fifo.entries) % fifo.entries
    const entries = Array.from({ length: Math.min(DUMPED_ENTRIES, fifo.entries) }, (_, offset) => {
      const index = (first + offset) % fifo.entries
      return `entry ${index}\n${describeEntry(fifo.entry(index))}`
    })
    sink.trace({ kind: 'message', text: `VAS: bad PSWID in the fault FIFO\n${describeEntry(crb)}` })
    sink.trace({ kind: 'message', text: `VAS: fault FIFO from entry ${first}\n${entries.join('\n')}` })
  }

  #trace(step: 'wake' | 'already running' | 'look' | 'take' | 'bad pswid' | 'done'): void {
    this.context.sink.trace?.({ kind: 'handler', vas: this.context.vasId, step, entry: this.#next })
  }
}

/** Annotated dump of a fault FIFO entry: the CRB and the fault stamp in it. */
export function describeEntry(entry: DataView): string {
  return `${CRB.describe(entry, 0, '  ')}\n${FAULT_STAMP.describe(entry, STAMP_OFFSET, '  ')}`
}
