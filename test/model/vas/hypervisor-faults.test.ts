// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'

import {
  actorNames,
  eventsOf,
  makeMachine,
  makeProcess,
  RawJob,
  settle,
  step,
} from '../../support/machine.js'

function makeSystem(sendCredits = 4) {
  const { machine, events } = makeMachine({ faultsTo: 'hypervisor', sendCredits })
  const process = makeProcess(1000, 'none')
  const open = () => machine.openWindow(process, process.leader)
  return { machine, events, process, open, instance: machine.instance(0) }
}

describe('a fault on PowerVM', () => {
  it('goes to the hypervisor and not to the fault window', () => {
    const { machine, process, open, instance } = makeSystem()
    const job = new RawJob(process.mm)
    job.paste(machine, open())
    step(machine, 'vas')
    step(machine, 'nx')
    assert.equal(instance.faultWindow.credits, 16)
    settle(machine)
    assert.equal(job.cc, 250)
    assert.equal(job.faultAddress, job.csbAddress)
  })

  it("raises the interrupt of its window, which is not another window's and not the fault window's", () => {
    const { machine, events, process, open } = makeSystem()
    for (const window of [open(), open()]) new RawJob(process.mm).paste(machine, window)
    settle(machine)
    const irqs = eventsOf(events, 'interrupt').map(({ irq }) => irq)
    assert.deepEqual(irqs, [1, 2])
  })

  it('has the trigger page of its interrupt in HV_INTR_SRC_RA', () => {
    const { open } = makeSystem()
    assert.equal(open().hvwc.getBigUint64(0x070), 0x0006030000010000n)
  })

  it('loses nothing when several become one interrupt', () => {
    const { machine, process, open, instance } = makeSystem()
    const window = open()
    const jobs = [0, 1, 2].map(() => new RawJob(process.mm))
    for (const job of jobs) job.paste(machine, window)
    while (actorNames(machine).includes('vas 0')) step(machine, 'vas')
    while (actorNames(machine).includes('nx 0')) step(machine, 'nx')
    assert.equal(instance.hypervisorFaultsOf(window), 3)
    settle(machine)
    assert.ok(jobs.every((job) => job.hasFaulted))
    assert.equal(window.credits, 4)
    assert.equal(instance.hypervisorFaultsOf(window), 0)
  })

  it('loses nothing wherever the next one comes between the steps of its handler', () => {
    for (let before = 0; before < 6; before++) {
      const { machine, process, open } = makeSystem()
      const window = open()
      const [first, second] = [new RawJob(process.mm), new RawJob(process.mm)]
      for (const name of ['vas', 'nx', 'xive']) {
        if (name === 'vas') first.paste(machine, window)
        step(machine, name)
      }
      for (let steps = 0; steps < before && actorNames(machine).includes('handler 1'); steps++)
        step(machine, 'handler')
      second.paste(machine, window)
      step(machine, 'vas')
      step(machine, 'nx')
      settle(machine)
      assert.ok(first.hasFaulted && second.hasFaulted, `after ${before} steps`)
      assert.equal(window.credits, 4)
    }
  })

  it('gives its interrupt back with the window', () => {
    const { machine, open } = makeSystem()
    const interrupts = Array.from({ length: 3 }, () => {
      const window = open()
      machine.closeWindow(window)
      machine.run()
      return window.hvwc.getBigUint64(0x070)
    })
    assert.deepEqual(interrupts, [0x0006030000010000n, 0x0006030000010000n, 0x0006030000010000n])
  })
})
