// SPDX-License-Identifier: MIT
import { NxDeviceError, NxUsageError } from '../errors.js'
import { FC_LOW_LIMIT } from '../format/function-codes.js'
import { WCREDS_DEFAULT } from '../model/vas/constants.js'
import type { Addon, VasWindow, WindowError } from './addon.js'
import type { Device, DeviceWindow } from './device.js'
import { MappedViews } from './mapped-views.js'
import { DEVICE_FILE, openError } from './open-errors.js'
import { touchPages } from './residency.js'
import { SuspensionWatch } from './suspension.js'
import { readCredits, readSystem, type CreditType, type SystemFacts } from './system.js'

/** Credits of a partition's window. */
const PARTITION_WINDOW_CREDITS = 1

/** Flag of VAS_TX_WIN_OPEN: a bought credit, which is served first. */
const FLAG_QOS_CREDIT = 1

/** Byte of a CRB in which FC(0:5) lies. */
const CRB_FC_BYTE = 3

/** Settings of the hardware device. */
export interface HardwareOptions {
  /** The chip whose windows are opened; -1: that of the processor which opens one. */
  readonly vasId: number
  /** Which of a partition's credits windows take. */
  readonly creditType: CreditType
  /** Where the system's files are; for tests. */
  readonly root?: string
}

/** Windows that are open and that nobody uses, by what they were opened with: opening one can take 33 ms. */
const idleWindows = new Map<string, VasWindow>()

/** Windows in use. The unit may write the memory that is mapped in them, whoever has forgotten them. */
const openWindows = new Set<HardwareWindow>()

/** The NX unit, through the kernel's device file. */
export class HardwareDevice implements Device {
  readonly engine = 'hardware'
  readonly system: SystemFacts
  readonly #open: () => VasWindow

  /** @throws NxDeviceError when no window can be opened: for want of addon, processor, device, permission or credit */
  constructor(
    readonly addon: Addon | undefined,
    readonly options: HardwareOptions,
  ) {
    const Opener = openerOf(addon)
    const flags = options.creditType === 'qos' ? FLAG_QOS_CREDIT : 0
    this.#open = () => {
      try {
        return new Opener(DEVICE_FILE, options.vasId, flags)
      } catch (error) {
        throw openError(error as WindowError)
      }
    }
    this.system = readSystem(options.root)
    // Only opening a window tells whether there are any.
    this.giveBack(this.takeWindow())
  }

  get #key(): string {
    return `${this.options.vasId} ${this.options.creditType}`
  }

  openWindow(): DeviceWindow {
    const window = new HardwareWindow(this, this.takeWindow())
    openWindows.add(window)
    return window
  }

  /** @throws NxDeviceError when no window can be opened */
  takeWindow(): VasWindow {
    const idle = idleWindows.get(this.#key)
    if (!idle) return this.#open()
    idleWindows.delete(this.#key)
    return idle
  }

  /** Keeps a window for whoever opens the next one, but one only: a partition has few. */
  giveBack(window: VasWindow): void {
    if (idleWindows.has(this.#key)) window.close()
    else idleWindows.set(this.#key, window)
  }

  /** Opens a window that must be a new one. */
  renewWindow(): VasWindow {
    return this.#open()
  }

  /** The window that is kept stays open for the next device of this thread; the kernel closes it with the process. */
  close(): void {
    return undefined
  }
}

/** A window of the NX unit. */
class HardwareWindow implements DeviceWindow {
  readonly credits: number
  readonly jobLimit: number
  readonly ignoresHints = true
  readonly pageSize: number
  readonly needsOwnMemory = true
  readonly signalsCompletion = false
  readonly #views = new MappedViews()
  readonly #suspension: SuspensionWatch | undefined
  /** Undefined between closing a suspended window and getting another. */
  #window: VasWindow | undefined

  constructor(
    private readonly device: HardwareDevice,
    window: VasWindow,
  ) {
    this.#window = window
    const { system, options, addon } = device
    const isPartition = system.platform === 'powervm'
    this.credits = isPartition ? PARTITION_WINDOW_CREDITS : WCREDS_DEFAULT
    this.jobLimit = system.jobLimit ?? Infinity
    this.pageSize = addon?.pageSize ?? 0
    if (isPartition) {
      this.#suspension = new SuspensionWatch(() => readCredits(options.creditType, options.root))
    }
  }

  /** @throws NxUsageError for a function code with the Low limit, NxError in a process that was forked */
  paste(crb: Uint8Array): boolean {
    if ((crb[CRB_FC_BYTE] & FC_LOW_LIMIT) !== 0) throw new NxUsageError('ERR_NX_LOW_LIMIT')
    if (this.#window && pasteTo(this.#window, crb)) {
      this.#suspension?.accepted()
      return true
    }
    if (this.#suspension?.refused()) this.#renew()
    return false
  }

  /** The unit works by itself. */
  advance(): void {
    return undefined
  }

  map(view: Uint8Array): bigint {
    return this.#views.map(view, (memory) => this.device.addon?.addressOf(memory) ?? 0n)
  }

  unmap(view: Uint8Array): void {
    this.#views.unmap(view)
  }

  touch(address: bigint, length: number, write: boolean): boolean {
    let found = false
    for (const mapped of this.#views) {
      const from = Number(address - mapped.address)
      if (from < 0 || from >= mapped.view.length) continue
      touchPages(mapped.view, from, length, write, this.pageSize)
      found = true
    }
    return found
  }

  close(isIdle: boolean): void | Promise<void> {
    const window = this.#window
    this.#window = undefined
    if (isIdle || !window) {
      if (window) this.device.giveBack(window)
      openWindows.delete(this)
      return undefined
    }
    // The kernel keeps it until the unit has given back every credit: from then on nothing is written any more.
    return window.closeInBackground().then(() => {
      openWindows.delete(this)
    })
  }

  /** A window that the partition lost takes no paste ever again; another one may. */
  #renew(): void {
    this.#window?.close()
    this.#window = undefined
    try {
      this.#window = this.device.renewWindow()
    } catch (error) {
      // None is to be had now: the watch says when to try again, until the job's time for a paste is over.
      if (!(error instanceof NxDeviceError)) throw error
    }
  }
}

const absent = (detail: string) => new NxDeviceError({ detail, isFinal: true })

/** What opens windows. @throws NxDeviceError without addon, or on a processor without the unit */
function openerOf(addon: Addon | undefined): NonNullable<Addon['VasWindow']> {
  if (process.arch !== 'ppc64' && !addon?.VasWindow) {
    throw absent(`${process.arch} has no NX; it is in POWER9 and later`)
  }
  if (!addon?.VasWindow) throw absent('hardware needs the addon, which is not loaded')
  if (!addon.processor.copyPaste) {
    throw absent('this processor has no copy and paste instructions; POWER9 has')
  }
  return addon.VasWindow
}

/** The addon's errors as typed ones. */
function pasteTo(window: VasWindow, crb: Uint8Array): boolean {
  try {
    return window.paste(crb)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_NX_FOREIGN_PROCESS') {
      throw new NxUsageError(error.code)
    }
    throw error
  }
}
