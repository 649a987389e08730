// SPDX-License-Identifier: MIT
import type { KernelThread } from '../vas/kernel-thread.js'
import { Machine, type MachineConfig } from '../vas/machine.js'
import type { TraceEvent } from '../vas/trace.js'
import type { SendWindow } from '../vas/window.js'
import type { Clock } from './clock.js'
import type { Timing } from './figures.js'
import { TimedUnit } from './timed-unit.js'

/** What has happened so far. */
export interface MachineCounts {
  /** Jobs that were completed, by the unit. */
  jobs: number
  /** Page faults that the units met. */
  faults: number
  /** Pastes that were refused. */
  refusals: number
  /** Nanoseconds for which units were held by jobs, those that faulted included. */
  heldNs: number
}

/**
 * The software machine in simulated time: the same switchboard, windows, credits, FIFOs, interrupts and fault handlers,
 * each of whose steps takes the time that the figures give it, and units that only take time.
 */
export class TimedMachine {
  readonly machine: Machine
  readonly counts: MachineCounts = { jobs: 0, faults: 0, refusals: 0, heldNs: 0 }
  readonly #units: TimedUnit[] = []
  /** Chips whose unit executes a job. */
  readonly #held = new Set<number>()
  readonly #running = new Set<KernelThread>()
  readonly #listeners = new Map<string, () => void>()
  #interruptsUnderWay = 0

  /** @param ratio plain bytes for each compressed byte of the data */
  constructor(
    private readonly config: MachineConfig,
    private readonly clock: Clock,
    private readonly timing: Timing,
    ratio: number,
  ) {
    this.machine = new Machine(config, () => {
      const unit = new TimedUnit(config, timing, ratio)
      this.#units.push(unit)
      return unit
    })
    this.machine.trace = this.#take
  }

  /** Pastes a CRB. False: refused, as by the hardware. */
  paste(window: SendWindow, crb: Uint8Array): boolean {
    const { vasId } = window
    const instance = this.machine.instance(vasId)
    if (!instance.paste(window, crb)) return false
    const { startUpNs, fetchNs, completeNs } = this.timing
    this.clock.after(startUpNs - fetchNs - completeNs, () => {
      instance.deliver()
      this.#begin(vasId, false)
    })
    return true
  }

  /** Calls back whenever a CSB of the window's jobs was written. */
  onCompletion(window: SendWindow, listener: () => void): void {
    this.#listeners.set(keyOf(window.vasId, window.id), listener)
  }

  readonly #take = (event: TraceEvent): void => {
    if (event.kind === 'translation-fault') this.counts.faults++
    else if (event.kind === 'paste' && !event.accepted) this.counts.refusals++
    else if (event.kind === 'interrupt' && !event.coalesced) this.#interrupt()
    else if (event.kind === 'csb-write') {
      if (event.by === 'nx') this.counts.jobs++
      const listener = this.#listeners.get(keyOf(event.vas, event.window))
      // The credit comes back right after the CSB was written.
      if (listener) this.clock.after(0, listener)
    }
  }

  /** The unit begins the next job, if it is free and there is one. */
  #begin(vasId: number, isPrefetched: boolean): void {
    const { nx } = this.machine.instance(vasId)
    const unit = this.#units[vasId]
    while (!this.#held.has(vasId) && nx.hasWork && !nx.isStalled) {
      unit.isPrefetched = isPrefetched
      nx.step()
      if (!nx.current) continue
      this.#held.add(vasId)
      this.counts.heldNs += unit.heldNs
      this.clock.after(unit.heldNs, () => {
        this.#held.delete(vasId)
        nx.step()
        this.#begin(vasId, nx.hasWork)
      })
    }
  }

  /** An interrupt is on its way: each goes to a core of its own. */
  #interrupt(): void {
    const { xive } = this.machine
    this.#interruptsUnderWay++
    this.clock.after(this.timing.interruptNs, () => {
      this.#interruptsUnderWay--
      xive.deliver()
      this.#wake()
      // One that was raised while another one of its line was under way.
      if (xive.isPending && this.#interruptsUnderWay === 0) this.#interrupt()
    })
  }

  /** Handlers' threads that became runnable start to run. */
  #wake(): void {
    const { handlers, instances } = this.machine
    const { handlerWakeNs, hypervisorCallNs } = this.timing
    for (const { thread } of handlers) this.#run(thread, handlerWakeNs)
    if (this.config.faultsTo !== 'hypervisor') return
    for (const { hypervisorThreads } of instances) {
      for (const thread of hypervisorThreads) this.#run(thread, handlerWakeNs + hypervisorCallNs)
    }
  }

  #run(thread: KernelThread, delay: number): void {
    if (!thread.isRunnable || this.#running.has(thread)) return
    this.#running.add(thread)
    const step = () => {
      thread.step()
      // A credit of the fault window may have let a unit go on.
      for (const { vasId } of this.machine.instances) this.#begin(vasId, true)
      if (thread.isRunnable) this.clock.after(this.timing.handlerStepNs, step)
      else this.#running.delete(thread)
    }
    this.clock.after(delay, step)
  }
}

const keyOf = (vasId: number, window: number) => `${vasId}/${window}`
