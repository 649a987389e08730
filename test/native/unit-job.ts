// SPDX-License-Identifier: MIT
/** Jobs for a software unit: in this process's own memory, at real addresses. */
import { CSB } from '../../lib/format/csb.js'
import type { Addon, SoftwareUnit } from '../../lib/device/addon.js'
import type { DirectJob, Written } from './twins.js'

/** Bytes of CSB and CPB together. */
const CONTROL_BYTES = 16 + 1680

/** Bytes behind the target that no job may write. */
const GUARD_BYTES = 64
const GUARD = 0xdd

/** New memory that begins at a multiple of 16, as CSBs and DDLs have to. */
export function alignedBytes(addon: Addon, length: number): Uint8Array {
  const bytes = new Uint8Array(length + 15)
  const start = Number(-addon.addressOf(bytes) & 15n)
  return bytes.subarray(start, start + length)
}

/** A job with direct DDEs, and the memory that it names: to be kept as long as it runs. */
export class UnitJob {
  readonly crb = new Uint8Array(128)
  readonly view = new DataView(this.crb.buffer)
  /** CSB and CPB. */
  readonly control: Uint8Array
  readonly #space: Uint8Array
  readonly #room: number
  readonly #mapped: { address: bigint; view: Uint8Array }[] = []

  constructor(
    addon: Addon,
    private readonly unit: SoftwareUnit,
    { fc, source, room, effort = 0, cpb }: DirectJob,
  ) {
    this.control = alignedBytes(addon, CONTROL_BYTES)
    if (cpb) this.control.set(cpb, 16)
    this.#room = room
    this.#space = new Uint8Array(room + GUARD_BYTES).fill(GUARD)
    this.crb[3] = fc
    this.crb[80] = effort
    this.view.setBigUint64(8, this.#map(this.control))
    this.view.setUint32(20, source.length)
    this.view.setBigUint64(24, this.#map(source))
    this.view.setUint32(36, room)
    this.view.setBigUint64(40, this.#map(this.#space))
  }

  /** Whether V is set in its CSB. */
  get isDone(): boolean {
    return this.control[0] === 0x80
  }

  get written(): Written {
    const csb = new DataView(this.control.buffer, this.control.byteOffset, CSB.size)
    const cpb = new DataView(this.control.buffer, this.control.byteOffset + CSB.size)
    return { csb, cpb, target: this.#space.subarray(0, csb.getUint32(4)) }
  }

  /** Whether nothing was written behind the target. */
  get isGuarded(): boolean {
    return this.#space.subarray(this.#room).every((byte) => byte === GUARD)
  }

  execute(): Written {
    this.unit.execute(this.crb)
    return this.written
  }

  submit(): void {
    this.unit.submit(this.crb)
  }

  /** The same with source and target lent to the job: their addresses in the CRB are gone, and neither is mapped. */
  lend(source: Uint8Array, target: Uint8Array): { source: Uint8Array; target: Uint8Array } {
    this.view.setBigUint64(24, 0n)
    this.view.setBigUint64(40, 0n)
    this.view.setUint32(20, source.length)
    this.view.setUint32(36, target.length)
    return { source, target }
  }

  /** Takes its memory back from the unit. */
  unmap(): void {
    for (const { address, view } of this.#mapped) this.unit.unmap(address, view.length)
  }

  #map(view: Uint8Array): bigint {
    const address = this.unit.map(view)
    this.#mapped.push({ address, view })
    return address
  }
}

/** A unit that tells when its submitted jobs are finished. */
export class AwaitedUnit {
  readonly unit: SoftwareUnit
  /** Calls of `onCompletion`. */
  completions = 0
  #resolve: (() => void) | undefined

  constructor(addon: Addon) {
    this.unit = new addon.SoftwareUnit(() => {
      this.completions++
      if (this.unit.pending === 0) this.#resolve?.()
    })
  }

  /** Settled by the unit's own notification. To be called in the turn in which the jobs were submitted. */
  async whenIdle(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#resolve = resolve
    })
  }
}

/** The 16 bytes of a CSB: V, CC, CE, TPBC, address. */
export function csbOf(view: DataView): { v: number; cc: number; ce: number; tpbc: number; address: bigint } {
  return {
    v: view.getUint8(0) >> 7,
    cc: view.getUint8(2),
    ce: view.getUint8(3),
    tpbc: view.getUint32(4),
    address: view.getBigUint64(8),
  }
}
