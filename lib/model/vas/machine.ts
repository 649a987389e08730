// SPDX-License-Identifier: MIT
import { GzipUnit, type ByteCountLimits, type JobUnit } from '../nx/gzip-unit.js'
import { closeSendWindow } from './close.js'
import { KernelError } from './errno.js'
import { FaultHandler } from './fault-handler.js'
import { entryMarks, initialiseFaultFifo, type KernelProfile } from './fault-window.js'
import { Injection, type InjectionOptions } from './injection.js'
import type { KernelThread, ThreadSteps } from './kernel-thread.js'
import { Process, type Task } from './process.js'
import type { TraceSink, Tracer } from './trace.js'
import { VasInstance } from './vas-instance.js'
import type { CopType } from './window-attributes.js'
import type { Opener, SendWindow } from './window.js'
import { Xive } from './xive.js'

/** What a machine is built with. */
export interface MachineConfig extends ByteCountLimits {
  /** Chips, each with its switchboard and NX. */
  readonly chips: number
  readonly sendCredits: number
  readonly receiveFifoEntries: number
  readonly faultFifoEntries: number
  readonly thresholdMode: boolean
  readonly faultsTo: 'fault-window' | 'hypervisor'
  readonly kernel: KernelProfile
  /** The handler tests the bit of CCW that mainline really tests. */
  readonly oddFcErratum: boolean
  readonly inject: InjectionOptions
}

/** How to open a send window. */
export interface OpenOptions {
  /** Which switchboard; -1: the local one. */
  readonly vasId?: number
  readonly cop?: CopType
}

/** Something that can go on: which part of the machine, and its next step. */
export interface Actor {
  readonly name: string
  readonly step: () => void
}

/**
 * The software machine: chips with switchboard and NX, the interrupt controller, and the part of the kernel that handles
 * faults and closes windows. It does nothing by itself: `run` lets everything go on until nothing can, `actors` lets a
 * caller choose what goes on next.
 */
export class Machine implements TraceSink {
  trace: Tracer
  readonly xive = new Xive(this)
  readonly instances: readonly VasInstance[]
  readonly #config: MachineConfig
  /** Fault handlers of the instances, in their order. */
  readonly handlers: readonly FaultHandler[]
  readonly #closing = new Map<SendWindow, ThreadSteps>()
  /** Windows whose close was begun: a second close is harmless. */
  readonly #closed = new WeakSet<SendWindow>()

  /** @param makeUnit makes the unit of each chip */
  constructor(config: MachineConfig, makeUnit: () => JobUnit = () => new GzipUnit(config)) {
    this.#config = config
    const injection = new Injection(config.inject)
    const marks = entryMarks(config.kernel, config.oddFcErratum)
    const handlers: FaultHandler[] = []
    this.handlers = handlers
    this.instances = Array.from({ length: config.chips }, (_, vasId) => {
      const instance = new VasInstance({ ...config, vasId }, this.xive, makeUnit(), injection, this)
      initialiseFaultFifo(instance.faultWindow.fifo, marks)
      handlers.push(this.#handlerOf(instance, marks))
      return instance
    })
  }

  /**
   * The switchboard of an id; -1 is that of the chip on which the caller runs, which is chip 0 here.
   *
   * @throws KernelError EINVAL if there is none
   */
  instance(vasId: number): VasInstance {
    const instance = this.instances[vasId === -1 ? 0 : vasId] as VasInstance | undefined
    if (!instance) throw new KernelError('EINVAL', `there is no VAS with id ${vasId}`)
    return instance
  }

  /** Opens a user's send window: what VAS_TX_WIN_OPEN does on bare metal. */
  openWindow(process: Process, task: Task, { vasId = -1, cop = 'GZIP' }: OpenOptions = {}): SendWindow {
    const opener: Opener = { pid: task.pid, process, mm: process.mm }
    const attributes = {
      userWin: true,
      wcredsMax: this.#config.sendCredits,
      rejNoCredit: false,
      rsvdTxbufCount: 0,
      txThresholdMode: false,
    }
    return this.instance(vasId).openSend(cop, attributes, opener)
  }

  /** Starts closing a window. It is closed once `isClosing` is false; the machine has to run for that. */
  closeWindow(window: SendWindow): void {
    if (this.#closed.has(window)) return
    this.#closed.add(window)
    this.#closing.set(window, closeSendWindow(window, this.#closeContext(window)))
    this.#stepClose(window)
  }

  isClosing(window: SendWindow): boolean {
    return this.#closing.has(window)
  }

  /** Everything that can go on now. Closing windows only poll, so they can always. */
  actors(): Actor[] {
    const actors: Actor[] = []
    for (const instance of this.instances) {
      const { vasId, nx } = instance
      if (instance.hasTransit)
        actors.push({
          name: `vas ${vasId}`,
          step: () => {
            instance.deliver()
          },
        })
      if (nx.hasWork && !nx.isStalled)
        actors.push({
          name: `nx ${vasId}`,
          step: () => {
            nx.step()
          },
        })
    }
    if (this.xive.isPending)
      actors.push({
        name: 'xive',
        step: () => {
          this.xive.deliver()
        },
      })
    this.#threads().forEach((thread, index) => {
      if (thread.isRunnable)
        actors.push({
          name: `handler ${index}`,
          step: () => {
            thread.step()
          },
        })
    })
    for (const window of this.#closing.keys()) {
      actors.push({
        name: `close ${window.vasId}/${window.id}`,
        step: () => {
          this.#stepClose(window)
        },
      })
    }
    return actors
  }

  /** True when jobs, faults or interrupts are under way that `step` can bring on. */
  get isBusy(): boolean {
    for (const { hasTransit, nx } of this.instances) {
      if (hasTransit || (nx.hasWork && !nx.isStalled)) return true
    }
    return this.xive.isPending || this.#runnableThread() !== undefined
  }

  /** Executes at most one job, and what its faults need of interrupts and handlers. */
  step(): void {
    this.#settle()
    for (const { nx } of this.instances) {
      if (nx.hasWork && !nx.isStalled) {
        nx.step()
        break
      }
    }
    this.#settle()
  }

  /** Lets everything go on until nothing can. */
  run(): void {
    while (this.isBusy) this.step()
    // One poll takes a window whose credits are back out of the table, the next one gives its id back.
    for (const window of [...this.#closing.keys()]) {
      this.#stepClose(window)
      this.#stepClose(window)
    }
  }

  /** Threads that handle faults. */
  #threads(): KernelThread[] {
    const bareMetal = this.handlers.map(({ thread }) => thread)
    return this.#config.faultsTo === 'hypervisor'
      ? [...bareMetal, ...this.instances.flatMap((instance) => instance.hypervisorThreads)]
      : bareMetal
  }

  #runnableThread(): KernelThread | undefined {
    for (const { thread } of this.handlers) if (thread.isRunnable) return thread
    if (this.#config.faultsTo !== 'hypervisor') return undefined
    for (const instance of this.instances) {
      const thread = instance.runnableHypervisorThread
      if (thread) return thread
    }
    return undefined
  }

  /** Pastes under way, interrupts and handlers. */
  #settle(): void {
    for (const instance of this.instances) while (instance.hasTransit) instance.deliver()
    for (;;) {
      const thread = this.#runnableThread()
      if (thread) thread.step()
      else if (this.xive.isPending) this.xive.deliver()
      else return
    }
  }

  #stepClose(window: SendWindow): void {
    if (this.#closing.get(window)?.next().done) this.#closing.delete(window)
  }

  #closeContext(window: SendWindow) {
    const instance = this.instance(window.vasId)
    return {
      sink: this,
      remove: (closed: SendWindow) => {
        instance.remove(closed)
      },
      release: (closed: SendWindow) => {
        instance.release(closed)
      },
    }
  }

  /** The kernel's set-up of an instance's interrupt: V5 had no hard half and kept the line masked (IRQF_ONESHOT). */
  #handlerOf(instance: VasInstance, marks: ReturnType<typeof entryMarks>): FaultHandler {
    const { kernel } = this.#config
    const handler = new FaultHandler(
      {
        vasId: instance.vasId,
        kernel,
        marks,
        faultWindow: instance.faultWindow,
        sink: this,
        findWindow: (id) => instance.findWindow(id),
        returnSendCredit: (window) => {
          instance.returnSendCredit(window)
        },
        returnFaultCredit: () => {
          instance.returnFaultCredit()
        },
      },
      () => {
        this.xive.threadDone(instance.irq)
      },
    )
    this.xive.requestThreadedIrq(instance.irq, {
      ...(kernel === 'mainline' ? { hard: handler.hard } : {}),
      wakeThread: () => {
        handler.thread.wake()
      },
      oneshot: kernel === 'v5',
    })
    return handler
  }
}
