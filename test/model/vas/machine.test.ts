// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { inflateRawSync } from 'node:zlib'

import { Machine } from '../../../lib/model/vas/machine.js'
import { textLike } from '../../support/data.js'
import {
  actorNames,
  eventsOf,
  makeMachine,
  makeProcess,
  PAGE,
  RawJob,
  settle,
  step,
} from '../../support/machine.js'

describe('a machine', () => {
  it('has an instance a chip, and -1 is the local one', () => {
    const { machine } = makeMachine({ chips: 2 })
    assert.deepEqual(
      [-1, 0, 1].map((vasId) => machine.instance(vasId).vasId),
      [0, 0, 1],
    )
  })

  it('is EINVAL for a VAS id that does not exist', () => {
    const { machine } = makeMachine({ chips: 2 })
    for (const vasId of [2, -2]) assert.throws(() => machine.instance(vasId), { code: 'EINVAL', errno: 22 })
  })

  it('executes the jobs of every chip on its own unit', () => {
    const { machine, events } = makeMachine({ chips: 2 })
    const process = makeProcess()
    const jobs = [0, 1].map((vasId) => {
      const job = new RawJob(process.mm)
      job.paste(machine, machine.openWindow(process, process.leader, { vasId }))
      return job
    })
    machine.run()
    assert.ok(jobs.every(({ v }) => v === 1))
    assert.deepEqual(
      eventsOf(events, 'dispatch').map(({ vas }) => vas),
      [0, 1],
    )
  })

  it('does nothing by itself', () => {
    const { machine } = makeMachine()
    assert.deepEqual(actorNames(machine), [])
    assert.equal(machine.isBusy, false)
    const process = makeProcess()
    const job = new RawJob(process.mm)
    job.paste(machine, machine.openWindow(process, process.leader))
    assert.deepEqual(actorNames(machine), ['vas 0'])
    assert.equal(machine.isBusy, true)
    assert.equal(job.v, 0)
  })

  it('gives the same by run as by actors that are stepped one by one', () => {
    const csbOf = (go: (machine: Machine) => void) => {
      const { machine } = makeMachine()
      const process = makeProcess(1000, 'none')
      const job = new RawJob(process.mm)
      job.paste(machine, machine.openWindow(process, process.leader))
      go(machine)
      return Buffer.from(new Uint8Array(job.csb.buffer, 4080, 16)).toString('hex')
    }
    assert.equal(
      csbOf((machine) => {
        machine.run()
      }),
      csbOf(settle),
    )
  })

  it('closes a window once, however often that is asked', () => {
    const { machine } = makeMachine()
    const process = makeProcess()
    const [first, second] = [1, 2].map(() => machine.openWindow(process, process.leader))
    machine.closeWindow(first)
    machine.closeWindow(first)
    machine.run()
    const third = machine.openWindow(process, process.leader)
    assert.equal(third.id, first.id)
    machine.closeWindow(first)
    machine.run()
    assert.equal(machine.instance(0).findWindow(third.id), third)
    assert.equal(second.receiver.senders, 2)
  })

  it('lets windows outlive the thread that opened them, and serve the memory of their process', () => {
    const { machine } = makeMachine()
    const process = makeProcess(1000, 'none')
    const thread = process.startThread(1001)
    const window = machine.openWindow(process, thread)
    thread.state = 'dead'
    const job = new RawJob(process.mm)
    for (let faults = 0; faults < 5; faults++) {
      job.paste(machine, window)
      settle(machine)
      if (job.hasFaulted) job.touch(job.faultAddress)
    }
    assert.equal(job.cc, 0)
    assert.equal(window.opener.pid, 1001)
  })

  it("means the opener's memory also when a child pastes to the window", () => {
    const { machine } = makeMachine()
    const [parent, child] = [makeProcess(1000), makeProcess(2000)]
    const window = machine.openWindow(parent, parent.leader)
    const [ofParent, ofChild] = [new RawJob(parent.mm), new RawJob(child.mm)]
    // The same addresses in both memories: what the child pastes is executed in its parent's.
    assert.equal(ofChild.csbAddress, ofParent.csbAddress)
    ofChild.paste(machine, window)
    settle(machine)
    assert.deepEqual([ofParent.v, ofChild.v], [1, 0])
  })
})

/** Pastes a job until it is done, touching exactly the address that each fault reports. Returns those addresses. */
function runWithFaults(kernel: 'mainline' | 'v5', fc: number, source: Uint8Array) {
  const { machine, events } = makeMachine({ kernel })
  const process = makeProcess(1000, 'none')
  const window = machine.openWindow(process, process.leader)
  const job = new RawJob(process.mm, { fc, source, targetBytes: 4 * PAGE, pieces: 2 })
  const faults: bigint[] = []
  do {
    assert.equal(job.paste(machine, window), true)
    settle(machine)
    assert.equal(job.v, 1)
    if (!job.hasFaulted) break
    faults.push(job.faultAddress)
    assert.equal(job.touch(job.faultAddress), true)
  } while (faults.length < 50)
  return { machine, events, process, window, job, faults }
}

for (const kernel of ['mainline', 'v5'] as const) {
  describe(`a job of which no page is resident, under ${kernel}`, () => {
    const text = textLike(7, 3 * PAGE)

    it('faults on CSB, CPB, source list, source, target list, target, at exactly these addresses, then gives the right bytes', () => {
      const { job, faults } = runWithFaults(kernel, 0x00, text)
      const [first, second] = job.source
      const pageOf = (address: bigint, page: number) => address + BigInt(page * PAGE)
      assert.deepEqual(faults, [
        job.csbAddress,
        job.csbAddress + 16n,
        job.sourceList!.address,
        pageOf(first.address, 0),
        pageOf(first.address, 1),
        pageOf(second.address, 0),
        pageOf(second.address, 1),
        job.targetList!.address,
        pageOf(job.target[0].address, 0),
        pageOf(job.target[0].address, 1),
      ])
      assert.equal(job.cc, 0)
      assert.deepEqual(inflateRawSync(job.output()), Buffer.from(text))
    })

    it('needs the CPB for reading before it is written when the function has CPB input', () => {
      const { job, faults } = runWithFaults(kernel, 0x08, text)
      assert.deepEqual(faults.slice(0, 3), [job.csbAddress, job.csbAddress + 16n, job.sourceList!.address])
      assert.equal(job.cc, 0)
    })

    it('gives every credit back and leaves nothing behind', () => {
      const { machine, process, window, job } = runWithFaults(kernel, 0x00, text)
      const instance = machine.instance(0)
      assert.equal(window.credits, 1024)
      assert.equal(window.receiver.credits, 256)
      assert.equal(instance.faultWindow.credits, 16)
      machine.closeWindow(window)
      machine.run()
      assert.equal(machine.isClosing(window), false)
      assert.deepEqual([...instance.windows.keys()], [0, 1, 2])
      assert.equal(window.receiver.senders, 0)
      assert.deepEqual(actorNames(machine), [])
      job.unmap()
      for (const { address } of [...job.source, ...job.target])
        assert.equal(process.mm.bytes(address, 1), undefined)
      assert.equal(process.mm.bytes(job.csbAddress, 1), undefined)
      assert.equal(machine.openWindow(process, process.leader).id, window.id)
    })
  })
}

describe('the way of a fault', () => {
  it('goes through paste, stamp, dispatch, translation, fault paste, interrupt, handler, CSB and credits, in this order', () => {
    const { machine, events } = makeMachine()
    const process = makeProcess(1000, 'none')
    const job = new RawJob(process.mm)
    job.paste(machine, machine.openWindow(process, process.leader))
    step(machine, 'vas')
    step(machine, 'nx')
    settle(machine)
    assert.deepEqual(
      events.map((event) => ('side' in event ? `${event.kind} ${event.side}` : event.kind)),
      [
        'window-open',
        'paste',
        'credit send',
        'credit receive',
        'stamp',
        'credit receive',
        'dispatch',
        'translation-fault',
        'credit fault',
        'fault-paste',
        'interrupt',
        'handler',
        'handler',
        'handler',
        'credit fault',
        'csb-write',
        'credit send',
        'handler',
        'handler',
      ],
    )
  })
})
