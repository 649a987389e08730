// SPDX-License-Identifier: MIT
import { CRB } from '../../format/crb.js'
import { STAMP_OFFSET, VAS_STAMP } from '../../format/stamps.js'
import type { JobUnit } from '../nx/gzip-unit.js'
import { RX_FIFO_SIZE_MIN, RX_WCREDS_MAX, WINDOWS_PER_CHIP } from './constants.js'
import { CrbPool, type CrbBuffer } from './crb-buffer.js'
import { KernelError } from './errno.js'
import { Fifo } from './fifo.js'
import { HypervisorFaults } from './hypervisor-faults.js'
import type { Injection } from './injection.js'
import type { KernelThread } from './kernel-thread.js'
import { NxChannel } from './nx-channel.js'
import { ReceiveQueue } from './receive-queue.js'
import { HVWC } from './registers.js'
import type { PasteRefusal, TraceSink } from './trace.js'
import {
  checkReceiveAttributes,
  checkSendAttributes,
  type CopType,
  type ReceiveAttributes,
  type SendAttributes,
} from './window-attributes.js'
import { ReceiveWindow, SendWindow, type Opener } from './window.js'
import type { Xive } from './xive.js'

/** What an instance is built with. */
export interface InstanceConfig {
  readonly vasId: number
  readonly receiveFifoEntries: number
  readonly faultFifoEntries: number
  readonly thresholdMode: boolean
  /** Faults go to the fault window of this switchboard, or (PowerVM) to the hypervisor. */
  readonly faultsTo: 'fault-window' | 'hypervisor'
}

/** Real address of the first FIFO of a chip; FIFOs follow each other. */
const FIFO_BASE = 0x2000_0000
const CHIP_MEMORY_BYTES = 0x1_0000_0000

/** Attributes of an NX's receive windows (vas_init_rx_win_attr and the gzip set-up of the NX driver). */
const NX_RECEIVE = {
  nxWin: true,
  faultWin: false,
  userWin: false,
  notifyDisable: false,
  intrDisable: true,
  notifyEarly: false,
  rejNoCredit: false,
  txWcredMode: true,
  rxWcredMode: true,
  dataStamp: true,
  lnotifyLpid: 0xfff,
  lnotifyPid: 2,
} as const

/** Attributes of the fault window (vas_setup_fault_window). It interrupts through the instance's trigger page. */
const FAULT_RECEIVE = {
  nxWin: false,
  faultWin: true,
  userWin: false,
  notifyDisable: true,
  intrDisable: false,
  notifyEarly: false,
  rejNoCredit: true,
  txWcredMode: false,
  rxWcredMode: true,
  dataStamp: false,
  lnotifyLpid: 0,
  lnotifyPid: 0,
  lnotifyTid: 0,
} as const

/** A paste that VAS has accepted and not yet written to the receive FIFO. */
interface InTransit {
  readonly window: SendWindow
  readonly crb: CrbBuffer
}

/**
 * One chip's Virtual Accelerator Switchboard with its gzip unit: the table of windows, pastes, stamps, credits, the
 * fault window and the interrupt that it raises (UM 6.1; V5 patches 4, 5, 7, 11, 12).
 */
export class VasInstance {
  readonly vasId: number
  /** Interrupt of the fault window, and its trigger page (V5 patch 4). */
  readonly irq: number
  readonly irqPort: bigint
  readonly faultWindow: ReceiveWindow
  readonly nx: NxChannel
  readonly #windows = new Map<number, ReceiveWindow | SendWindow>()
  readonly #receivers: Readonly<Record<'GZIP' | 'GZIP_HIPRI', ReceiveQueue>>
  readonly #transit: InTransit[] = []
  readonly #pool = new CrbPool()
  /** Where faults of a window go that its hypervisor handles. */
  readonly #hypervisorFaults = new Map<SendWindow, HypervisorFaults>()
  /** Ids in use: a window's stays so for a while after it has left the table. */
  readonly #takenIds = new Set<number>()
  /** No id below is free. */
  #lowestFreeId = 0
  #fifoAddress: number

  constructor(
    private readonly config: InstanceConfig,
    private readonly xive: Xive,
    unit: JobUnit,
    private readonly injection: Injection,
    readonly sink: TraceSink,
  ) {
    this.vasId = config.vasId
    this.#fifoAddress = FIFO_BASE + config.vasId * CHIP_MEMORY_BYTES
    this.irq = xive.allocate(config.vasId)
    this.irqPort = xive.triggerPage(this.irq)
    this.faultWindow = this.#openReceive('FAULT', config.faultFifoEntries, FAULT_RECEIVE)
    const high = this.#openReceive('GZIP_HIPRI', config.receiveFifoEntries, { ...NX_RECEIVE, lnotifyTid: 1 })
    const normal = this.#openReceive('GZIP', config.receiveFifoEntries, { ...NX_RECEIVE, lnotifyTid: 2 })
    this.#receivers = { GZIP_HIPRI: new ReceiveQueue(high), GZIP: new ReceiveQueue(normal) }
    const { GZIP_HIPRI, GZIP } = this.#receivers
    this.nx = new NxChannel(unit, GZIP_HIPRI, GZIP, config.thresholdMode, injection, this)
  }

  /** Open windows, by id. */
  get windows(): ReadonlyMap<number, ReceiveWindow | SendWindow> {
    return this.#windows
  }

  findWindow(id: number): ReceiveWindow | SendWindow | undefined {
    return this.#windows.get(id)
  }

  /**
   * Opens a send window to the normal or the high-priority gzip FIFO.
   *
   * @throws KernelError EINVAL for attributes that the kernel refuses, EAGAIN when all ids are taken
   */
  openSend(cop: CopType, attributes: SendAttributes, opener: Opener): SendWindow {
    checkSendAttributes(cop, attributes)
    if (cop !== 'GZIP' && cop !== 'GZIP_HIPRI')
      throw new KernelError('EINVAL', `no receive window of type ${cop}`)
    const receiver = this.#receivers[cop].window
    const route = { faultWindow: this.faultWindow.id, irqPort: this.irqPort }
    const window = new SendWindow(this.#takeId(), cop, this.vasId, receiver, attributes, opener, route)
    this.#windows.set(window.id, window)
    receiver.senders++
    if (this.config.faultsTo === 'hypervisor') this.#openHypervisorFaults(window)
    this.sink.trace?.({ kind: 'window-open', vas: this.vasId, window: window.id, pid: opener.pid })
    return window
  }

  /**
   * Closes a receive window.
   *
   * @throws KernelError EBUSY while send windows point to it
   */
  closeReceive(window: ReceiveWindow): void {
    if (window.senders > 0)
      throw new KernelError('EBUSY', `${window.senders} send windows use window ${window.id}`)
    this.remove(window)
    this.#freeId(window.id)
  }

  /** Takes a window out of the table: faults do not find it any more. */
  remove(window: ReceiveWindow | SendWindow): void {
    this.#windows.delete(window.id)
  }

  /** Gives back a closed send window's id and its hold on the receive window. */
  release(window: SendWindow): void {
    window.receiver.senders--
    this.#hypervisorFaults.get(window)?.release()
    this.#hypervisorFaults.delete(window)
    this.#freeId(window.id)
  }

  /** A paste of 128 bytes to a window's paste address. False without saying why: the sender retries or gives up. */
  paste(window: SendWindow, crb: Uint8Array): boolean {
    const reason = this.#refusal(window)
    const { sink, vasId: vas } = this
    if (reason) {
      sink.trace?.({ kind: 'paste', vas, window: window.id, accepted: false, reason })
      return false
    }
    const buffer = this.#pool.take()
    buffer.bytes.set(crb)
    sink.trace?.({ kind: 'paste', vas, window: window.id, accepted: true })
    this.#changeSendCredits(window, -1)
    this.#changeReceiveCredits(window.receiver, -1, 'receive')
    window.isBusy = true
    this.#transit.push({ window, crb: buffer })
    return true
  }

  /** True while an accepted paste is on its way to the receive FIFO. */
  get hasTransit(): boolean {
    return this.#transit.length > 0
  }

  /** Senders of the pastes that are on their way, the oldest first. */
  get inTransit(): SendWindow[] {
    return this.#transit.map(({ window }) => window)
  }

  /** What waits in a receive FIFO. */
  receiveQueue(cop: 'GZIP' | 'GZIP_HIPRI'): ReceiveQueue {
    return this.#receivers[cop]
  }

  /** Faults of a window that its hypervisor keeps and whose credits are not back yet. */
  hypervisorFaultsOf(window: SendWindow): number {
    return this.#hypervisorFaults.get(window)?.outstanding ?? 0
  }

  /** Stamps the oldest accepted paste, writes it to the receive FIFO and tells NX. */
  deliver(): void {
    const next = this.#transit.shift()
    if (!next) return
    const { window, crb } = next
    const { receiver } = window
    const { view } = crb
    for (let at = STAMP_OFFSET; at < STAMP_OFFSET + VAS_STAMP.size; at += 4) view.setUint32(at, 0)
    VAS_STAMP.field.send_wc_id.set(view, STAMP_OFFSET, window.id)
    VAS_STAMP.field.recv_wc_id.set(view, STAMP_OFFSET, receiver.id)
    receiver.fifo.push(crb.bytes)
    this.#pool.give(crb)
    this.#receivers[window.cop === 'GZIP_HIPRI' ? 'GZIP_HIPRI' : 'GZIP'].notify()
    window.isBusy = this.#transit.some((other) => other.window === window)
    this.sink.trace?.({ kind: 'stamp', vas: this.vasId, window: window.id, receiveWindow: receiver.id })
  }

  /** NX pastes a CRB with a fault stamp to the fault window, which interrupts. False: no credit (RMA_Reject). */
  pasteFault(window: SendWindow, crb: Uint8Array): boolean {
    const hypervisor = this.#hypervisorFaults.get(window)
    if (hypervisor) {
      this.sink.trace?.({ kind: 'fault-paste', vas: this.vasId, window: window.id, entry: 0 })
      hypervisor.accept(crb)
      return true
    }
    if (this.faultWindow.credits === 0) return false
    this.#changeReceiveCredits(this.faultWindow, -1, 'fault')
    const entry = this.faultWindow.fifo.push(crb)
    this.sink.trace?.({ kind: 'fault-paste', vas: this.vasId, window: window.id, entry })
    this.xive.store(HVWC.field.hv_intr_src_ra.get(this.faultWindow.hvwc, 0))
    return true
  }

  raiseUserInterrupt(window: SendWindow): void {
    this.xive.store(HVWC.field.osu_intr_src_ra.get(window.hvwc, 0))
  }

  returnSendCredit(window: SendWindow): void {
    this.#changeSendCredits(window, 1)
  }

  returnReceiveCredit(window: ReceiveWindow): void {
    this.#changeReceiveCredits(window, 1, 'receive')
  }

  /** A credit of the fault window comes back; an NX that was stalled for want of it goes on. */
  returnFaultCredit(): void {
    this.#changeReceiveCredits(this.faultWindow, 1, 'fault')
    this.nx.retryHeld()
  }

  /** A thread that has work with faults which the hypervisor keeps. */
  get runnableHypervisorThread(): KernelThread | undefined {
    for (const { thread } of this.#hypervisorFaults.values()) if (thread.isRunnable) return thread
    return undefined
  }

  /** Threads of the kernel that handle faults which the hypervisor keeps. */
  get hypervisorThreads(): KernelThread[] {
    return Array.from(this.#hypervisorFaults.values(), ({ thread }) => thread)
  }

  #openHypervisorFaults(window: SendWindow): void {
    const faults = new HypervisorFaults(window, this.xive, this.sink, () => {
      this.returnSendCredit(window)
    })
    HVWC.field.hv_intr_src_ra.set(window.hvwc, 0, this.xive.triggerPage(faults.irq))
    this.#hypervisorFaults.set(window, faults)
  }

  #refusal(window: SendWindow): PasteRefusal | undefined {
    if (this.injection.nextPasteFails()) return 'injected'
    if (!window.isOpen) return 'closed'
    if (window.suspendedBy.size > 0) return 'suspended'
    if (window.credits === 0) return 'no send credit'
    return window.receiver.credits === 0 ? 'no receive credit' : undefined
  }

  #changeSendCredits(window: SendWindow, change: number): void {
    window.addCredits(change)
    if (!this.sink.trace) return
    const { id, credits } = window
    this.sink.trace({ kind: 'credit', vas: this.vasId, window: id, side: 'send', credits })
  }

  #changeReceiveCredits(window: ReceiveWindow, change: number, side: 'receive' | 'fault'): void {
    window.addCredits(change)
    if (!this.sink.trace) return
    const { id, credits } = window
    this.sink.trace({ kind: 'credit', vas: this.vasId, window: id, side, credits })
  }

  #openReceive(cop: CopType, entries: number, kind: Omit<ReceiveAttributes, 'rxFifoSize' | 'wcredsMax'>) {
    // The register holds a power of two of KiB; the credits keep the rest of the ring unused.
    const bytes = Math.max(RX_FIFO_SIZE_MIN, 2 ** Math.ceil(Math.log2(entries * CRB.size)))
    const attributes = { ...kind, rxFifoSize: bytes, wcredsMax: Math.min(entries, RX_WCREDS_MAX) }
    checkReceiveAttributes(attributes)
    const fifo = new Fifo(entries, this.#fifoAddress)
    this.#fifoAddress += bytes
    const window = new ReceiveWindow(this.#takeId(), cop, fifo, attributes, this.irqPort)
    this.#windows.set(window.id, window)
    return window
  }

  #takeId(): number {
    if (this.#takenIds.size === WINDOWS_PER_CHIP)
      throw new KernelError('EAGAIN', 'Too many (64K) open windows')
    while (this.#takenIds.has(this.#lowestFreeId)) this.#lowestFreeId++
    this.#takenIds.add(this.#lowestFreeId)
    return this.#lowestFreeId
  }

  #freeId(id: number): void {
    this.#takenIds.delete(id)
    this.#lowestFreeId = Math.min(this.#lowestFreeId, id)
  }
}
