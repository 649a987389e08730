// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'

import type { TraceEvent } from '../../../lib/model/vas/trace.js'
import { Xive, type IrqReturn } from '../../../lib/model/vas/xive.js'

function makeXive() {
  const events: TraceEvent[] = []
  return { events, xive: new Xive({ trace: (event) => events.push(event) }) }
}

/** An interrupt whose hard half answers as told, and counts of what was called. */
function withHandler(answer: IrqReturn, oneshot = false) {
  const { events, xive } = makeXive()
  const calls = { hard: 0, wake: 0 }
  const irq = xive.allocate(0)
  xive.requestThreadedIrq(irq, {
    hard: () => {
      calls.hard++
      return answer
    },
    wakeThread: () => {
      calls.wake++
    },
    oneshot,
  })
  const raise = (times = 1) => {
    for (let time = 0; time < times; time++) {
      xive.store(xive.triggerPage(irq))
      xive.deliver()
    }
  }
  return { events, xive, irq, calls, raise }
}

describe('XIVE', () => {
  it('gives every interrupt a trigger page of its own', () => {
    const { xive } = makeXive()
    const [first, second] = [xive.allocate(0), xive.allocate(1)]
    assert.notEqual(first, second)
    assert.equal(xive.triggerPage(second) - xive.triggerPage(first), 0x10000n)
    assert.equal(xive.triggerPage(first) % 0x10000n, 0n)
  })

  it('raises an interrupt by a write anywhere into its trigger page', () => {
    const { xive, irq, calls } = withHandler('handled')
    assert.equal(xive.isPending, false)
    xive.store(xive.triggerPage(irq) + 0xffffn)
    assert.equal(xive.isPending, true)
    xive.deliver()
    assert.deepEqual(calls, { hard: 1, wake: 0 })
    assert.equal(xive.isPending, false)
  })

  it('raises nothing by writes below, behind, or at address 0', () => {
    const { xive, irq } = withHandler('handled')
    for (const address of [0n, xive.triggerPage(irq) - 1n, xive.triggerPage(irq) + 0x10000n])
      xive.store(address)
    assert.equal(xive.isPending, false)
  })

  it('makes triggers that come before the delivery one interrupt more', () => {
    const { events, xive, irq, calls } = withHandler('handled')
    for (let trigger = 0; trigger < 5; trigger++) xive.store(xive.triggerPage(irq))
    while (xive.isPending) xive.deliver()
    assert.equal(calls.hard, 2)
    assert.deepEqual(
      events.map((event) => event.kind === 'interrupt' && event.coalesced),
      [false, true, true, true, true],
    )
  })

  it('wakes the thread only when the hard half says so', () => {
    assert.deepEqual(raisedOnce('wake-thread'), { hard: 1, wake: 1 })
    assert.deepEqual(raisedOnce('handled'), { hard: 1, wake: 0 })
    assert.deepEqual(raisedOnce('none'), { hard: 1, wake: 0 })
  })

  it('always wakes the thread where there is no hard half, as V5 had none', () => {
    const { xive } = makeXive()
    const irq = xive.allocate(0)
    let woken = 0
    xive.requestThreadedIrq(irq, { wakeThread: () => woken++, oneshot: false })
    xive.store(xive.triggerPage(irq))
    xive.deliver()
    assert.equal(woken, 1)
    assert.deepEqual(xive.counts(irq), { delivered: 1, handled: 1, unhandled: 0 })
  })

  it('keeps a one-shot line masked until the thread is done, and a trigger meanwhile pending', () => {
    const { xive, irq, calls } = withHandler('wake-thread', true)
    xive.store(xive.triggerPage(irq))
    xive.deliver()
    xive.store(xive.triggerPage(irq))
    assert.equal(xive.isPending, false)
    xive.threadDone(irq)
    assert.equal(xive.isPending, true)
    xive.deliver()
    assert.deepEqual(calls, { hard: 2, wake: 2 })
  })

  it("delivers a merged kernel's line also while the thread runs", () => {
    const { calls, raise } = withHandler('wake-thread', false)
    raise(2)
    assert.deepEqual(calls, { hard: 2, wake: 2 })
  })

  it('counts handled and unhandled deliveries', () => {
    const { xive, irq, raise } = withHandler('none')
    raise(3)
    assert.deepEqual(xive.counts(irq), { delivered: 3, handled: 0, unhandled: 3 })
  })

  it('disables a line that left more than 99,900 of 100,000 deliveries unhandled', () => {
    const { events, xive, irq, raise } = withHandler('none')
    raise(99_999)
    assert.equal(xive.isDisabled(irq), false)
    raise()
    assert.equal(xive.isDisabled(irq), true)
    assert.deepEqual(events.at(-1), { kind: 'message', text: `irq ${irq}: nobody cared, disabling it` })
    xive.store(xive.triggerPage(irq))
    assert.equal(xive.isPending, false)
  })

  it('leaves a line on that had 99,900 of 100,000 unhandled', () => {
    const { xive } = makeXive()
    const irq = xive.allocate(0)
    let delivered = 0
    const hard = (): IrqReturn => (delivered++ < 100 ? 'handled' : 'none')
    xive.requestThreadedIrq(irq, { hard, wakeThread: () => undefined, oneshot: false })
    for (let time = 0; time < 100_000; time++) {
      xive.store(xive.triggerPage(irq))
      xive.deliver()
    }
    assert.deepEqual(xive.counts(irq), { delivered: 100_000, handled: 100, unhandled: 99_900 })
    assert.equal(xive.isDisabled(irq), false)
  })

  it('gives a returned interrupt out again, without its old handler and triggers', () => {
    const { xive, irq, calls } = withHandler('handled')
    xive.allocate(0)
    xive.store(xive.triggerPage(irq))
    xive.free(irq)
    assert.equal(xive.isPending, false)
    assert.equal(xive.allocate(0), irq)
    xive.store(xive.triggerPage(irq))
    xive.deliver()
    assert.equal(calls.hard, 0)
    assert.deepEqual(xive.counts(irq), { delivered: 1, handled: 0, unhandled: 1 })
  })
})

function raisedOnce(answer: IrqReturn) {
  const { calls, raise } = withHandler(answer)
  raise()
  return calls
}
