// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'

import { windowInfo, windowRegisters } from '../../../lib/model/vas/debugfs.js'
import { makeMachine, makeProcess } from '../../support/machine.js'

describe('debugfs', () => {
  it("says a window's type and pid in info", () => {
    const { machine } = makeMachine()
    const process = makeProcess(1234)
    const window = machine.openWindow(process, process.leader)
    assert.equal(windowInfo(window), 'Type: NX-GZIP Normal Priority, Send\nPid : 1234\n')
    assert.equal(windowInfo(machine.instance(0).faultWindow), 'Type: Fault, Receive\nPid : 0\n')
    const high = machine.instance(0).receiveQueue('GZIP_HIPRI').window
    assert.equal(windowInfo(high), 'Type: NX-GZIP High Priority, Receive\nPid : 0\n')
  })

  it("lists a window's registers in hvwc, value and name", () => {
    const { machine } = makeMachine()
    const process = makeProcess(0x1234)
    const lines = windowRegisters(machine.openWindow(process, process.leader)).split('\n')
    assert.equal(lines.length, 34)
    assert.deepEqual(lines.slice(0, 3), [
      '0x0000000000000000 LPID',
      '0x0123400000000000 PID',
      '0xac00000000000000 XLATE_MSR',
    ])
    assert.ok(lines.includes('0x0000000300000000 PSWID'))
    assert.ok(lines.includes('0x0400000000000000 TX_WCRED'))
    assert.ok(lines.includes('0x0000000000000000 TX_WCRED_ADDER'))
    assert.ok(lines.includes('0x9e10000000000000 WINCTL'))
    assert.deepEqual(lines.slice(-2), ['0x0000000000000000 NX_UTIL_ADDER', ''])
  })

  it('says nothing of a window that is closed', () => {
    const { machine } = makeMachine()
    const process = makeProcess()
    const window = machine.openWindow(process, process.leader)
    machine.closeWindow(window)
    assert.equal(windowInfo(window), '')
    assert.equal(windowRegisters(window), '')
  })
})
