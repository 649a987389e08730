// SPDX-License-Identifier: MIT
import { SPURIOUS_LIMIT, SPURIOUS_WINDOW } from './constants.js'
import type { TraceSink } from './trace.js'

/** What a hard interrupt handler answers. */
export type IrqReturn = 'none' | 'handled' | 'wake-thread'

/** A handler pair as Linux's request_threaded_irq takes it. */
export interface ThreadedHandler {
  /** Runs when the interrupt is delivered. Without one, the thread is always woken. */
  readonly hard?: () => IrqReturn
  /** Wakes the thread. Waking one that runs already does nothing more. */
  readonly wakeThread: () => void
  /** The line stays masked until the thread is done (IRQF_ONESHOT). */
  readonly oneshot: boolean
}

/** Real address of the first interrupt's trigger page, and the distance of the pages. */
const TRIGGER_BASE = 0x0006_0300_0000_0000n
const TRIGGER_PAGE_BYTES = 0x10000n

/** One interrupt source. P and Q as in its ESB: delivered and not yet ended, and triggered again meanwhile. */
interface Source {
  readonly irq: number
  readonly chip: number
  handler: ThreadedHandler | undefined
  p: boolean
  q: boolean
  masked: boolean
  disabled: boolean
  counts: { delivered: number; handled: number; unhandled: number }
  inWindow: number
  unhandledInWindow: number
}

/**
 * The External Interrupt Virtualization Engine, as much of it as the switchboard needs: interrupts allocated on a chip,
 * raised by a write to their trigger page, delivered to a threaded handler. Triggers while an interrupt is under way
 * become one.
 */
export class Xive {
  /** By number; undefined where an interrupt was given back. */
  readonly #sources: (Source | undefined)[] = []

  constructor(private readonly sink: TraceSink) {}

  /** Allocates an interrupt on a chip (V5 patch 1), the lowest that is free. */
  allocate(chip: number): number {
    const free = this.#sources.indexOf(undefined)
    const irq = free < 0 ? this.#sources.length : free
    this.#sources[irq] = {
      irq,
      chip,
      handler: undefined,
      p: false,
      q: false,
      masked: false,
      disabled: false,
      counts: { delivered: 0, handled: 0, unhandled: 0 },
      inWindow: 0,
      unhandledInWindow: 0,
    }
    return irq
  }

  /** Gives an interrupt back; triggers that are still under way go nowhere. */
  free(irq: number): void {
    this.#source(irq)
    this.#sources[irq] = undefined
  }

  /** Real address of an interrupt's trigger page (V5 patch 2). */
  triggerPage(irq: number): bigint {
    return TRIGGER_BASE + BigInt(irq) * TRIGGER_PAGE_BYTES
  }

  /** Sets the handlers of an interrupt. */
  requestThreadedIrq(irq: number, handler: ThreadedHandler): void {
    this.#source(irq).handler = handler
  }

  /** A cache-inhibited write to a trigger page raises its interrupt. Writes elsewhere go nowhere. */
  store(address: bigint): void {
    if (address < TRIGGER_BASE) return
    const source = this.#sources[Number((address - TRIGGER_BASE) / TRIGGER_PAGE_BYTES)]
    if (!source) return
    const coalesced = source.p
    if (coalesced) source.q = true
    else source.p = true
    this.sink.trace?.({ kind: 'interrupt', vas: source.chip, irq: source.irq, coalesced })
  }

  /** True when an interrupt waits to be delivered. */
  get isPending(): boolean {
    for (const source of this.#sources) if (isDeliverable(source)) return true
    return false
  }

  /** Delivers the pending interrupt of the lowest number to its hard handler. */
  deliver(): void {
    const source = this.#sources.find(isDeliverable)
    if (!source) return
    const { handler } = source
    const answer = handler ? (handler.hard?.() ?? 'wake-thread') : 'none'
    this.#account(source, answer)
    if (answer === 'wake-thread' && handler) {
      source.masked = handler.oneshot
      handler.wakeThread()
    }
    this.#end(source)
  }

  /** The thread is done: a line that was masked for it opens again. */
  threadDone(irq: number): void {
    this.#source(irq).masked = false
  }

  /** How often an interrupt was delivered, handled, and left unhandled. */
  counts(irq: number): Readonly<Source['counts']> {
    return this.#source(irq).counts
  }

  /** True once too many deliveries went unhandled. */
  isDisabled(irq: number): boolean {
    return this.#source(irq).disabled
  }

  /** End of interrupt: another trigger that came meanwhile is delivered next. */
  #end(source: Source): void {
    source.p = source.q
    source.q = false
  }

  /** What Linux's note_interrupt does: of each 100,000 deliveries, 99,900 unhandled ones disable the line. */
  #account(source: Source, answer: IrqReturn): void {
    const handled = answer !== 'none'
    source.counts.delivered++
    if (handled) source.counts.handled++
    else source.counts.unhandled++
    source.inWindow++
    if (!handled) source.unhandledInWindow++
    if (source.inWindow < SPURIOUS_WINDOW) return
    if (source.unhandledInWindow > SPURIOUS_LIMIT) {
      source.disabled = true
      this.sink.trace?.({ kind: 'message', text: `irq ${source.irq}: nobody cared, disabling it` })
    }
    source.inWindow = 0
    source.unhandledInWindow = 0
  }

  #source(irq: number): Source {
    const source = this.#sources[irq]
    if (!source) throw new RangeError(`interrupt ${irq} was not allocated`)
    return source
  }
}

function isDeliverable(source: Source | undefined): boolean {
  return source !== undefined && source.p && !source.masked && !source.disabled
}
