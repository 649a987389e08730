// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'

import type { ReceiveWindow, SendWindow } from '../../../lib/model/vas/window.js'
import { makeMachine, makeProcess } from '../../support/machine.js'

/** All registers that are not 0: offset and value in hexadecimal. */
function registers(window: ReceiveWindow | SendWindow): Record<string, string> {
  const values: Record<string, string> = {}
  for (let at = 0; at < 512; at += 8) {
    const value = window.hvwc.getBigUint64(at)
    if (value !== 0n) values[at.toString(16).padStart(3, '0')] = value.toString(16).padStart(16, '0')
  }
  return values
}

/** A second chip, so that the VAS id in a PSWID is seen. */
function makeChips() {
  const { machine } = makeMachine({ chips: 2, faultFifoEntries: 32768 })
  return { machine, instance: machine.instance(1), process: makeProcess(0x1234) }
}

describe('the registers of a window', () => {
  it('are those of a fault window: 4 MiB, 32768 credits, pinned, rejecting, interrupting', () => {
    const { instance } = makeChips()
    assert.deepEqual(registers(instance.faultWindow), {
      '020': '0c00000000000000',
      '028': 'a000000000000000',
      '030': 'c000000000000000',
      '070': '0006030000010000',
      '0a0': '0000000120000000',
      '0e0': '8000000000000000',
      '100': 'c000000000000000',
      '108': 'ea20000000000000',
      '118': '4000000000000000',
      '138': '8000000000000000',
      '158': '3000000000000000',
    })
  })

  it('are those of an NX receive window: 32 KiB, 256 credits, notified, stamping', () => {
    const { instance } = makeChips()
    const high = instance.receiveQueue('GZIP_HIPRI').window
    assert.deepEqual(registers(high), {
      '020': '0c00000000000000',
      '028': 'a000000000000000',
      '030': 'c000000000000000',
      '070': '0006030000010000',
      '0a0': '0000000120400000',
      '0a8': '4000000000000000',
      '0e0': '0100000000000000',
      '0f0': '0100000000000000',
      '100': '5000000000000000',
      '108': 'be10000000000000',
      '118': '4000000000000000',
      '138': '4000000000000000',
      '140': '0000200000000000',
      '148': 'fff0000000000000',
      '150': '0001000000000000',
      '158': '3000000000000000',
    })
    const normal = instance.receiveQueue('GZIP').window
    assert.deepEqual(registers(normal), {
      ...registers(high),
      '0a0': '0000000120408000',
      '150': '0002000000000000',
    })
  })

  it("are those of a user's send window: 1024 credits, PSWID, fault window and interrupt port", () => {
    const { machine, process } = makeChips()
    const window = machine.openWindow(process, process.leader, { vasId: 1 })
    assert.equal(window.id, 3)
    assert.deepEqual(registers(window), {
      '018': '0123400000000000',
      '020': 'ac00000000000000',
      '028': 'a000000000000000',
      '030': 'c000000000000000',
      '070': '0006030000010000',
      '078': '0100000300000000',
      '0a8': '4000000000000000',
      '0e0': '0400000000000000',
      '0f0': '0400000000000000',
      '108': '9e10000000000000',
      '118': '4000000000000000',
      '128': '0002000000000000',
      '138': '4000000000000000',
      '158': '3000000000000000',
    })
  })

  it('point a high-priority window to the high receive FIFO', () => {
    const { machine, process } = makeChips()
    const window = machine.openWindow(process, process.leader, { vasId: 1, cop: 'GZIP_HIPRI' })
    assert.equal(registers(window)['128'], '0001000000000000')
  })

  it('lose PIN and OPEN, and nothing else, when the close begins on the hardware', () => {
    const { machine, process } = makeChips()
    const window = machine.openWindow(process, process.leader)
    const before = registers(window)
    window.clearOpen()
    assert.deepEqual(registers(window), { ...before, '108': '1e10000000000000' })
    assert.equal(window.isOpen, false)
  })

  it('count credits down and up, and show the busy bit', () => {
    const { machine, process } = makeChips()
    const window = machine.openWindow(process, process.leader)
    window.addCredits(-1)
    assert.equal(registers(window)['0f0'], '03ff000000000000')
    window.addCredits(1)
    window.isBusy = true
    assert.equal(registers(window)['0f0'], '0400000000000000')
    assert.equal(registers(window)['110'], '4000000000000000')
    window.isBusy = false
    assert.equal(registers(window)['110'], undefined)
  })
})

describe('the task that a send window notifies', () => {
  it('is the thread that opened it', () => {
    const { machine, process } = makeChips()
    const thread = process.startThread(4321)
    assert.equal(machine.openWindow(process, thread).task, thread)
  })

  it('is the leader of its thread group once that thread is gone', () => {
    const { machine, process } = makeChips()
    const thread = process.startThread(4321)
    const window = machine.openWindow(process, thread)
    thread.state = 'dead'
    assert.equal(window.task, process.leader)
  })

  it('is nobody once the whole group is gone', () => {
    const { machine, process } = makeChips()
    const window = machine.openWindow(process, process.leader)
    process.leader.state = 'dead'
    assert.equal(window.task, undefined)
  })
})
