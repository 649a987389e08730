// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'

import type { MachineConfig } from '../../../lib/model/vas/machine.js'
import type { SendWindow } from '../../../lib/model/vas/window.js'
import { eventsOf, makeMachine, makeProcess, RawJob, settle, step } from '../../support/machine.js'

function makeSystem(options: Partial<MachineConfig> = {}) {
  const { machine, events } = makeMachine(options)
  const process = makeProcess()
  const open = (cop: 'GZIP' | 'GZIP_HIPRI' = 'GZIP'): SendWindow =>
    machine.openWindow(process, process.leader, { cop })
  const paste = (window: SendWindow) => new RawJob(process.mm).paste(machine, window)
  const refusals = () => eventsOf(events, 'paste').map(({ reason }) => reason)
  return { machine, events, process, open, paste, refusals, instance: machine.instance(0) }
}

describe('an instance of VAS', () => {
  it('has the fault window and two receive windows before any program opens one', () => {
    const { instance } = makeSystem()
    assert.deepEqual(
      [...instance.windows].map(([id, { cop, kind }]) => `${id} ${cop} ${kind}`),
      ['0 FAULT receive', '1 GZIP_HIPRI receive', '2 GZIP receive'],
    )
    assert.equal(instance.windows.get(0)?.id, 0)
  })

  it('has an interrupt and a trigger page of its own, and FIFOs in memory of its own', () => {
    const { machine } = makeMachine({ chips: 2 })
    const [first, second] = machine.instances
    assert.notEqual(first.irq, second.irq)
    assert.notEqual(first.irqPort, second.irqPort)
    assert.notEqual(first.faultWindow.fifo.realAddress, second.faultWindow.fifo.realAddress)
  })

  it("gives out the lowest free id, and a closed window's id again", () => {
    const { machine, open } = makeSystem()
    const [first, second] = [open(), open()]
    assert.deepEqual([first.id, second.id], [3, 4])
    machine.closeWindow(first)
    machine.run()
    assert.deepEqual([open().id, open().id], [3, 5])
  })

  it('does not give out the id of a window that has left the table while its close still goes on', () => {
    const { machine, instance, open } = makeSystem()
    const window = open()
    machine.closeWindow(window)
    assert.equal(instance.findWindow(3), undefined)
    assert.equal(machine.isClosing(window), true)
    assert.equal(open().id, 4)
    step(machine, 'close')
    assert.equal(open().id, 3)
  })

  it('has 65536 ids, and is EAGAIN when they are all taken', function () {
    this.timeout(20_000)
    const { machine, instance, open } = makeSystem()
    const windows = Array.from({ length: 65533 }, () => open())
    assert.equal(windows.at(-1)?.id, 65535)
    assert.equal(windows.at(-1)?.pswid, 0x0000ffff)
    const error = {
      name: 'KernelError',
      code: 'EAGAIN',
      errno: 11,
      message: 'EAGAIN: Too many (64K) open windows',
    }
    assert.throws(() => open(), error)
    assert.equal(instance.windows.size, 65536)
    machine.closeWindow(windows[1000])
    machine.run()
    assert.equal(open().id, 1003)
  })

  it('refuses windows to coprocessors that it has not, with EINVAL', () => {
    const { machine, process } = makeSystem()
    for (const cop of ['842', 'FAULT', 'FTW'] as const) {
      assert.throws(() => machine.openWindow(process, process.leader, { cop }), { code: 'EINVAL', errno: 22 })
    }
  })

  it('refuses more than 4095 send credits with EINVAL, and takes no id for it', () => {
    const { machine, events } = makeMachine({ sendCredits: 4096 })
    const process = makeProcess()
    assert.throws(() => machine.openWindow(process, process.leader), { code: 'EINVAL' })
    assert.deepEqual(eventsOf(events, 'window-open'), [])
  })

  it('does not close a receive window that send windows point to: EBUSY', () => {
    const { machine, instance, open } = makeSystem()
    const window = open()
    assert.throws(
      () => {
        instance.closeReceive(window.receiver)
      },
      { code: 'EBUSY', errno: 16 },
    )
    machine.closeWindow(window)
    machine.run()
    assert.equal(window.receiver.senders, 0)
    instance.closeReceive(window.receiver)
    assert.equal(instance.findWindow(2), undefined)
  })
})

describe('a paste', () => {
  it('takes a send credit and a receive credit, and makes the window busy until it is delivered', () => {
    const { machine, open, paste } = makeSystem()
    const window = open()
    assert.equal(window.credits, 1024)
    assert.equal(paste(window), true)
    assert.deepEqual([window.credits, window.receiver.credits, window.isBusy], [1023, 255, true])
    step(machine, 'vas')
    assert.deepEqual([window.credits, window.receiver.credits, window.isBusy], [1023, 255, false])
  })

  it('keeps the window busy while another one of it is on its way', () => {
    const { machine, open, paste } = makeSystem()
    const window = open()
    paste(window)
    paste(window)
    step(machine, 'vas')
    assert.equal(window.isBusy, true)
    step(machine, 'vas')
    assert.equal(window.isBusy, false)
  })

  it('fails without a send credit, and works again when one is back', () => {
    const { machine, open, paste, refusals } = makeSystem({ sendCredits: 2 })
    const [window, other] = [open(), open()]
    assert.deepEqual([paste(window), paste(window), paste(window), paste(other)], [true, true, false, true])
    assert.deepEqual(refusals(), [undefined, undefined, 'no send credit', undefined])
    assert.equal(window.credits, 0)
    settle(machine)
    assert.equal(paste(window), true)
  })

  it('fails without a receive credit, which all windows of a FIFO share', () => {
    const { machine, open, paste, refusals } = makeSystem({ receiveFifoEntries: 1 })
    const [first, second, high] = [open(), open(), open('GZIP_HIPRI')]
    assert.deepEqual([paste(first), paste(second), paste(high)], [true, false, true])
    assert.deepEqual(refusals(), [undefined, 'no receive credit', undefined])
    assert.equal(second.credits, 1024)
    settle(machine)
    assert.equal(paste(second), true)
  })

  it('fails on a closed window', () => {
    const { machine, open, paste, refusals } = makeSystem()
    const window = open()
    machine.closeWindow(window)
    assert.equal(paste(window), false)
    assert.deepEqual(refusals(), ['closed'])
  })

  it('fails when that was ordered, counted over all windows', () => {
    const { open, paste } = makeSystem({ inject: { paste: (index) => index === 1 } })
    const [first, second] = [open(), open()]
    assert.deepEqual([paste(first), paste(second), paste(second)], [true, false, true])
  })

  it('is copied: the program may change its CRB at once', () => {
    const { machine, process, open } = makeSystem()
    const window = open()
    const job = new RawJob(process.mm)
    job.paste(machine, window)
    job.crb.fill(0xff)
    settle(machine)
    assert.equal(job.cc, 0)
  })
})

describe('the stamp that VAS writes on the way to the receive FIFO', () => {
  it('has the ids of send and receive window at bytes 64 to 79, whatever the program left there', () => {
    const { machine, process, open, instance } = makeSystem()
    open()
    const window = open('GZIP_HIPRI')
    const job = new RawJob(process.mm)
    job.crb.fill(0xee, 64, 128)
    job.paste(machine, window)
    step(machine, 'vas')
    const entry = Buffer.from(window.receiver.fifo.bytes.subarray(0, 128))
    assert.equal(entry.subarray(64, 80).toString('hex'), '00000004000000010000000000000000')
    assert.deepEqual(entry.subarray(0, 64), Buffer.from(job.crb.subarray(0, 64)))
    assert.deepEqual(entry.subarray(80), Buffer.alloc(48, 0xee))
    assert.equal(instance.receiveQueue('GZIP_HIPRI').entries.length, 1)
  })

  it('goes to the next entry of the FIFO each time, and wraps', () => {
    const { machine, open, paste } = makeSystem({ receiveFifoEntries: 2 })
    const window = open()
    for (let job = 0; job < 3; job++) {
      assert.equal(paste(window), true)
      settle(machine)
    }
    const { bytes } = window.receiver.fifo
    assert.deepEqual([bytes[67], bytes[128 + 67]], [3, 3])
  })
})
