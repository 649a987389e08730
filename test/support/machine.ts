// SPDX-License-Identifier: MIT
import { CC } from '../../lib/format/completion-codes.js'
import { AddressSpace, type Residency } from '../../lib/model/address-space.js'
import { Machine, type MachineConfig } from '../../lib/model/vas/machine.js'
import { Process } from '../../lib/model/vas/process.js'
import type { TraceEvent } from '../../lib/model/vas/trace.js'
import type { SendWindow } from '../../lib/model/vas/window.js'

/** Bytes of a page in these tests. */
export const PAGE = 4096

const CONFIG: MachineConfig = {
  chips: 1,
  sendCredits: 1024,
  receiveFifoEntries: 256,
  faultFifoEntries: 16,
  thresholdMode: false,
  faultsTo: 'fault-window',
  kernel: 'mainline',
  oddFcErratum: false,
  maxByteCountHigh: 0,
  maxByteCountLow: 65536,
  inject: {},
}

/** A machine and everything that it traced. */
export interface Traced {
  readonly machine: Machine
  readonly events: TraceEvent[]
}

/** A small machine, bare metal with a mainline kernel unless told otherwise. */
export function makeMachine(options: Partial<MachineConfig> = {}): Traced {
  const machine = new Machine({ ...CONFIG, ...options })
  const events: TraceEvent[] = []
  machine.trace = (event) => {
    events.push(event)
  }
  return { machine, events }
}

export function makeProcess(tgid = 1000, residency: Residency = 'all', seed = 1): Process {
  return new Process(tgid, new AddressSpace({ pageSize: PAGE, residency, seed }))
}

/** Events of one kind. */
export function eventsOf<K extends TraceEvent['kind']>(
  events: readonly TraceEvent[],
  kind: K,
): Extract<TraceEvent, { kind: K }>[] {
  return events.filter((event): event is Extract<TraceEvent, { kind: K }> => event.kind === kind)
}

export function messagesOf(events: readonly TraceEvent[]): string[] {
  return eventsOf(events, 'message').map(({ text }) => text)
}

/** Lets the actor of this name (or of a name that starts so) take its next step. */
export function step(machine: Machine, name: string): void {
  const actor = machine.actors().find((candidate) => candidate.name.startsWith(name))
  if (!actor) throw new Error(`${name} has nothing to do; ${actorNames(machine).join(', ')} have`)
  actor.step()
}

export function actorNames(machine: Machine): string[] {
  return machine.actors().map(({ name }) => name)
}

/** Lets everything but closes go on until nothing can. */
export function settle(machine: Machine): void {
  for (;;) {
    const actor = machine.actors().find(({ name }) => !name.startsWith('close'))
    if (!actor) return
    actor.step()
  }
}

/** How a raw job's memory is laid out. */
export interface RawJobOptions {
  readonly fc?: number
  readonly source?: Uint8Array
  readonly targetBytes?: number
  /** Source and target are lists of that many pieces, each in its own buffer. */
  readonly pieces?: number
  /** Value of CRB bit C, and CM if it is set. */
  readonly interrupt?: boolean
}

interface Mapped {
  readonly view: Uint8Array
  readonly address: bigint
}

/**
 * A job as a program without any library would set it up: every part in a buffer, and so in pages, of its own. The CSB
 * is the last quadword of a page, so that the CPB behind it lies in another one. Everything is written by literal byte
 * offsets.
 */
export class RawJob {
  readonly crb = new Uint8Array(128)
  readonly csb: DataView
  readonly cpb: DataView
  readonly csbAddress: bigint
  readonly source: readonly Mapped[]
  readonly target: readonly Mapped[]
  readonly sourceList: Mapped | undefined
  readonly targetList: Mapped | undefined
  readonly #space: AddressSpace
  readonly #block: Mapped
  readonly #mapped: Uint8Array[] = []

  constructor(space: AddressSpace, options: RawJobOptions = {}) {
    const { fc = 0x1e, source = new Uint8Array(100).fill(0x61), targetBytes = 4096, pieces = 0 } = options
    this.#space = space
    this.#block = this.#map(new Uint8Array(2 * PAGE))
    this.csbAddress = this.#block.address + 4080n
    this.csb = new DataView(this.#block.view.buffer, 4080, 16)
    this.cpb = new DataView(this.#block.view.buffer, 4096, 1680)
    const view = new DataView(this.crb.buffer)
    view.setUint32(0, fc)
    view.setBigUint64(8, this.csbAddress)
    if (options.interrupt) {
      view.setBigUint64(8, this.csbAddress | 8n)
      view.setUint32(60, 1)
    }
    this.source = split(source, pieces).map((part) => this.#map(part))
    this.target = split(new Uint8Array(targetBytes), pieces).map((part) => this.#map(part))
    this.sourceList = this.#describe(view, 16, this.source, pieces > 0)
    this.targetList = this.#describe(view, 32, this.target, pieces > 0)
  }

  get v(): number {
    return this.csb.getUint8(0) >>> 7
  }

  get cc(): number {
    return this.csb.getUint8(2)
  }

  get tpbc(): number {
    return this.csb.getUint32(4)
  }

  /** The address of a fault, in whichever byte order the kernel left it. */
  get faultAddress(): bigint {
    return this.csb.getBigUint64(8, this.cc === CC.TRANSLATION)
  }

  get hasFaulted(): boolean {
    return this.v === 1 && (this.cc === 250 || this.cc === 5)
  }

  /** Clears the CSB for another paste. */
  arm(): void {
    for (let at = 0; at < 16; at++) this.csb.setUint8(at, 0)
  }

  paste(machine: Machine, window: SendWindow): boolean {
    this.arm()
    return machine.instance(window.vasId).paste(window, this.crb)
  }

  /** Touches exactly one address, by a write where the device writes. False: it is none of this job's. */
  touch(address: bigint): boolean {
    const covers = ({ view, address: start }: Mapped) =>
      address >= start && address < start + BigInt(view.length)
    const isWritten = covers(this.#block) || this.target.some(covers)
    if (!isWritten && !this.#mappings.some(covers)) return false
    return this.#space.touch(address, 1, isWritten)
  }

  /** The first bytes of the target, joined. */
  output(length = this.tpbc): Buffer {
    return Buffer.concat(this.target.map(({ view }) => view)).subarray(0, length)
  }

  /** Takes all pages of the job out. */
  evict(): void {
    for (const { address, view } of this.#mappings) this.#space.evict(address, view.length)
  }

  unmap(): void {
    for (const view of this.#mapped.splice(0)) this.#space.unmap(view)
  }

  /** Takes only the pages of CSB and CPB out of the address space. */
  unmapCsb(): void {
    const index = this.#mapped.indexOf(this.#block.view)
    if (index < 0) return
    this.#mapped.splice(index, 1)
    this.#space.unmap(this.#block.view)
  }

  get #mappings(): Mapped[] {
    const lists = [this.sourceList, this.targetList].filter((list) => list !== undefined)
    return [this.#block, ...lists, ...this.source, ...this.target]
  }

  #map(view: Uint8Array): Mapped {
    this.#mapped.push(view)
    return { view, address: this.#space.map(view) }
  }

  #describe(crb: DataView, at: number, parts: readonly Mapped[], indirect: boolean): Mapped | undefined {
    const total = parts.reduce((sum, { view }) => sum + view.length, 0)
    crb.setUint32(at + 4, total)
    if (!indirect) {
      crb.setBigUint64(at + 8, parts[0].address)
      return undefined
    }
    const list = this.#map(new Uint8Array(16 * parts.length))
    const entries = new DataView(list.view.buffer)
    parts.forEach(({ view, address }, index) => {
      entries.setUint32(16 * index + 4, view.length)
      entries.setBigUint64(16 * index + 8, address)
    })
    crb.setUint8(at + 2, parts.length)
    crb.setBigUint64(at + 8, list.address)
    return list
  }
}

/** The bytes in buffers of their own; 0 pieces: in one. */
function split(bytes: Uint8Array, pieces: number): Uint8Array[] {
  if (pieces === 0) return [bytes.slice()]
  const size = Math.ceil(bytes.length / pieces)
  return Array.from({ length: pieces }, (_, index) => bytes.slice(index * size, (index + 1) * size))
}

/** The 128 bytes of a CRB as NX pastes it to the fault window, by literal offsets. */
export function faultCrb(fields: { pswid: number; fsa?: bigint; fc?: number; csb?: bigint }): Uint8Array {
  const view = new DataView(new ArrayBuffer(128))
  view.setUint32(0, fields.fc ?? 0)
  view.setBigUint64(8, fields.csb ?? 0n)
  view.setBigUint64(64, fields.fsa ?? 0n)
  view.setUint32(76, fields.pswid)
  return new Uint8Array(view.buffer)
}
