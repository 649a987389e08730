// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'

import {
  checkReceiveAttributes,
  checkSendAttributes,
  type CopType,
  type ReceiveAttributes,
  type SendAttributes,
} from '../../../lib/model/vas/window-attributes.js'

const NX: ReceiveAttributes = {
  nxWin: true,
  faultWin: false,
  userWin: false,
  rxFifoSize: 32768,
  wcredsMax: 256,
  notifyDisable: false,
  intrDisable: true,
  notifyEarly: false,
  rejNoCredit: false,
  txWcredMode: true,
  rxWcredMode: true,
  dataStamp: true,
  lnotifyLpid: 0xfff,
  lnotifyPid: 2,
  lnotifyTid: 1,
}
const FAULT: ReceiveAttributes = {
  ...NX,
  nxWin: false,
  faultWin: true,
  notifyDisable: true,
  intrDisable: false,
}
const USER: ReceiveAttributes = { ...NX, nxWin: false, userWin: true, rxFifoSize: 0 }
const SEND: SendAttributes = {
  userWin: true,
  wcredsMax: 1024,
  rejNoCredit: false,
  rsvdTxbufCount: 0,
  txThresholdMode: false,
}

const EINVAL = { name: 'KernelError', code: 'EINVAL', errno: 22 }

describe('the attributes of a receive window', () => {
  const VALID: readonly (readonly [string, ReceiveAttributes])[] = [
    ['an NX window', NX],
    ['an NX window with a FIFO of 1 KiB', { ...NX, rxFifoSize: 1024 }],
    ['an NX window with a FIFO of 8 MiB', { ...NX, rxFifoSize: 8388608 }],
    ['a fault window', FAULT],
    ['a user window without a FIFO', USER],
  ]
  for (const [name, attributes] of VALID) {
    it(`may be those of ${name}`, () => {
      checkReceiveAttributes(attributes)
    })
  }

  const INVALID: readonly (readonly [string, ReceiveAttributes])[] = [
    ['a FIFO under 1 KiB', { ...NX, rxFifoSize: 512 }],
    ['a fault FIFO under 1 KiB', { ...FAULT, rxFifoSize: 512 }],
    ['a FIFO over 8 MiB', { ...NX, rxFifoSize: 8388609 }],
    ['no credits: receive windows take no default (V5 patch 11)', { ...NX, wcredsMax: 0 }],
    ['an NX window that is a fault window too', { ...NX, faultWin: true }],
    ['an NX window that is a user window too', { ...NX, userWin: true }],
    ['an NX window that is not notified', { ...NX, notifyDisable: true }],
    ['an NX window that interrupts', { ...NX, intrDisable: false }],
    ['an NX window with early notification', { ...NX, notifyEarly: true }],
    ['a fault window that notifies', { ...FAULT, notifyDisable: false }],
    ['a fault window that does not interrupt', { ...FAULT, intrDisable: true }],
    ['a fault window that is a user window too', { ...FAULT, userWin: true }],
    ['a user window with a FIFO', { ...USER, rxFifoSize: 1024 }],
    ['a user window that interrupts', { ...USER, intrDisable: false }],
    ['a window of no kind', { ...NX, nxWin: false }],
  ]
  for (const [name, attributes] of INVALID) {
    it(`are EINVAL for ${name}`, () => {
      assert.throws(() => {
        checkReceiveAttributes(attributes)
      }, EINVAL)
    })
  }
})

describe('the attributes of a send window', () => {
  for (const cop of ['GZIP', 'GZIP_HIPRI', 'FTW'] as const) {
    it(`may be those of a user's window to ${cop}`, () => {
      checkSendAttributes(cop, SEND)
    })
  }

  it('may ask for 4095 credits, the most that 12 bits hold', () => {
    checkSendAttributes('GZIP', { ...SEND, wcredsMax: 4095 })
  })

  it("may be those of the kernel's own 842 window", () => {
    checkSendAttributes('842_HIPRI', { ...SEND, userWin: false })
  })

  const INVALID: readonly (readonly [string, CopType, SendAttributes])[] = [
    ['threshold mode', 'GZIP', { ...SEND, txThresholdMode: true }],
    ['4096 credits', 'GZIP', { ...SEND, wcredsMax: 4096 }],
    ['a user window with reserved buffers', 'GZIP', { ...SEND, rsvdTxbufCount: 1 }],
    ["a user's window to 842", '842', SEND],
    ["a user's window to the fault window", 'FAULT', SEND],
    ['a coprocessor type that does not exist', 'MAX' as CopType, SEND],
  ]
  for (const [name, cop, attributes] of INVALID) {
    it(`are EINVAL for ${name}`, () => {
      assert.throws(() => {
        checkSendAttributes(cop, attributes)
      }, EINVAL)
    })
  }
})
