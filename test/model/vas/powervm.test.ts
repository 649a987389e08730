// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'

import { Lpar, type LparOpenOptions } from '../../../lib/model/vas/powervm.js'
import type { SendWindow } from '../../../lib/model/vas/window.js'
import { eventsOf, makeMachine, makeProcess, RawJob, settle } from '../../support/machine.js'

function makeLpar({ cores = 1, qosCredits = 0 } = {}) {
  const { machine, events } = makeMachine({ faultsTo: 'hypervisor', sendCredits: 1 })
  const lpar = new Lpar(machine, { cores, qosCredits })
  const process = makeProcess()
  const open = (options?: LparOpenOptions) => lpar.openWindow(process, process.leader, options)
  const openMany = (count: number) => Array.from({ length: count }, () => open())
  const suspended = (windows: readonly SendWindow[]) =>
    windows.flatMap((window, index) => (window.suspendedBy.size > 0 ? [index] : []))
  return { machine, events, lpar, process, open, openMany, suspended }
}

const EINVAL = { code: 'EINVAL', errno: 22, message: 'EINVAL: Credits are not available' }
const EBUSY = { code: 'EBUSY', errno: 16 }

describe('a partition under PowerVM', () => {
  it('has 20 credits a core, one of which a window takes', () => {
    const { lpar, open, openMany } = makeLpar({ cores: 2 })
    openMany(40)
    assert.throws(() => open(), EINVAL)
    assert.deepEqual(lpar.sysfs.default_capabilities, { nr_total_credits: 40, nr_used_credits: 40 })
  })

  it('gives a window one send credit: one job at a time', () => {
    const { machine, process, open } = makeLpar()
    const window = open()
    assert.deepEqual(
      [0, 1].map(() => new RawJob(process.mm).paste(machine, window)),
      [true, false],
    )
    settle(machine)
    assert.equal(new RawJob(process.mm).paste(machine, window), true)
  })

  it('has credits of quality of service of its own, which use the high-priority FIFO', () => {
    const { lpar, open } = makeLpar({ qosCredits: 1 })
    assert.equal(open({ creditType: 'qos' }).cop, 'GZIP_HIPRI')
    assert.equal(open().cop, 'GZIP')
    assert.throws(() => open({ creditType: 'qos' }), EINVAL)
    assert.deepEqual(lpar.sysfs, {
      default_capabilities: { nr_total_credits: 20, nr_used_credits: 1 },
      qos_capabilities: { nr_total_credits: 1, nr_used_credits: 1 },
    })
  })

  it("gets a closed window's credit back at once", () => {
    const { lpar, open, openMany } = makeLpar()
    const windows = openMany(20)
    lpar.closeWindow(windows[5])
    assert.equal(lpar.sysfs.default_capabilities.nr_used_credits, 19)
    open()
  })
})

describe('the removal of a core', () => {
  it('closes the youngest windows beyond the credits in the hypervisor', () => {
    const { lpar, openMany, suspended } = makeLpar({ cores: 2 })
    const windows = openMany(23)
    lpar.removeCores(1)
    assert.deepEqual(suspended(windows), [20, 21, 22])
  })

  it('shows in sysfs as more used than total', () => {
    const { lpar, openMany } = makeLpar({ cores: 2 })
    openMany(23)
    lpar.removeCores(1)
    assert.deepEqual(lpar.sysfs.default_capabilities, { nr_total_credits: 20, nr_used_credits: 23 })
  })

  it('leaves windows alone that have credits of quality of service', () => {
    const { lpar, open, suspended } = makeLpar({ qosCredits: 1 })
    const windows = [open(), open({ creditType: 'qos' })]
    lpar.removeCores(1)
    assert.deepEqual(suspended(windows), [0])
  })

  it('makes pastes fail as on a busy window, and lets jobs under way end', () => {
    const { machine, events, lpar, process, open } = makeLpar()
    const window = open()
    const job = new RawJob(process.mm)
    job.paste(machine, window)
    lpar.removeCores(1)
    assert.equal(new RawJob(process.mm).paste(machine, window), false)
    assert.equal(eventsOf(events, 'paste').at(-1)?.reason, 'suspended')
    settle(machine)
    assert.equal(job.v, 1)
    assert.equal(window.isOpen, true)
  })

  it('refuses new windows with EINVAL while credits are overdrawn, then with EBUSY while windows are closed', () => {
    const { lpar, open, openMany } = makeLpar({ cores: 2 })
    const windows = openMany(22)
    lpar.removeCores(1)
    assert.throws(() => open(), EINVAL)
    for (const window of windows.slice(0, 3)) lpar.closeWindow(window)
    assert.throws(() => open(), EBUSY)
  })

  it('is not made good by the close of another window', () => {
    const { lpar, openMany, suspended } = makeLpar({ cores: 2 })
    const windows = openMany(21)
    lpar.removeCores(1)
    lpar.closeWindow(windows[0])
    assert.deepEqual(suspended(windows), [20])
  })

  it('is made good by an added core, whose 20 credits go to the windows that lost theirs last', () => {
    const { machine, lpar, process, openMany, suspended } = makeLpar({ cores: 3 })
    const windows = openMany(50)
    lpar.removeCores(2)
    assert.equal(suspended(windows).length, 30)
    lpar.addCores(1)
    assert.deepEqual(
      suspended(windows),
      Array.from({ length: 10 }, (_, index) => 40 + index),
    )
    assert.equal(new RawJob(process.mm).paste(machine, windows[39]), true)
    lpar.addCores(1)
    assert.deepEqual(suspended(windows), [])
  })
})

describe('the migration of a partition', () => {
  it('closes all windows and opens them again', () => {
    const { machine, lpar, process, open } = makeLpar({ qosCredits: 1 })
    const windows = [open(), open({ creditType: 'qos' })]
    lpar.suspend()
    for (const window of windows) assert.equal(new RawJob(process.mm).paste(machine, window), false)
    lpar.resume()
    for (const window of windows) assert.equal(new RawJob(process.mm).paste(machine, window), true)
  })

  it('refuses new windows with EBUSY', () => {
    const { lpar, open } = makeLpar()
    lpar.suspend()
    assert.throws(() => open(), EBUSY)
    lpar.resume()
    open()
  })

  it('does not open windows that lost their credit', () => {
    const { lpar, openMany, suspended } = makeLpar()
    const windows = openMany(1)
    lpar.removeCores(1)
    lpar.suspend()
    lpar.resume()
    assert.deepEqual(suspended(windows), [0])
    lpar.addCores(1)
    assert.deepEqual(suspended(windows), [])
  })

  it('lets a window that it closed be closed for good', () => {
    const { machine, lpar, open } = makeLpar()
    const window = open()
    lpar.suspend()
    lpar.closeWindow(window)
    machine.run()
    assert.equal(machine.isClosing(window), false)
  })
})
