// SPDX-License-Identifier: MIT
import { KernelError } from './errno.js'
import type { Machine } from './machine.js'
import type { Process, Task } from './process.js'
import type { SendWindow } from './window.js'

/** Credits that a partition gets for each core, and that a window takes. */
const CREDITS_PER_CORE = 20
const WINDOW_CREDITS = 1

/** The two kinds of credits: of the partition's cores, and bought ones, which use the high-priority FIFO. */
export type CreditType = 'default' | 'qos'

/** What sysfs shows of a kind of credits. */
export interface CreditValues {
  nr_total_credits: number
  nr_used_credits: number
}

/** Settings of a partition. */
export interface LparOptions {
  readonly cores: number
  /** Credits of quality of service. */
  readonly qosCredits: number
}

/** How to open a window on PowerVM. */
export interface LparOpenOptions {
  readonly vasId?: number
  readonly creditType?: CreditType
}

/** A window that a program holds open, closed in the hypervisor or not. */
interface Held {
  readonly window: SendWindow
  readonly type: CreditType
}

/**
 * A partition under PowerVM (arch/powerpc/platforms/pseries/vas.c): windows take partition-wide credits of which cores
 * bring 20 each. When a core goes, windows beyond the credits are closed in the hypervisor while programs keep them
 * open: pastes fail as on a busy window until a core comes back. The same happens to all windows during a migration.
 */
export class Lpar {
  #cores: number
  #migrating = false
  readonly #qosCredits: number
  /** Open windows, the youngest first: that is the order in which they lose their credits. */
  readonly #windows: Held[] = []

  constructor(
    private readonly machine: Machine,
    { cores, qosCredits }: LparOptions,
  ) {
    this.#cores = cores
    this.#qosCredits = qosCredits
  }

  /** What the partition's sysfs files say. More used than total: credits were lost with a core. */
  get sysfs(): Readonly<Record<`${CreditType}_capabilities`, CreditValues>> {
    const values = (type: CreditType) => ({
      nr_total_credits: this.#total(type),
      nr_used_credits: this.#used(type),
    })
    return { default_capabilities: values('default'), qos_capabilities: values('qos') }
  }

  /**
   * Opens a window (H_ALLOCATE_VAS_WINDOW).
   *
   * @throws KernelError EINVAL without a credit, else EBUSY while windows are closed or the partition moves
   */
  openWindow(
    process: Process,
    task: Task,
    { vasId = -1, creditType = 'default' }: LparOpenOptions = {},
  ): SendWindow {
    if (this.#used(creditType) + WINDOW_CREDITS > this.#total(creditType)) {
      throw new KernelError('EINVAL', 'Credits are not available')
    }
    const isClosed = ({ window, type }: Held) => type === creditType && window.suspendedBy.size > 0
    if (this.#migrating || this.#windows.some(isClosed)) {
      throw new KernelError('EBUSY', 'windows are closed in the hypervisor')
    }
    const cop = creditType === 'qos' ? 'GZIP_HIPRI' : 'GZIP'
    const window = this.machine.openWindow(process, task, { vasId, cop })
    this.#windows.unshift({ window, type: creditType })
    return window
  }

  /** Closes a window (H_DEALLOCATE_VAS_WINDOW); its credit is free at once, but no closed window is opened with it. */
  closeWindow(window: SendWindow): void {
    const index = this.#windows.findIndex((open) => open.window === window)
    if (index >= 0) this.#windows.splice(index, 1)
    this.machine.closeWindow(window)
  }

  /** Takes cores away; the youngest windows beyond the remaining credits are closed in the hypervisor. */
  removeCores(count: number): void {
    this.#cores = Math.max(0, this.#cores - count)
    let excess = this.#usedByOpen('default') - this.#total('default')
    for (const { window, type } of this.#windows) {
      if (excess <= 0) break
      if (type !== 'default' || window.suspendedBy.has('no-credit')) continue
      window.suspendedBy.add('no-credit')
      excess -= WINDOW_CREDITS
    }
  }

  /** Adds cores; windows that lost their credit get one again, those that lost it last first. */
  addCores(count: number): void {
    this.#cores += count
    let credits = count * CREDITS_PER_CORE
    for (const { window } of [...this.#windows].reverse()) {
      if (credits < WINDOW_CREDITS) return
      if (window.suspendedBy.delete('no-credit')) credits -= WINDOW_CREDITS
    }
  }

  /** The partition is about to move: all windows are closed in the hypervisor. */
  suspend(): void {
    this.#migrating = true
    for (const { window } of this.#windows) window.suspendedBy.add('migration')
  }

  /** The partition has moved: the windows are opened again. */
  resume(): void {
    this.#migrating = false
    for (const { window } of this.#windows) window.suspendedBy.delete('migration')
  }

  #total(type: CreditType): number {
    return type === 'qos' ? this.#qosCredits : this.#cores * CREDITS_PER_CORE
  }

  /** Credits of all windows that programs hold open, closed in the hypervisor or not. */
  #used(type: CreditType): number {
    return this.#windows.filter((open) => open.type === type).length * WINDOW_CREDITS
  }

  #usedByOpen(type: CreditType): number {
    const open = this.#windows.filter(
      (held) => held.type === type && !held.window.suspendedBy.has('no-credit'),
    )
    return open.length * WINDOW_CREDITS
  }
}
