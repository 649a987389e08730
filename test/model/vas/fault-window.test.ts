// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'

import { entryMarks, initialiseFaultFifo } from '../../../lib/model/vas/fault-window.js'
import { Fifo } from '../../../lib/model/vas/fifo.js'
import { faultCrb, makeMachine } from '../../support/machine.js'

const entry = (pswid: number, ccw = 0): DataView => {
  const view = new DataView(faultCrb({ pswid }).buffer)
  view.setUint32(0, ccw)
  return view
}

describe('the fault FIFO', () => {
  it('is filled with 0xff by a merged kernel, with 0 by V5', () => {
    for (const [kernel, byte] of [
      ['mainline', 0xff],
      ['v5', 0x00],
    ] as const) {
      const { machine } = makeMachine({ kernel })
      const { bytes } = machine.instance(0).faultWindow.fifo
      assert.ok(
        bytes.every((value) => value === byte),
        kernel,
      )
    }
  })

  it('has 32768 entries and as many credits', () => {
    const { faultWindow } = makeMachine({ faultFifoEntries: 32768 }).machine.instance(0)
    assert.equal(faultWindow.fifo.entries, 32768)
    assert.equal(faultWindow.credits, 32768)
  })
})

describe('an entry of the fault FIFO under a merged kernel', () => {
  const marks = entryMarks('mainline', false)

  it('is none while it has never been written', () => {
    const fifo = new Fifo(1, 0)
    initialiseFaultFifo(fifo, marks)
    assert.equal(marks.isInvalid(fifo.entry(0)), true)
  })

  it('is one with a PSWID of 0 too: which is then a bad one', () => {
    assert.equal(marks.isInvalid(entry(0)), false)
  })

  it('is none if its PSWID is all ones', () => {
    assert.equal(marks.isInvalid(entry(0xffffffff)), true)
  })

  it('is none if bit 0 of CCW is set', () => {
    assert.equal(marks.isInvalid(entry(3, 0x80000000)), true)
  })

  it('is one whatever function code it has', () => {
    assert.equal(marks.isInvalid(entry(3, 0x3f)), false)
  })

  it('is marked as consumed in PSWID and CCW, and keeps the rest', () => {
    const view = entry(3, 0x10)
    marks.markConsumed(view)
    assert.equal(view.getUint32(76), 0xffffffff)
    assert.equal(view.getUint32(0), 0x80000010)
    assert.equal(marks.isInvalid(view), true)
  })
})

describe('an entry of the fault FIFO under V5', () => {
  const marks = entryMarks('v5', false)

  it('is none if its PSWID is 0, and one otherwise', () => {
    assert.equal(marks.isInvalid(entry(0)), true)
    assert.equal(marks.isInvalid(entry(0xffffffff)), false)
    assert.equal(marks.isInvalid(entry(3, 0x80000001)), false)
  })

  it('is zeroed when it is consumed', () => {
    const view = entry(3, 0x10)
    marks.markConsumed(view)
    assert.ok(new Uint8Array(view.buffer).every((byte) => byte === 0))
  })
})

describe('an entry of the fault FIFO with the erratum of mainline', () => {
  const marks = entryMarks('mainline', true)

  it('looks consumed if its function code is odd', () => {
    assert.equal(marks.isInvalid(entry(3, 0x09)), true)
    assert.equal(marks.isInvalid(entry(3, 0x08)), false)
  })

  it('is marked in the least significant bit of CCW', () => {
    const view = entry(3, 0x10)
    marks.markConsumed(view)
    assert.equal(view.getUint32(0), 0x00000011)
  })
})
