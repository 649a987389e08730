// SPDX-License-Identifier: MIT
import { channel } from 'node:diagnostics_channel'

import { NxDeviceError } from '../errors.js'
import { AddressSpace } from '../model/address-space.js'
import { KernelError } from '../model/vas/errno.js'
import { Machine } from '../model/vas/machine.js'
import { Lpar } from '../model/vas/powervm.js'
import { Process } from '../model/vas/process.js'
import type { TraceEvent, Tracer } from '../model/vas/trace.js'
import type { SendWindow } from '../model/vas/window.js'
import type { Device, DeviceWindow } from './device.js'
import { resolveModelOptions, type ModelOptions } from './model-options.js'
import { clock, setImmediate } from '../timers.js'

/**
 * Every event of every software machine of this process is published here while somebody listens: an object with `kind`
 * and what belongs to it (see `TraceEvent`).
 */
export const MODEL_CHANNEL = 'nxzlib:model'

const events = channel(MODEL_CHANNEL)

/**
 * Milliseconds of a turn of the event loop after which no further job is begun. Longer: fewer turns, each of which looks
 * at all jobs under way. Shorter: others get their turn sooner.
 */
const TURN_MS = 1

/** The software NX in TypeScript: switchboard, interrupts, fault handling, DMA and gzip engine. It opens everywhere. */
export class ModelDevice implements Device {
  readonly engine = 'model'
  readonly machine: Machine
  /** The process that this device's windows belong to, and its memory. */
  readonly process: Process
  readonly space: AddressSpace
  /** The partition, on platform powervm. */
  readonly lpar: Lpar | undefined
  readonly #jobLimit: number
  readonly #vasId: number
  readonly #options: ReturnType<typeof resolveModelOptions>

  /**
   * @param vasId the chip whose windows are opened; -1: the local one
   * @throws NxUsageError when an option is out of its bounds
   */
  constructor(options: ModelOptions = {}, vasId = -1) {
    const resolved = resolveModelOptions(options)
    this.#options = resolved
    this.#vasId = vasId
    this.#jobLimit = resolved.maxByteCountHigh === 0 ? Infinity : resolved.maxByteCountHigh
    this.space = new AddressSpace(resolved)
    this.process = new Process(process.pid, this.space)
    this.machine = new Machine(resolved)
    this.lpar = resolved.platform === 'powervm' ? new Lpar(this.machine, resolved) : undefined
  }

  /** Listens to the machine's events, until another one or undefined is set. */
  set tracer(tracer: Tracer) {
    this.#tracer = tracer
    this.updateTrace()
  }
  #tracer: Tracer

  /** Subscribers of the channel come and go, so this is looked at before every open, paste and close. */
  updateTrace(): void {
    this.machine.trace = events.hasSubscribers ? this.#publish : this.#tracer
  }

  readonly #publish = (event: TraceEvent): void => {
    this.#tracer?.(event)
    events.publish(event)
  }

  openWindow(): DeviceWindow {
    this.updateTrace()
    try {
      const { leader } = this.process
      const where = { vasId: this.#vasId }
      const window = this.lpar
        ? this.lpar.openWindow(this.process, leader, { ...where, creditType: this.#options.creditType })
        : this.machine.openWindow(this.process, leader, where)
      return new ModelWindow(this, window, this.#jobLimit)
    } catch (error) {
      if (error instanceof KernelError) throw new NxDeviceError({ detail: error.message })
      throw error
    }
  }

  /** Closes a window as the kernel does, as far as that can go on now. */
  closeWindow(window: SendWindow): void {
    this.updateTrace()
    if (this.lpar) this.lpar.closeWindow(window)
    else this.machine.closeWindow(window)
    this.machine.run()
  }

  close(): void {
    this.machine.run()
  }
}

/** A send window of the model. Pasted jobs are executed in the turns of the event loop that follow, or by `advance`. */
class ModelWindow implements DeviceWindow {
  readonly credits: number
  readonly pageSize: number
  /** The model's address space looks at a buffer whenever a job does: one that went away is a fault. */
  readonly needsOwnMemory = false
  readonly signalsCompletion = false
  #scheduled = false

  constructor(
    private readonly device: ModelDevice,
    private readonly window: SendWindow,
    readonly jobLimit: number,
  ) {
    this.credits = window.attributes.wcredsMax
    this.pageSize = device.space.pageSize
  }

  paste(crb: Uint8Array): boolean {
    this.device.updateTrace()
    const accepted = this.device.machine.instance(this.window.vasId).paste(this.window, crb)
    if (accepted) this.#schedule()
    return accepted
  }

  advance(): void {
    this.device.machine.run()
  }

  map(view: Uint8Array): bigint {
    return this.device.space.map(view)
  }

  unmap(view: Uint8Array): void {
    this.device.space.unmap(view)
  }

  touch(address: bigint, length: number, write: boolean): boolean {
    this.device.machine.trace?.({ kind: 'touch', address, bytes: length, write })
    return this.device.space.touch(address, length, write)
  }

  close(): void {
    this.device.closeWindow(this.window)
  }

  /** Jobs are executed in turns of the event loop, as many in each as take no more than a moment. */
  #schedule(): void {
    const { machine } = this.device
    if (this.#scheduled || !machine.isBusy) return
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      const start = clock()
      do machine.step()
      while (machine.isBusy && clock() - start < TURN_MS)
      this.#schedule()
    })
  }
}
