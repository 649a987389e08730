// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'

import { FAULT_STAMP, STAMP_OFFSET, VAS_STAMP } from '../../lib/format/stamps.js'
import { entryMarks } from '../../lib/model/vas/fault-window.js'
import type { Machine, MachineConfig } from '../../lib/model/vas/machine.js'
import type { VasInstance } from '../../lib/model/vas/vas-instance.js'
import type { SendWindow } from '../../lib/model/vas/window.js'

/** The message is made only where it is needed: this is asked several times after every event. */
function expectEqual(actual: number, expected: number, message: () => string): void {
  if (actual !== expected) assert.fail(`${message()}, expected ${expected}`)
}

const senderOf = (crb: DataView) => VAS_STAMP.field.send_wc_id.get(crb, STAMP_OFFSET)
const pswidOf = (crb: DataView) => FAULT_STAMP.field.pswid.get(crb, STAMP_OFFSET)

/**
 * Looks after every event whether the machine's accounts agree: every credit of a window that is missing from its
 * register must be found as a CRB somewhere on the way, and nothing else may be on the way.
 */
export class InvariantChecker {
  /** Jobs of a window that hang in the unit for ever. */
  readonly hung = new Map<SendWindow, number>()
  readonly #opened = new Set<SendWindow>()
  readonly #isEmptyEntry: (entry: DataView) => boolean

  constructor(
    private readonly machine: Machine,
    private readonly config: MachineConfig,
  ) {
    const marks = entryMarks(config.kernel, config.oddFcErratum)
    this.#isEmptyEntry = (entry) => marks.isInvalid(entry)
  }

  opened(window: SendWindow): void {
    this.#opened.add(window)
  }

  hang(window: SendWindow): void {
    this.hung.set(window, (this.hung.get(window) ?? 0) + 1)
  }

  check(): void {
    this.machine.instances.forEach((instance, vasId) => {
      this.#checkInstance(instance, vasId)
    })
  }

  #checkInstance(instance: VasInstance, vasId: number): void {
    const inFaultFifo = this.#entriesOfFaultFifo(instance, vasId)
    const { inHand } = this.machine.handlers[vasId]
    const onTheWay = new Map<number, number>()
    const count = (id: number) => onTheWay.set(id, (onTheWay.get(id) ?? 0) + 1)
    const transit = instance.inTransit
    for (const window of transit) {
      count(window.id)
      if (!window.isOpen)
        assert.fail(`a paste is on its way to window ${vasId}/${window.id}, which is closed`)
    }
    for (const cop of ['GZIP', 'GZIP_HIPRI'] as const) {
      const queue = instance.receiveQueue(cop)
      const { entries } = queue
      for (const crb of entries) count(senderOf(crb))
      const coming = transit.filter(({ receiver }) => receiver === queue.window).length
      const { credits, attributes, id } = queue.window
      expectEqual(
        credits + coming + entries.length,
        attributes.wcredsMax,
        () =>
          `receive credits of window ${vasId}/${id}: ${credits} + ${coming} in transit + ${entries.length} waiting`,
      )
    }
    if (instance.nx.current) count(senderOf(instance.nx.current))
    if (instance.nx.pending) count(senderOf(instance.nx.pending))
    if (instance.nx.stalledFor) count(instance.nx.stalledFor.id)
    for (const crb of inFaultFifo) count(pswidOf(crb) & 0xffff)
    if (inHand) count(pswidOf(inHand) & 0xffff)
    this.#checkSendWindows(instance, vasId, onTheWay)
    this.#checkWakeUp(instance, vasId, inFaultFifo.length)
  }

  /** The entries that wait in the fault FIFO: they must lie one behind the other from where the handler reads. */
  #entriesOfFaultFifo(instance: VasInstance, vasId: number): DataView[] {
    const { faultWindow } = instance
    const { fifo, credits, attributes } = faultWindow
    const { next, inHand } = this.machine.handlers[vasId]
    const all = Array.from({ length: fifo.entries }, (_, place) => fifo.entry((next + place) % fifo.entries))
    const firstEmpty = all.findIndex((entry) => this.#isEmptyEntry(entry))
    const length = firstEmpty < 0 ? all.length : firstEmpty
    const strays = all.slice(length).filter((entry) => !this.#isEmptyEntry(entry))
    expectEqual(
      strays.length,
      0,
      () => `${strays.length} fault FIFO entries behind an empty one on chip ${vasId}`,
    )
    // V5 gives the fault window's credit back together with the send window's.
    const inHandOfV5 = this.config.kernel === 'v5' && inHand ? 1 : 0
    expectEqual(
      credits + length + inHandOfV5,
      attributes.wcredsMax,
      () => `fault credits of chip ${vasId}: ${credits} + ${length} entries + ${inHandOfV5} in hand`,
    )
    return all.slice(0, length)
  }

  #checkSendWindows(instance: VasInstance, vasId: number, onTheWay: Map<number, number>): void {
    for (const [id, window] of instance.windows) {
      expectEqual(window.id, id, () => 'a window lies in the table under another id')
      if (window.kind !== 'send') continue
      if (!this.#opened.has(window))
        assert.fail(`window ${vasId}/${id} is in the table, but nobody opened it`)
      const away = onTheWay.get(id) ?? 0
      const hung = this.hung.get(window) ?? 0
      const kept = instance.hypervisorFaultsOf(window)
      expectEqual(
        window.credits + away + hung + kept,
        window.attributes.wcredsMax,
        () =>
          `send credits of window ${vasId}/${id}: ${window.credits} + ${away} on the way + ${hung} hung + ${kept} kept`,
      )
      onTheWay.delete(id)
    }
    expectEqual(onTheWay.size, 0, () => 'windows that are not in the table, but have CRBs on the way')
    for (const window of this.#opened) {
      if (window.vasId !== vasId || instance.findWindow(window.id) === window) continue
      expectEqual(
        window.credits,
        window.attributes.wcredsMax,
        () => 'a window left the table without its credits',
      )
    }
  }

  #checkWakeUp(instance: VasInstance, vasId: number, entries: number): void {
    const { xive, handlers } = this.machine
    const isAwake = xive.isPending || handlers[vasId].thread.isRunnable
    if (entries > 0 && !isAwake) assert.fail(`${entries} entries of the fault FIFO of chip ${vasId}, unseen`)
    const { nx, faultWindow } = instance
    if (nx.stalledFor && faultWindow.credits > 0)
      assert.fail('NX stalls although the fault window has a credit')
    if (xive.isPending || instance.hypervisorThreads.some(({ isRunnable }) => isRunnable)) return
    for (const window of this.#opened) {
      if (window.vasId === vasId && instance.hypervisorFaultsOf(window) > 0)
        assert.fail(`the hypervisor keeps faults of window ${window.id}, unseen`)
    }
  }
}
