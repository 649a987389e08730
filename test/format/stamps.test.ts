// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { CRB } from '../../lib/format/crb.js'
import { FAULT_STAMP, STAMP_OFFSET, VAS_STAMP } from '../../lib/format/stamps.js'
import { assertPlace, columns, hexOf, viewOf } from './field-bytes.js'

describe('either stamp', () => {
  it('lies at byte 64 of the CRB and is no reserved field there', () => {
    const view = new DataView(new ArrayBuffer(128))
    VAS_STAMP.write(
      view,
      { vas_buf_num: 0x3f, send_wc_id: 0xffff, recv_wc_id: 0xffff, vas_invalid: 1 },
      STAMP_OFFSET,
    )
    assert.equal(hexOf(view), '00'.repeat(64) + 'fc00ffff0000ffff0000000000000001' + '00'.repeat(48))
    assert.equal(CRB.hasReservedBits(view), false)
  })
})

describe('the stamp of VAS', () => {
  it('has the buffer number in bits 0:5 of the first word', () => {
    assertPlace(VAS_STAMP.field.vas_buf_num, 16, { at: 0, mask: 'fc000000', value: 0x21, bytes: '84000000' })
  })

  it('has the send window in bits 16:31 of the first word, the receive window in those of the second', () => {
    assertPlace(VAS_STAMP.field.send_wc_id, 16, { at: 0, mask: '0000ffff', value: 0x8001, bytes: '00008001' })
    assertPlace(VAS_STAMP.field.recv_wc_id, 16, { at: 4, mask: '0000ffff', value: 0x8002, bytes: '00008002' })
  })

  it('has the invalid mark in the last bit', () => {
    assertPlace(VAS_STAMP.field.vas_invalid, 16, { at: 12, mask: '00000001', value: 1, bytes: '00000001' })
  })

  it('describes itself', () => {
    assert.deepEqual(columns(VAS_STAMP.describe(viewOf('04000007 00000003 00000000 00000001'))), [
      'VAS stamp, 16 bytes',
      '0 0:5 vas_buf_num 0x01',
      '2 0:15 send_wc_id 0x0007',
      '6 0:15 recv_wc_id 0x0003',
      '15 7:7 vas_invalid 0x1',
    ])
  })
})

describe('the stamp of NX for a fault', () => {
  it('has the failing storage address in bytes 0 to 7', () => {
    const place = { at: 0, mask: 'ffffffffffffffff', value: 0x00007fff8001abcdn, bytes: '00007fff8001abcd' }
    assertPlace(FAULT_STAMP.field.fault_storage_addr, 16, place)
  })

  it('has flags in byte 10 and the fault status in byte 11', () => {
    assertPlace(FAULT_STAMP.field.flags, 16, { at: 8, mask: '0000ff00', value: 0x81, bytes: '00008100' })
    assertPlace(FAULT_STAMP.field.fault_status, 16, {
      at: 8,
      mask: '000000ff',
      value: 0x83,
      bytes: '00000083',
    })
  })

  it('has the PSWID in bytes 12 to 15', () => {
    assertPlace(FAULT_STAMP.field.pswid, 16, {
      at: 12,
      mask: 'ffffffff',
      value: 0x81000123,
      bytes: '81000123',
    })
  })

  it('describes itself', () => {
    assert.deepEqual(columns(FAULT_STAMP.describe(viewOf('00007fff8001abcd 00000183 01000007'))), [
      'fault stamp, 16 bytes',
      '0 0:63 fault_storage_addr 0x00007fff8001abcd',
      '10 0:7 flags 0x01',
      '11 0:7 fault_status 0x83',
      '12 0:31 pswid 0x01000007',
    ])
  })
})
