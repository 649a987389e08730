// SPDX-License-Identifier: MIT
import { availableParallelism } from 'node:os'

import { NxDeviceError } from '../errors.js'
import type { Addon, SoftwareUnit } from './addon.js'
import type { CheckedSubmission, Device, DeviceWindow, Loan, Submission } from './device.js'
import { MappedViews, type MappedView } from './mapped-views.js'

/** Jobs that a window may have under way at a time: the kernel's number on bare metal. */
const CREDITS = 1024

/**
 * A stream's job with 64 KiB of source and 256 KiB of room is executed in some 0.1 ms, of which the output takes most. More: the
 * event loop is held up for longer. Less: more jobs wait for threads to wake up, and their output for another processor's cache.
 */
const BRIEF_BYTES = 384 * 1024

/**
 * Jobs under way that keep the threads at work while the event loop executes one itself: some for each processor but its own.
 * More: jobs wait for threads that the event loop could have executed. Fewer: threads wait for the event loop.
 */
const ENOUGH_JOBS = 4 * (availableParallelism() - 1)

/** Devices with jobs under way: they must outlive everybody who has forgotten them, as their memory is written. */
const busyDevices = new Set<NativeDevice>()

/** The software NX in C++: the same CRBs on this process's own memory, executed by the caller's or by its own threads. */
export class NativeDevice implements Device {
  readonly engine = 'native'
  readonly #unit: SoftwareUnit
  readonly #windows = new Set<NativeWindow>()
  readonly #views = new MappedViews()
  readonly #awaiting: (() => void)[] = []

  /** @throws NxDeviceError for a chip other than the one there is */
  constructor(
    private readonly addon: Addon,
    vasId = -1,
  ) {
    if (vasId !== -1 && vasId !== 0) {
      throw new NxDeviceError({ detail: `native has one chip, 0; not ${vasId}` })
    }
    this.#unit = new addon.SoftwareUnit(() => {
      this.#completed()
    })
  }

  get pageSize(): number {
    return this.addon.pageSize
  }

  get needsWork(): boolean {
    return this.#unit.pending < ENOUGH_JOBS
  }

  openWindow(): DeviceWindow {
    const window = new NativeWindow(this)
    this.#windows.add(window)
    return window
  }

  closeWindow(window: NativeWindow): void {
    this.#windows.delete(window)
  }

  submit(crb: Uint8Array, submission: Submission): void {
    if (submission === 'background') {
      busyDevices.add(this)
      this.#unit.submit(crb)
      return
    }
    if (submission === 'raw') this.#checkViews()
    this.#unit.execute(crb)
  }

  submitLending(crb: Uint8Array, submission: CheckedSubmission, { source, target }: Loan): void {
    if (submission === 'blocking') {
      this.#unit.execute(crb, source, target)
      return
    }
    busyDevices.add(this)
    this.#unit.submit(crb, source, target)
  }

  map(view: Uint8Array): bigint {
    const known = this.#views.get(view)
    if (known && known.length !== view.length) this.#move(known)
    return this.#views.map(view, this.#place)
  }

  readonly #place = (view: Uint8Array): bigint => this.#unit.map(view)

  unmap(view: Uint8Array): void {
    const last = this.#views.unmap(view)
    if (last) this.#unit.unmap(last.address, last.length)
  }

  close(): void {
    this.#unit.close()
    this.#becameIdle()
  }

  /** Settled once none of the submitted jobs is under way any more. */
  async whenIdle(): Promise<void> {
    if (this.#unit.pending === 0) return
    await new Promise<void>((resolve) => this.#awaiting.push(resolve))
  }

  #completed(): void {
    for (const window of this.#windows) window.onCompletion?.()
    if (this.#unit.pending === 0) this.#becameIdle()
  }

  #becameIdle(): void {
    busyDevices.delete(this)
    for (const resolve of this.#awaiting.splice(0)) resolve()
  }

  /** A program that pastes raw CRBs may have detached or resized a buffer since it was mapped. */
  #checkViews(): void {
    for (const mapped of this.#views) {
      const { view, address, length } = mapped
      if (view.length !== length || this.addon.addressOf(view) !== address) this.#move(mapped)
    }
  }

  #move(mapped: MappedView): void {
    this.#unit.unmap(mapped.address, mapped.length)
    this.#views.move(mapped, this.#unit.map(mapped.view))
  }
}

/** A window of the C++ engine. */
class NativeWindow implements DeviceWindow {
  readonly credits = CREDITS
  readonly jobLimit = Infinity
  readonly pageSize: number
  readonly needsOwnMemory = true
  readonly signalsCompletion = true
  readonly briefBytes = BRIEF_BYTES
  onCompletion: (() => void) | undefined

  constructor(private readonly device: NativeDevice) {
    this.pageSize = device.pageSize
  }

  get needsWork(): boolean {
    return this.device.needsWork
  }

  paste(crb: Uint8Array, submission: Submission): boolean {
    this.device.submit(crb, submission)
    return true
  }

  pasteLending(crb: Uint8Array, submission: CheckedSubmission, loan: Loan): boolean {
    this.device.submitLending(crb, submission, loan)
    return true
  }

  /** Its threads work by themselves. */
  advance(): void {
    return undefined
  }

  map(view: Uint8Array): bigint {
    return this.device.map(view)
  }

  unmap(view: Uint8Array): void {
    this.device.unmap(view)
  }

  /** All of this process's memory is there for its own threads: an address that faulted is not mapped. */
  touch(): boolean {
    return false
  }

  close(isIdle: boolean): void | Promise<void> {
    this.device.closeWindow(this)
    return isIdle ? undefined : this.device.whenIdle()
  }
}
