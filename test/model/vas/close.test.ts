// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'

import {
  actorNames,
  eventsOf,
  makeMachine,
  makeProcess,
  messagesOf,
  RawJob,
  settle,
  step,
} from '../../support/machine.js'

function makeSystem(options: Parameters<typeof makeMachine>[0] = {}) {
  const { machine, events } = makeMachine(options)
  const process = makeProcess(1000, 'none')
  const window = machine.openWindow(process, process.leader)
  const job = new RawJob(process.mm)
  const steps = () => eventsOf(events, 'close').map((event) => event.step)
  return { machine, events, process, window, job, steps, instance: machine.instance(0) }
}

describe('closing a send window', () => {
  it('goes from unmap to release at once when nothing is under way', () => {
    const { machine, window, steps } = makeSystem()
    machine.closeWindow(window)
    machine.run()
    assert.deepEqual(steps(), ['unmap', 'wait busy', 'clear open', 'wait credits', 'remove', 'release'])
    assert.equal(machine.isClosing(window), false)
  })

  it('waits while a paste is on its way, with PIN and OPEN still set', () => {
    const { machine, window, job, steps } = makeSystem()
    job.paste(machine, window)
    machine.closeWindow(window)
    step(machine, 'close')
    assert.deepEqual(steps(), ['unmap', 'wait busy'])
    assert.equal(window.isOpen, true)
    step(machine, 'vas')
    step(machine, 'close')
    assert.deepEqual(steps(), ['unmap', 'wait busy', 'clear open', 'wait credits'])
    assert.equal(window.isOpen, false)
  })

  it('keeps the window in the table until all credits are back, so that faults of jobs under way find it', () => {
    const { machine, window, job, instance, steps } = makeSystem()
    job.paste(machine, window)
    step(machine, 'vas')
    machine.closeWindow(window)
    for (let poll = 0; poll < 5; poll++) step(machine, 'close')
    assert.equal(steps().at(-1), 'wait credits')
    settle(machine)
    assert.equal(job.cc, 250)
    assert.equal(job.faultAddress, job.csbAddress)
    assert.equal(instance.findWindow(3), window)
    step(machine, 'close')
    assert.equal(instance.findWindow(3), undefined)
    step(machine, 'close')
    assert.equal(machine.isClosing(window), false)
  })

  it('holds the receive window until the id is free', () => {
    const { machine, window } = makeSystem()
    assert.equal(window.receiver.senders, 1)
    machine.closeWindow(window)
    assert.equal(window.receiver.senders, 1)
    step(machine, 'close')
    assert.equal(window.receiver.senders, 0)
  })

  it('takes no paste for a touched page any more', () => {
    const { machine, window, job } = makeSystem()
    job.paste(machine, window)
    step(machine, 'vas')
    machine.closeWindow(window)
    settle(machine)
    assert.equal(job.touch(job.faultAddress), true)
    assert.equal(job.paste(machine, window), false)
  })

  it('says every 1000 polls that the process is stuck in busy state', () => {
    const { machine, events, window, job } = makeSystem()
    job.paste(machine, window)
    machine.closeWindow(window)
    for (let poll = 0; poll < 999; poll++) step(machine, 'close')
    assert.deepEqual(messagesOf(events), [])
    for (let poll = 999; poll < 2000; poll++) step(machine, 'close')
    assert.deepEqual(messagesOf(events), [
      'VAS: pid 1000 stuck. Window (ID=3) is in busy state. Retries 1000',
      'VAS: pid 1000 stuck. Window (ID=3) is in busy state. Retries 2000',
    ])
  })

  it('says every 1000 polls that it waits for credits, without a bound', () => {
    const { machine, events, window, job } = makeSystem({ inject: { job: () => 'hang' } })
    job.paste(machine, window)
    settle(machine)
    machine.closeWindow(window)
    for (let poll = 0; poll < 3000; poll++) step(machine, 'close')
    assert.deepEqual(messagesOf(events), [
      'VAS: pid 1000 stuck. Waiting for credits returned for Window(3). creds 1023, Retries 1000',
      'VAS: pid 1000 stuck. Waiting for credits returned for Window(3). creds 1023, Retries 2000',
      'VAS: pid 1000 stuck. Waiting for credits returned for Window(3). creds 1023, Retries 3000',
    ])
    assert.deepEqual(actorNames(machine), ['close 0/3'])
  })

  it('ends in one run of the machine also when a paste was on its way', () => {
    const { machine, window, job } = makeSystem()
    job.paste(machine, window)
    machine.closeWindow(window)
    machine.run()
    assert.equal(machine.isClosing(window), false)
  })

  it("returns the credits of an exiting process's faults", () => {
    const { machine, process, window, job } = makeSystem()
    job.paste(machine, window)
    process.beginExit()
    machine.closeWindow(window)
    machine.run()
    assert.equal(job.v, 0)
    assert.deepEqual(process.signals, [])
    assert.equal(machine.isClosing(window), false)
  })
})
