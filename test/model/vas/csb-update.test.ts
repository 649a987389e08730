// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'

import type { KernelProfile } from '../../../lib/model/vas/fault-window.js'
import { updateCsb } from '../../../lib/model/vas/csb-update.js'
import type { TraceEvent } from '../../../lib/model/vas/trace.js'
import { eventsOf, faultCrb, makeMachine, makeProcess, messagesOf, RawJob } from '../../support/machine.js'

/** A fault of a job of a window that a second thread opened; `run` lets the kernel handle it. */
function makeFault(csbOffset = 0n) {
  const { machine } = makeMachine()
  const events: TraceEvent[] = []
  const process = makeProcess(1000, 'none')
  const thread = process.startThread(1007)
  const window = machine.openWindow(process, thread)
  const job = new RawJob(process.mm)
  for (let at = 0; at < 16; at++) job.csb.setUint8(at, 0x11)
  job.csb.setUint8(0, 0)
  const crb = faultCrb({ pswid: window.pswid, fsa: 0x0123456789abcdefn, csb: job.csbAddress + csbOffset })
  const steps = (kernel: KernelProfile = 'mainline') =>
    updateCsb(new DataView(crb.buffer), window, kernel, { trace: (event) => events.push(event) })
  const run = (kernel?: KernelProfile) => [...steps(kernel)].length
  const csbHex = () => Buffer.from(new Uint8Array(job.csb.buffer, 4080, 16)).toString('hex')
  return { process, thread, window, job, events, steps, run, csbHex }
}

describe("the kernel's CSB of a fault", () => {
  it('has CC 250, CE terminated, and the address big-endian in a merged kernel', () => {
    const { run, csbHex } = makeFault()
    run('mainline')
    assert.equal(csbHex(), '8000fa40000000000123456789abcdef')
  })

  it("has CC 5 and the address in the processor's order in V5", () => {
    const { run, csbHex } = makeFault()
    run('v5')
    assert.equal(csbHex(), '8000054000000000efcdab8967452301')
  })

  it('is written in two steps: the body with V=0, and V behind a barrier', () => {
    const { steps, csbHex } = makeFault()
    const writing = steps()
    assert.equal(writing.next().done, false)
    assert.equal(csbHex(), '0000fa40000000000123456789abcdef')
    assert.equal(writing.next().done, true)
    assert.equal(csbHex(), '8000fa40000000000123456789abcdef')
  })

  it('brings its own page in', () => {
    const { process, job, run } = makeFault()
    assert.equal(process.mm.firstFault(job.csbAddress, 16, true), job.csbAddress)
    run()
    assert.equal(process.mm.firstFault(job.csbAddress, 16, true), undefined)
  })

  it('is written 8 bytes off if C is set: the kernel takes the flag bits for a part of the address', () => {
    const { job, run } = makeFault(8n)
    run()
    assert.equal(job.v, 0)
    assert.equal(job.csb.getBigUint64(8), 0x8000fa4000000000n)
  })

  it('is traced', () => {
    const { events, run } = makeFault()
    run()
    assert.deepEqual(events, [{ kind: 'csb-write', vas: 0, window: 3, by: 'kernel', cc: 250 }])
  })
})

const SIGSEGV = { signo: 11, si_code: 1, si_errno: 14 }

describe('a CSB that cannot be written', () => {
  it('is SIGSEGV to the opener, with SEGV_MAPERR, EFAULT and the address', () => {
    const { process, job, events, run } = makeFault()
    job.unmapCsb()
    run()
    assert.deepEqual(process.signals, [{ ...SIGSEGV, si_addr: job.csbAddress, pid: 1007 }])
    assert.deepEqual(events, [{ kind: 'signal', vas: 0, window: 3, pid: 1007 }])
  })

  it("is SIGSEGV to the thread group's leader once the opener is gone", () => {
    const { process, thread, job, run } = makeFault()
    thread.state = 'dead'
    job.unmapCsb()
    run()
    assert.deepEqual(process.signals, [{ ...SIGSEGV, si_addr: job.csbAddress, pid: 1000 }])
  })

  it('is SIGSEGV too when it vanishes before V is written', () => {
    const { process, job, steps } = makeFault()
    const writing = steps()
    writing.next()
    job.unmapCsb()
    assert.equal(writing.next().done, true)
    assert.equal(process.signals.length, 1)
    assert.equal(job.v, 0)
  })
})

describe('the opener of a window whose job faults', () => {
  it('may be gone: its group gets the CSB, since pid, group and memory were taken at the open', () => {
    const { thread, job, run } = makeFault()
    thread.state = 'dead'
    run()
    assert.equal(job.hasFaulted, true)
  })

  it('gets neither CSB nor signal while it is exiting', () => {
    for (const unmaps of [false, true]) {
      const { process, thread, job, events, run } = makeFault()
      thread.state = 'exiting'
      if (unmaps) job.unmapCsb()
      assert.equal(run(), 0)
      assert.equal(job.v, 0)
      assert.deepEqual(process.signals, [])
      assert.deepEqual(events, [])
    }
  })

  it('is warned of when nobody of its group is left', () => {
    const { process, thread, job, events, run } = makeFault()
    thread.state = 'dead'
    process.leader.state = 'dead'
    run()
    assert.equal(job.v, 0)
    assert.deepEqual(messagesOf(events), ['VAS: no task of window 3 is left to notify'])
    assert.deepEqual(eventsOf(events, 'signal'), [])
  })
})
