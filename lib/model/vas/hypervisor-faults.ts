// SPDX-License-Identifier: MIT
import { updateCsb } from './csb-update.js'
import { KernelThread, type ThreadSteps } from './kernel-thread.js'
import type { TraceSink } from './trace.js'
import type { SendWindow } from './window.js'
import type { Xive } from './xive.js'

/**
 * Faults of one window on PowerVM: the hypervisor keeps the CRB and raises the window's own interrupt; the kernel's thread
 * asks for the CRB (H_GET_NX_FAULT) and writes the CSB like on bare metal. The hard half counts faults, so that
 * interrupts that become one lose nothing.
 */
export class HypervisorFaults {
  readonly thread: KernelThread
  readonly irq: number
  readonly #crbs: DataView[] = []
  #handling = false
  /** The kernel's pending_faults. */
  #pending = 0

  constructor(
    private readonly window: SendWindow,
    private readonly xive: Xive,
    private readonly sink: TraceSink,
    private readonly returnCredit: () => void,
  ) {
    this.thread = new KernelThread(() => this.#work())
    this.irq = xive.allocate(window.vasId)
    xive.requestThreadedIrq(this.irq, {
      hard: () => {
        this.#pending = this.#crbs.length
        return 'wake-thread'
      },
      wakeThread: () => {
        this.thread.wake()
      },
      oneshot: false,
    })
  }

  /** CRBs whose send credit is not back yet. */
  get outstanding(): number {
    return this.#crbs.length + (this.#handling ? 1 : 0)
  }

  /** The window is closed: its interrupt goes back. */
  release(): void {
    this.xive.free(this.irq)
  }

  /** The hypervisor takes a CRB that faulted. */
  accept(crb: Uint8Array): void {
    this.#crbs.push(new DataView(crb.slice().buffer))
    this.xive.store(this.xive.triggerPage(this.irq))
  }

  *#work(): ThreadSteps {
    while (this.#pending > 0) {
      this.#pending--
      const crb = this.#crbs.shift()
      if (!crb) return
      this.#handling = true
      yield
      yield* updateCsb(crb, this.window, 'mainline', this.sink)
      yield
      this.#handling = false
      this.returnCredit()
    }
  }
}
