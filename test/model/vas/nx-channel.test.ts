// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'

import type { MachineConfig } from '../../../lib/model/vas/machine.js'
import {
  actorNames,
  eventsOf,
  makeMachine,
  makeProcess,
  RawJob,
  settle,
  step,
} from '../../support/machine.js'

function makeSystem(options: Partial<MachineConfig> = {}, residency: 'all' | 'none' = 'all') {
  const { machine, events } = makeMachine(options)
  const process = makeProcess(1000, residency)
  const normal = machine.openWindow(process, process.leader)
  const high = machine.openWindow(process, process.leader, { cop: 'GZIP_HIPRI' })
  return { machine, events, process, normal, high, instance: machine.instance(0) }
}

describe('the gzip channel', () => {
  it('executes a CRB and returns first the receive credit, then the send credit', () => {
    const { machine, events, process, normal } = makeSystem()
    const job = new RawJob(process.mm)
    job.paste(machine, normal)
    settle(machine)
    assert.equal(job.v, 1)
    assert.equal(job.cc, 0)
    assert.deepEqual(
      eventsOf(events, 'credit').map(({ side, window, credits }) => `${side} ${window}: ${credits}`),
      ['send 3: 1023', 'receive 2: 255', 'receive 2: 256', 'send 3: 1024'],
    )
  })

  it('holds a current and a pending CRB, whose receive credits are back already', () => {
    const { machine, process, normal, instance } = makeSystem({ receiveFifoEntries: 3 })
    for (let job = 0; job < 3; job++) {
      new RawJob(process.mm).paste(machine, normal)
      step(machine, 'vas')
    }
    assert.equal(normal.receiver.credits, 0)
    step(machine, 'nx')
    assert.equal(normal.receiver.credits, 2)
    assert.equal(instance.nx.pending?.getUint16(66), 3)
    assert.equal(normal.credits, 1022)
  })

  it('takes CRBs from the high FIFO first', () => {
    const { machine, events, process, normal, high } = makeSystem()
    for (const window of [normal, normal, high, normal, high]) new RawJob(process.mm).paste(machine, window)
    while (actorNames(machine).includes('vas 0')) step(machine, 'vas')
    settle(machine)
    assert.deepEqual(
      eventsOf(events, 'dispatch').map(({ window }) => window),
      [4, 4, 3, 3, 3],
    )
  })

  it('drops a CRB that the hypervisor has marked in the FIFO, and returns its credits', () => {
    const { machine, process, normal, instance } = makeSystem()
    const job = new RawJob(process.mm)
    job.paste(machine, normal)
    step(machine, 'vas')
    instance.receiveQueue('GZIP').entries[0].setUint8(79, 1)
    settle(machine)
    assert.equal(job.v, 0)
    assert.equal(normal.credits, 1024)
    assert.equal(normal.receiver.credits, 256)
  })

  it("writes to the window's interrupt address when CM asks for it, which under powernv is nowhere", () => {
    const { machine, process, normal } = makeSystem()
    const job = new RawJob(process.mm, { interrupt: true })
    job.paste(machine, normal)
    settle(machine)
    assert.equal(job.v, 1)
    assert.equal(machine.xive.counts(0).delivered, 0)
    assert.equal(normal.credits, 1024)
  })

  it('never completes a job that was ordered to hang: its send credit stays away', () => {
    const { machine, process, normal } = makeSystem({
      inject: { job: (index) => (index === 0 ? 'hang' : undefined) },
    })
    const [hung, next] = [new RawJob(process.mm), new RawJob(process.mm)]
    for (const job of [hung, next]) job.paste(machine, normal)
    settle(machine)
    assert.deepEqual([hung.v, next.v], [0, 1])
    assert.equal(normal.credits, 1023)
    assert.equal(normal.receiver.credits, 256)
  })

  it('ends a job with a completion code that was ordered: terminated, TPBC valid, as NX reports errors', () => {
    const { machine, process, normal } = makeSystem({ inject: { job: () => 10 } })
    const job = new RawJob(process.mm)
    job.paste(machine, normal)
    settle(machine)
    assert.equal(job.csb.getUint32(0).toString(16), '80000a60')
    assert.equal(normal.credits, 1024)
  })

  it('faults on the CSB also when a completion code was ordered', () => {
    const { machine, process, normal } = makeSystem({ inject: { job: () => 10 } }, 'none')
    const job = new RawJob(process.mm)
    job.paste(machine, normal)
    settle(machine)
    assert.equal(job.cc, 250)
    assert.equal(job.faultAddress, job.csbAddress)
  })
})

/** How many of 1000 source bytes a wrap job takes with a Low limit of 512. */
function bytesTaken(fc: number, thresholdMode: boolean): number {
  const { machine, process, normal } = makeSystem({ thresholdMode, maxByteCountLow: 512 })
  const job = new RawJob(process.mm, { fc, source: new Uint8Array(1000) })
  job.paste(machine, normal)
  settle(machine)
  return job.tpbc
}

describe('the byte-count limits', () => {
  it('do not hold a job with FC(5)=0', () => {
    assert.equal(bytesTaken(0x1e, false), 1000)
  })

  it('hold a job with FC(5)=1 to the Low limit', () => {
    assert.equal(bytesTaken(0x1f, false), 512)
  })

  it('hold a normal job to the Low limit in threshold mode while a high-priority one waits', () => {
    const { machine, process, normal, high } = makeSystem({ thresholdMode: true, maxByteCountLow: 512 })
    const jobs = [0, 1, 2].map(() => new RawJob(process.mm, { source: new Uint8Array(1000) }))
    // Two normal jobs in the channel (the second one pending), then a high one arrives.
    for (const job of jobs.slice(0, 2)) {
      job.paste(machine, normal)
      step(machine, 'vas')
    }
    step(machine, 'nx')
    jobs[2].paste(machine, high)
    step(machine, 'vas')
    settle(machine)
    assert.deepEqual(
      jobs.map(({ tpbc, cc }) => `${tpbc} cc ${cc}`),
      ['1000 cc 0', '512 cc 3', '1000 cc 0'],
    )
  })

  it('do not in threshold mode while none waits', () => {
    assert.equal(bytesTaken(0x1e, true), 1000)
  })
})

describe('a stalled NX', () => {
  it('has no credit of the fault window, holds the CRB and goes on when one returns', () => {
    const { machine, events, process, normal, instance } = makeSystem({ faultFifoEntries: 1 }, 'none')
    const jobs = [0, 1, 2].map(() => new RawJob(process.mm))
    for (const job of jobs) {
      job.paste(machine, normal)
      step(machine, 'vas')
    }
    step(machine, 'nx')
    step(machine, 'nx')
    assert.equal(instance.nx.isStalled, true)
    assert.equal(instance.nx.stalledFor, normal)
    assert.deepEqual(eventsOf(events, 'nx-stall').length, 1)
    assert.ok(!actorNames(machine).includes('nx 0'), 'nothing else is executed meanwhile')
    settle(machine)
    assert.ok(jobs.every((job) => job.hasFaulted))
    assert.equal(instance.nx.isStalled, false)
    assert.equal(instance.faultWindow.credits, 1)
    assert.equal(normal.credits, 1024)
  })
})
