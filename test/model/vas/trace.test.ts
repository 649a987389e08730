// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'

import type { TraceEvent } from '../../../lib/model/vas/trace.js'
import { makeMachine, makeProcess, RawJob, settle } from '../../support/machine.js'

/** What a job of which no page is resident does up to its first fault, and the window's close. */
function traceOf(): TraceEvent[] {
  const { machine, events } = makeMachine()
  const process = makeProcess(1000, 'none')
  const window = machine.openWindow(process, process.leader)
  const job = new RawJob(process.mm, { fc: 0x1e })
  job.paste(machine, window)
  settle(machine)
  machine.closeWindow(window)
  machine.run()
  return events
}

describe('the trace', () => {
  it('names window, reason, address, entry, interrupt, step, code and credits of every event', () => {
    assert.deepEqual(traceOf(), [
      { kind: 'window-open', vas: 0, window: 3, pid: 1000 },
      { kind: 'paste', vas: 0, window: 3, accepted: true },
      { kind: 'credit', vas: 0, window: 3, side: 'send', credits: 1023 },
      { kind: 'credit', vas: 0, window: 2, side: 'receive', credits: 255 },
      { kind: 'stamp', vas: 0, window: 3, receiveWindow: 2 },
      { kind: 'credit', vas: 0, window: 2, side: 'receive', credits: 256 },
      { kind: 'dispatch', vas: 0, window: 3, fc: 0x1e },
      { kind: 'translation-fault', vas: 0, window: 3, address: 0x100000ff0n },
      { kind: 'credit', vas: 0, window: 0, side: 'fault', credits: 15 },
      { kind: 'fault-paste', vas: 0, window: 3, entry: 0 },
      { kind: 'interrupt', vas: 0, irq: 0, coalesced: false },
      { kind: 'handler', vas: 0, step: 'wake', entry: 0 },
      { kind: 'handler', vas: 0, step: 'look', entry: 0 },
      { kind: 'handler', vas: 0, step: 'take', entry: 0 },
      { kind: 'credit', vas: 0, window: 0, side: 'fault', credits: 16 },
      { kind: 'csb-write', vas: 0, window: 3, by: 'kernel', cc: 250 },
      { kind: 'credit', vas: 0, window: 3, side: 'send', credits: 1024 },
      { kind: 'handler', vas: 0, step: 'look', entry: 1 },
      { kind: 'handler', vas: 0, step: 'done', entry: 1 },
      { kind: 'close', vas: 0, window: 3, step: 'unmap' },
      { kind: 'close', vas: 0, window: 3, step: 'wait busy' },
      { kind: 'close', vas: 0, window: 3, step: 'clear open' },
      { kind: 'close', vas: 0, window: 3, step: 'wait credits' },
      { kind: 'close', vas: 0, window: 3, step: 'remove' },
      { kind: 'close', vas: 0, window: 3, step: 'release' },
    ])
  })

  it('may be left out: the machine does the same', () => {
    const { machine, events } = makeMachine()
    machine.trace = undefined
    const process = makeProcess()
    const job = new RawJob(process.mm)
    job.paste(machine, machine.openWindow(process, process.leader))
    machine.run()
    assert.equal(job.v, 1)
    assert.deepEqual(events, [])
  })
})
