// SPDX-License-Identifier: MIT
import { INJECTED } from '../../diagnostics.js'
import { NxDeviceError } from '../../errors.js'
import { CC } from '../../format/completion-codes.js'
import { CRB_HINT } from '../../format/crb.js'
import { CSB } from '../../format/csb.js'
import type { DeviceWindow, Submission } from '../device.js'
import { MappedViews } from '../mapped-views.js'
import { countInjected } from './counts.js'
import { JobMemory } from './job-memory.js'
import { InjectionPlan, type InjectedEvent } from './plan.js'
import { clock, setImmediate } from '../../timers.js'

/** Milliseconds that a device may take for a job whose output is to be damaged, which is waited for on the spot. */
const MOST_WAIT_MS = 1000

/** A window in which the trouble happens that was ordered, so that programs can be tested for it. Any device is behind it. */
export class InjectedWindow implements DeviceWindow {
  readonly #window: DeviceWindow
  readonly #plan: InjectionPlan
  readonly #views = new MappedViews()
  /** Addresses of faults that were made up: touching them helps. */
  readonly #faults = new Set<bigint>()

  /**
   * @param text what is to happen, see `InjectionPlan`
   * @throws NxUsageError for a text that is not valid
   */
  constructor(window: DeviceWindow, text: string) {
    this.#window = window
    this.#plan = new InjectionPlan(text)
  }

  get credits(): number {
    return this.#window.credits
  }
  get jobLimit(): number {
    return this.#window.jobLimit
  }
  get ignoresHints(): boolean {
    return this.#window.ignoresHints ?? false
  }
  get pageSize(): number {
    return this.#window.pageSize
  }
  get needsOwnMemory(): boolean {
    return this.#window.needsOwnMemory
  }
  get signalsCompletion(): boolean {
    return this.#window.signalsCompletion
  }
  get onCompletion(): (() => void) | undefined {
    return this.#window.onCompletion
  }
  set onCompletion(listener: (() => void) | undefined) {
    this.#window.onCompletion = listener
  }

  paste(crb: Uint8Array, submission: Submission): boolean {
    const event = this.#plan.next()
    if (!event || (event.kind === 'flip' && hasNoOutput(crb))) return this.#window.paste(crb, submission)
    countInjected(event.kind)
    INJECTED.announce(() => event)
    if (event.kind === 'gone') throw new NxDeviceError({ detail: 'injected: the device is gone' })
    return event.kind !== 'busy' && this.#take(event, crb, submission)
  }

  /** Takes a job that does not go well. False: the device did not accept it. */
  #take({ kind, cc }: InjectedEvent, crb: Uint8Array, submission: Submission): boolean {
    if (kind === 'hang') return true
    const memory = new JobMemory(crb, this.#views)
    if (kind === 'flip') {
      if (!this.#damage(crb, memory)) return false
    } else if (kind === 'fault') {
      this.#faults.add(memory.sourceAddress)
      memory.complete(CC.TRANSLATION_FAULT, memory.sourceAddress)
    } else {
      memory.complete(cc, 0n)
    }
    if (submission === 'background') setImmediate(() => this.onCompletion?.())
    return true
  }

  /** Has the job executed, and turns over a bit of what came out. */
  #damage(crb: Uint8Array, memory: JobMemory): boolean {
    if (!this.#window.paste(crb, 'blocking')) return false
    const { csb } = memory
    const start = clock()
    while (csb && CSB.field.v.get(csb, 0) === 0 && clock() - start < MOST_WAIT_MS) {
      this.#window.advance()
    }
    const bits = csb && CSB.field.v.get(csb, 0) === 1 ? CSB.field.tpbc.get(csb, 0) * 8 : 0
    if (bits > 0) memory.flip(this.#plan.draw(bits))
    return true
  }

  advance(): void {
    this.#window.advance()
  }

  map(view: Uint8Array): bigint {
    const address = this.#window.map(view)
    this.#views.map(view, () => address)
    const mapped = this.#views.get(view)
    if (mapped && mapped.address !== address) this.#views.move(mapped, address)
    return address
  }

  unmap(view: Uint8Array): void {
    this.#views.unmap(view)
    this.#window.unmap(view)
  }

  touch(address: bigint, length: number, write: boolean): boolean {
    const wasInjected = this.#faults.delete(address)
    return this.#window.touch(address, length, write) || wasInjected
  }

  close(isIdle: boolean): void | Promise<void> {
    return this.#window.close(isIdle)
  }
}

/** A software engine leaves the target of a job that only counts as it is. */
function hasNoOutput(crb: Uint8Array): boolean {
  return CRB_HINT.field.counts_only.get(new DataView(crb.buffer, crb.byteOffset, crb.length), 0) === 1
}

/** The window itself where nothing is to happen. @throws NxUsageError as `InjectedWindow` does */
export function withInjection(window: DeviceWindow, text: string): DeviceWindow {
  return text === '' ? window : new InjectedWindow(window, text)
}
