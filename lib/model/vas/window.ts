// SPDX-License-Identifier: MIT
import type { AddressSpace } from '../address-space.js'
import type { Fifo } from './fifo.js'
import type { Process, Task } from './process.js'
import { HVWC, PAGE_SIZE_64K, SCOPE_VECTORED_GROUP, XLATE_RADIX } from './registers.js'
import type { CopType, ReceiveAttributes, SendAttributes } from './window-attributes.js'

/** What every window is: an id and its context's registers. */
abstract class WindowContext {
  /** The registers (HVWC), 512 bytes. */
  readonly hvwc = new DataView(new ArrayBuffer(HVWC.size))

  constructor(
    readonly id: number,
    readonly cop: CopType,
  ) {}

  get isOpen(): boolean {
    return HVWC.field.open.get(this.hvwc, 0) === 1
  }

  /** Registers of any window, before the kind's own are set (init_winctx_regs): all 0, context pushed to memory. */
  protected reset(wcredsMax: number, irqPort: bigint): void {
    const { hvwc } = this
    for (let at = 0; at < HVWC.size; at += 8) hvwc.setBigUint64(at, 0n)
    HVWC.write(hvwc, {
      xlate_msr_hv: 1,
      xlate_msr_sf: 1,
      xlate_lpcr_page_size: PAGE_SIZE_64K,
      xlate_ctl_mode: XLATE_RADIX,
      hv_intr_src_ra: irqPort,
      push_to_mem: 1,
      // Both credit registers are loaded in every window.
      lrx_wcred: wcredsMax,
      tx_wcred: wcredsMax & 0xfff,
      lnotify_max_scope: SCOPE_VECTORED_GROUP,
    })
  }

  /** OPEN is written last: from now on the window takes pastes. */
  protected open(): void {
    HVWC.field.open.set(this.hvwc, 0, 1)
  }
}

/** A window that CRBs are sent to: the FIFO of an NX, or the one for faults. */
export class ReceiveWindow extends WindowContext {
  readonly kind = 'receive'
  /** Send windows that point here. */
  senders = 0

  constructor(
    id: number,
    cop: CopType,
    readonly fifo: Fifo,
    readonly attributes: ReceiveAttributes,
    /** Trigger page of the instance's interrupt, which only the fault window raises. */
    irqPort: bigint,
  ) {
    super(id, cop)
    this.reset(attributes.wcredsMax, irqPort)
    HVWC.write(this.hvwc, {
      lfifo_bar: BigInt(fifo.realAddress) >> 10n,
      lfifo_size: Math.log2(attributes.rxFifoSize / 1024),
      ldata_stamp_ctl: attributes.dataStamp ? 1 : 0,
      pin: 1,
      rej_no_credit: attributes.rejNoCredit ? 1 : 0,
      tx_wcred_mode: attributes.txWcredMode ? 1 : 0,
      rx_wcred_mode: attributes.rxWcredMode ? 1 : 0,
      tx_word_mode: attributes.txWcredMode ? 1 : 0,
      rx_word_mode: 1,
      fault_win: attributes.faultWin ? 1 : 0,
      nx_win: attributes.nxWin ? 1 : 0,
      notify_disable: attributes.notifyDisable ? 1 : 0,
      intr_disable: attributes.intrDisable ? 1 : 0,
      lnotify_lpid: attributes.lnotifyLpid,
      lnotify_pid: attributes.lnotifyPid,
      lnotify_tid: attributes.lnotifyTid,
    })
    this.open()
  }

  get credits(): number {
    return HVWC.field.lrx_wcred.get(this.hvwc, 0)
  }

  /** Takes or returns (through LRX_WCRED_ADDER) credits. */
  addCredits(change: number): void {
    const credits = this.credits + change
    HVWC.field.lrx_wcred.set(this.hvwc, 0, credits)
    HVWC.field.lrfifo_push.set(this.hvwc, 0, this.attributes.wcredsMax - credits)
  }
}

/** Who a send window works for: taken at the open and kept until the close (V5 patch 8). */
export interface Opener {
  /** Pid of the thread that opened it. */
  readonly pid: number
  /** Its thread group, which may outlive the thread. */
  readonly process: Process
  /** The memory that addresses in CRBs mean, also after the opener is gone. */
  readonly mm: AddressSpace
}

/** Where a send window's faults go. */
export interface FaultRoute {
  readonly faultWindow: number
  readonly irqPort: bigint
}

/** A window that a program pastes CRBs to. */
export class SendWindow extends WindowContext {
  readonly kind = 'send'
  /** Why the window is closed although it is held open (PowerVM): lost its credit, or the partition moves. */
  readonly suspendedBy = new Set<'no-credit' | 'migration'>()

  constructor(
    id: number,
    cop: CopType,
    readonly vasId: number,
    readonly receiver: ReceiveWindow,
    readonly attributes: SendAttributes,
    readonly opener: Opener,
    route: FaultRoute,
  ) {
    super(id, cop)
    const { userWin } = attributes
    this.reset(attributes.wcredsMax, route.irqPort)
    HVWC.write(this.hvwc, {
      lpid: 0,
      pid: opener.process.tgid & 0xfffff,
      xlate_msr_dr: userWin ? 1 : 0,
      xlate_msr_pr: userWin ? 1 : 0,
      fault_tx_win: route.faultWindow,
      pswid: this.pswid,
      lrfifo_win_ptr: receiver.id,
      ldata_stamp_ctl: 1,
      intr_disable: 1,
      rej_no_credit: attributes.rejNoCredit ? 1 : 0,
      tx_wcred_mode: 1,
      rx_wcred_mode: 1,
      tx_word_mode: 1,
      rx_word_mode: 1,
      nx_win: receiver.attributes.nxWin ? 1 : 0,
      tx_rsvd_buf_count: attributes.rsvdTxbufCount,
    })
    this.open()
  }

  /** Process send window id: VAS id in bits 0:7, window id in bits 16:31. */
  get pswid(): number {
    return ((this.vasId << 24) | this.id) >>> 0
  }

  get credits(): number {
    return HVWC.field.tx_wcred.get(this.hvwc, 0)
  }

  /** Takes or returns (through TX_WCRED_ADDER) credits. */
  addCredits(change: number): void {
    HVWC.field.tx_wcred.set(this.hvwc, 0, this.credits + change)
  }

  get isBusy(): boolean {
    return HVWC.field.busy.get(this.hvwc, 0) === 1
  }

  set isBusy(busy: boolean) {
    HVWC.field.busy.set(this.hvwc, 0, busy ? 1 : 0)
  }

  /** The task that signals go to: the opener, else its thread group's leader, else nobody. */
  get task(): Task | undefined {
    const { pid, process } = this.opener
    return process.findTask(pid) ?? process.findTask(process.tgid)
  }

  /** First step of a close on the hardware: no paste is taken any more. */
  clearOpen(): void {
    HVWC.write(this.hvwc, { pin: 0, open: 0 })
  }
}
