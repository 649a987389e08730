// SPDX-License-Identifier: MIT
import type { DeviceWindow } from '../../lib/device/device.js'
import type { Timing } from '../../lib/model/timing/figures.js'
import type { TimedMachine } from '../../lib/model/timing/timed-machine.js'
import type { AddressSpace } from '../../lib/model/address-space.js'
import type { SendWindow } from '../../lib/model/vas/window.js'

/** What touching pages came to. */
export interface Touches {
  pages: number
  ns: number
}

/** A window of the timed machine as the job layer takes it. Touches cost time, which its caller has to wait for. */
export class SimulatedWindow implements DeviceWindow {
  readonly credits: number
  readonly pageSize: number
  readonly needsOwnMemory = false
  readonly signalsCompletion = false
  readonly touches: Touches = { pages: 0, ns: 0 }
  /** Nanoseconds of touches that nobody has waited for yet. */
  debtNs = 0
  /** Buffers of data, whose pages may be missing; those of control structures are there, as they are reused. */
  readonly #data = new Set<ArrayBufferLike>()

  constructor(
    private readonly machine: TimedMachine,
    private readonly window: SendWindow,
    private readonly space: AddressSpace,
    readonly jobLimit: number,
    private readonly timing: Timing,
  ) {
    this.credits = window.attributes.wcredsMax
    this.pageSize = space.pageSize
  }

  paste(crb: Uint8Array): boolean {
    return this.machine.paste(this.window, crb)
  }

  advance(): void {
    // Time does it.
  }

  /** Maps a call's buffer, with pages as its process finds them. */
  mapData(buffer: Uint8Array): void {
    this.#data.add(buffer.buffer)
    this.space.map(buffer)
  }

  unmapData(buffer: Uint8Array): void {
    this.space.unmap(buffer)
  }

  map(view: Uint8Array): bigint {
    const address = this.space.map(view)
    if (!this.#data.has(view.buffer)) this.space.touch(address, view.length, true)
    return address
  }

  unmap(view: Uint8Array): void {
    this.space.unmap(view)
  }

  touch(address: bigint, length: number, write: boolean): boolean {
    const { touchNs, pageFaultNs, clearRate } = this.timing
    const size = BigInt(this.pageSize)
    const end = address + BigInt(length)
    for (let at = address; at < end; at += size - (at % size)) {
      const isThere = this.space.firstFault(at, 1, write) === undefined
      const ns = isThere ? touchNs : pageFaultNs + this.pageSize / clearRate
      this.touches.pages++
      this.touches.ns += ns
      this.debtNs += ns
    }
    return this.space.touch(address, length, write)
  }

  close(): void {
    // Windows live as long as the simulation.
  }
}
