// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { CE_PARTIAL, CE_TERMINATE, CE_TPBC, CSB } from '../../lib/format/csb.js'
import { assertPlace, columns, hexOf, range, reservedBits, viewOf } from './field-bytes.js'

describe('CSB (UM figures 6-7 and 6-9)', () => {
  it('has 16 bytes', () => {
    assert.equal(CSB.size, 16)
  })

  it('has V in bit 0', () => {
    assertPlace(CSB.field.v, 16, { at: 0, mask: '80000000', value: 1, bytes: '80000000' })
  })

  it('has F in bit 5 and CH in bits 6:7', () => {
    assertPlace(CSB.field.f, 16, { at: 0, mask: '04000000', value: 1, bytes: '04000000' })
    assertPlace(CSB.field.ch, 16, { at: 0, mask: '03000000', value: 2, bytes: '02000000' })
  })

  it('has CS in bits 8:15, CC in bits 16:23', () => {
    assertPlace(CSB.field.cs, 16, { at: 0, mask: '00ff0000', value: 0x12, bytes: '00120000' })
    assertPlace(CSB.field.cc, 16, { at: 0, mask: '0000ff00', value: 250, bytes: '0000fa00' })
  })

  it('has CE(0:2) in bits 24:26', () => {
    assertPlace(CSB.field.ce, 16, { at: 0, mask: '000000e0', value: 0b101, bytes: '000000a0' })
  })

  it('has TPBC in the second word and the address in bytes 8 to 15', () => {
    assertPlace(CSB.field.tpbc, 16, { at: 4, mask: 'ffffffff', value: 0x89abcdef, bytes: '89abcdef' })
    const place = { at: 8, mask: 'ffffffffffffffff', value: 0xf00000000000123n, bytes: '0f00000000000123' }
    assertPlace(CSB.field.address, 16, place)
  })

  it('has reserved bits 1:4 and CE(3:7) and no others', () => {
    assert.deepEqual(
      reservedBits((view) => CSB.hasReservedBits(view), 16),
      [...range(1, 4), ...range(27, 31)],
    )
  })

  it('gives partial, terminated and TPBC their bits CE(0), CE(1), CE(2)', () => {
    const byte3 = (ce: number) => {
      const view = viewOf('00'.repeat(16))
      CSB.write(view, { ce })
      return hexOf(view, 3, 1)
    }
    assert.deepEqual([CE_PARTIAL, CE_TERMINATE, CE_TPBC].map(byte3), ['80', '40', '20'])
  })

  it('reads the suspended job of UM 5.2.5.4', () => {
    const { v, cc, ce, tpbc, address } = CSB.read(viewOf('800003a0 00000798 0000000000000000'))
    assert.deepEqual(
      { v, cc, ce, tpbc, address },
      { v: 1, cc: 3, ce: CE_PARTIAL | CE_TPBC, tpbc: 0x798, address: 0n },
    )
  })

  it('describes itself', () => {
    assert.deepEqual(columns(CSB.describe(viewOf('8000fa60 00001000 00007fff12340000'))), [
      'CSB, 16 bytes',
      '0 0:0 v 0x1',
      '0 5:5 f 0x0',
      '0 6:7 ch 0x0',
      '1 0:7 cs 0x00',
      '2 0:7 cc 0xfa',
      '3 0:2 ce 0x3',
      '4 0:31 tpbc 0x00001000',
      '8 0:63 address 0x00007fff12340000',
    ])
  })
})
