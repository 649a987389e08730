// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'

import type { KernelProfile } from '../../../lib/model/vas/fault-window.js'
import {
  actorNames,
  eventsOf,
  faultCrb,
  makeMachine,
  makeProcess,
  messagesOf,
  PAGE,
  RawJob,
  settle,
  step,
} from '../../support/machine.js'

/** A machine with one window and pages that are not resident. */
function makeSystem(options: Parameters<typeof makeMachine>[0] = {}) {
  const { machine, events } = makeMachine(options)
  const process = makeProcess(1000, 'none')
  const window = machine.openWindow(process, process.leader)
  const instance = machine.instance(0)
  const job = () => new RawJob(process.mm)
  return { machine, events, process, window, instance, job, handler: machine.handlers[0] }
}

/** Pastes jobs and lets NX fault on them, without any interrupt being delivered. */
function faultThem(system: ReturnType<typeof makeSystem>, count: number): RawJob[] {
  const { machine, window, job } = system
  const jobs = Array.from({ length: count }, job)
  for (const one of jobs) {
    assert.equal(one.paste(machine, window), true)
    step(machine, 'vas')
  }
  for (let faults = 0; faults < count; faults++) step(machine, 'nx')
  return jobs
}

const handlerSteps = (events: Parameters<typeof eventsOf>[0]) =>
  eventsOf(events, 'handler').map((event) => `${event.step} ${event.entry}`)

for (const kernel of ['mainline', 'v5'] as const) {
  describe(`the fault handler of ${kernel}`, () => {
    it('reads all entries that one interrupt stands for, until it finds none', () => {
      const system = makeSystem({ kernel })
      const jobs = faultThem(system, 3)
      const { machine, events, handler, window } = system
      assert.equal(machine.xive.counts(0).delivered, 0)
      settle(machine)
      assert.ok(jobs.every((job) => job.hasFaulted))
      assert.equal(handler.next, 3)
      assert.equal(window.credits, 1024)
      assert.deepEqual(
        handlerSteps(events).filter((text) => text.startsWith('take')),
        ['take 0', 'take 1', 'take 2'],
      )
    })

    it('wraps at the end of the FIFO', () => {
      const system = makeSystem({ kernel, faultFifoEntries: 2 })
      for (let round = 0; round < 5; round++) {
        const [job] = faultThem(system, 1)
        settle(system.machine)
        assert.equal(job.hasFaulted, true, `fault ${round}`)
        assert.equal(system.handler.next, (round + 1) % 2)
      }
    })

    it('loses no wake-up, wherever a new fault comes between its steps', () => {
      // The second job faults after `before` steps of the thread that handles the first.
      for (let before = 0; before < 8; before++) {
        const system = makeSystem({ kernel })
        const { machine, window, job } = system
        const [first] = faultThem(system, 1)
        step(machine, 'xive')
        for (let steps = 0; steps < before && actorNames(machine).includes('handler 0'); steps++) {
          step(machine, 'handler')
        }
        const second = job()
        second.paste(machine, window)
        step(machine, 'vas')
        step(machine, 'nx')
        settle(machine)
        assert.ok(first.hasFaulted && second.hasFaulted, `after ${before} steps`)
        assert.equal(window.credits, 1024)
      }
    })

    it('marks entries as consumed so that they are not read again', () => {
      const system = makeSystem({ kernel })
      faultThem(system, 1)
      settle(system.machine)
      const entry = system.instance.faultWindow.fifo.entry(0)
      assert.equal(entry.getUint32(76), kernel === 'v5' ? 0 : 0xffffffff)
      assert.equal(entry.getUint32(0), kernel === 'v5' ? 0 : 0x8000001e)
    })
  })
}

describe('the hard half of a merged kernel', () => {
  it('wakes the thread once, and while that is in progress only says handled', () => {
    const system = makeSystem()
    const { machine, events } = system
    faultThem(system, 1)
    step(machine, 'xive')
    faultThem(system, 1)
    step(machine, 'xive')
    assert.deepEqual(handlerSteps(events), ['wake 0', 'already running 0'])
    assert.deepEqual(machine.xive.counts(0), { delivered: 2, handled: 2, unhandled: 0 })
  })

  it('wakes it again after it has found no more entries', () => {
    const system = makeSystem()
    for (let round = 0; round < 2; round++) {
      faultThem(system, 1)
      settle(system.machine)
    }
    assert.deepEqual(
      handlerSteps(system.events).filter((text) => /wake|done/.test(text)),
      ['wake 0', 'done 1', 'wake 1', 'done 2'],
    )
  })
})

describe('V5, which had no hard half', () => {
  it('has the line masked while the thread works (IRQF_ONESHOT)', () => {
    const system = makeSystem({ kernel: 'v5' })
    const { machine } = system
    faultThem(system, 1)
    step(machine, 'xive')
    faultThem(system, 1)
    assert.equal(machine.xive.isPending, false)
    while (actorNames(machine).includes('handler 0')) step(machine, 'handler')
    assert.equal(machine.xive.isPending, true)
  })
})

/** Credits of fault window and send window after each step of the handler's thread, as far as they change. */
function creditsByStep(kernel: KernelProfile): string[] {
  const system = makeSystem({ kernel })
  const { machine, instance, window } = system
  faultThem(system, 1)
  step(machine, 'xive')
  const seen: string[] = []
  const look = () => {
    const now = `${instance.faultWindow.credits} ${window.credits}`
    if (seen.at(-1) !== now) seen.push(now)
  }
  look()
  while (actorNames(machine).includes('handler 0')) {
    step(machine, 'handler')
    look()
  }
  return seen
}

describe('the credits of a fault', () => {
  it('come back one by one in merged kernels: fault window at the copy, send window after the CSB', () => {
    assert.deepEqual(creditsByStep('mainline'), ['15 1023', '16 1023', '16 1024'])
  })

  it('come back together in V5', () => {
    assert.deepEqual(creditsByStep('v5'), ['15 1023', '16 1024'])
  })
})

/** A bad entry, then a good one. */
function afterBadEntry(kernel: KernelProfile, pswid: number) {
  const system = makeSystem({ kernel })
  const { instance, window } = system
  instance.pasteFault(window, faultCrb({ pswid, fc: 0x1e, fsa: 0xabcdn }))
  const [job] = faultThem(system, 1)
  settle(system.machine)
  return { ...system, good: job }
}

describe('an entry with a bad PSWID', () => {
  it('is dumped with ten entries, and passed over by a merged kernel', () => {
    const { good, events, instance, window } = afterBadEntry('mainline', 0x00000999)
    assert.equal(good.hasFaulted, true)
    assert.equal(instance.faultWindow.credits, 16)
    assert.equal(window.credits, 1024)
    const [crb, fifo] = messagesOf(events)
    assert.match(crb, /^VAS: bad PSWID in the fault FIFO\n {2}CRB, 128 bytes\n/)
    assert.match(crb, /^ +3 +2:7 +fc +0x1e/m)
    assert.match(crb, /fault_storage_addr +0x000000000000abcd/)
    assert.match(crb, /pswid +0x00000999/)
    assert.match(fifo, /^VAS: fault FIFO from entry 0\nentry 0\n/)
    assert.equal(fifo.match(/^entry \d+$/gm)?.length, 10)
  })

  it('is warned of only once by a merged kernel', () => {
    const { events, instance, window, machine } = afterBadEntry('mainline', 0x00000999)
    instance.pasteFault(window, faultCrb({ pswid: 0x00000998 }))
    settle(machine)
    assert.equal(messagesOf(events).length, 2)
    assert.equal(eventsOf(events, 'handler').filter((event) => event.step === 'bad pswid').length, 2)
  })

  it('stops V5: the entries behind it wait for the next interrupt', () => {
    const { good, machine, events, instance, window } = afterBadEntry('v5', 0x00000999)
    assert.equal(messagesOf(events).length, 2)
    // The bad entry's fault credit is lost.
    assert.equal(instance.faultWindow.credits, 15)
    // The coalesced trigger of the good entry was still to be delivered, so it is handled after all.
    assert.equal(good.hasFaulted, true)
    assert.equal(window.credits, 1024)
    assert.equal(machine.xive.counts(0).delivered, 2)
  })

  it('of 0 is one (ESRCH) for a merged kernel, and no entry at all for V5', () => {
    const merged = afterBadEntry('mainline', 0)
    assert.equal(messagesOf(merged.events).length, 2)
    assert.equal(merged.good.hasFaulted, true)
    const { events } = afterBadEntry('v5', 0)
    assert.deepEqual(messagesOf(events), [])
  })

  it("is one that names no window: mainline's IS_ERR test lets the NULL pass, the model treats it as a bad PSWID", () => {
    const { events } = afterBadEntry('mainline', 0x00000040)
    assert.equal(eventsOf(events, 'handler').filter((event) => event.step === 'bad pswid').length, 1)
  })

  it('is one that names a receive window', () => {
    const { events } = afterBadEntry('mainline', 0x00000001)
    assert.equal(eventsOf(events, 'handler').filter((event) => event.step === 'bad pswid').length, 1)
  })
})

/** A fault of a job with an odd function code (the Low limit), then one with an even one. */
function afterOddFault(oddFcErratum: boolean) {
  const system = makeSystem({ oddFcErratum })
  const { machine, window, process } = system
  const jobs = [0x1f, 0x1e].map((fc) => new RawJob(process.mm, { fc }))
  for (const job of jobs) {
    job.paste(machine, window)
    settle(machine)
  }
  return { ...system, jobs }
}

describe('a fault of a job with an odd function code', () => {
  it('is reported as any other', () => {
    const { jobs, window } = afterOddFault(false)
    assert.deepEqual(
      jobs.map((job) => job.hasFaulted),
      [true, true],
    )
    assert.equal(window.credits, 1024)
  })

  it('stops all fault reports of the chip where mainline tests FC(5): CSBs stay empty, credits leak, the close hangs', () => {
    const { jobs, machine, events, window, instance } = afterOddFault(true)
    assert.deepEqual(
      jobs.map((job) => job.v),
      [0, 0],
    )
    assert.equal(window.credits, 1022)
    assert.equal(instance.faultWindow.credits, 14)
    machine.closeWindow(window)
    for (let poll = 0; poll < 1000; poll++) step(machine, 'close')
    assert.equal(machine.isClosing(window), true)
    assert.deepEqual(messagesOf(events), [
      'VAS: pid 1000 stuck. Waiting for credits returned for Window(3). creds 1022, Retries 1000',
    ])
  })

  it('leaves the other chips alone with that erratum', () => {
    const { machine } = makeMachine({ oddFcErratum: true, chips: 2 })
    const process = makeProcess(1000, 'none')
    const [odd, even] = [0x1f, 0x1e].map((fc) => new RawJob(process.mm, { fc }))
    odd.paste(machine, machine.openWindow(process, process.leader, { vasId: 0 }))
    even.paste(machine, machine.openWindow(process, process.leader, { vasId: 1 }))
    settle(machine)
    assert.deepEqual([odd.v, even.v], [0, 1])
  })
})

describe('an entry of the fault FIFO', () => {
  it('is the CRB as pasted, with the stamp of NX at bytes 64 to 79', () => {
    const system = makeSystem({ chips: 2 })
    const { machine, process } = system
    const window = machine.openWindow(process, process.leader, { vasId: 1 })
    const job = system.job()
    job.paste(machine, window)
    step(machine, 'vas 1')
    step(machine, 'nx 1')
    const entry = Buffer.from(machine.instance(1).faultWindow.fifo.bytes.subarray(0, 128))
    const address = job.csbAddress.toString(16).padStart(16, '0')
    assert.equal(entry.subarray(64, 80).toString('hex'), `${address}0000000201000003`)
    assert.deepEqual(entry.subarray(0, 64), Buffer.from(job.crb.subarray(0, 64)))
    assert.equal(Number(job.csbAddress) % PAGE, 4080)
  })
})
