// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { DDE, DDL_ALIGNMENT, MAX_DDE_COUNT } from '../../lib/format/dde.js'
import { assertPlace, columns, hexOf, range, reservedBits, viewOf } from './field-bytes.js'

describe('DDE (UM figure 6-5)', () => {
  it('has 16 bytes', () => {
    assert.equal(DDE.size, 16)
  })

  it('has its count in bits 16:23 of the first word', () => {
    assertPlace(DDE.field.count, 16, { at: 2, mask: 'ff', value: 0x81, bytes: '81' })
  })

  it('has its byte count in the second word', () => {
    assertPlace(DDE.field.bytecount, 16, { at: 4, mask: 'ffffffff', value: 0x8000_0001, bytes: '80000001' })
  })

  it('has its address in bytes 8 to 15', () => {
    const place = { at: 8, mask: 'ffffffffffffffff', value: 0x00007fffa0001231n, bytes: '00007fffa0001231' }
    assertPlace(DDE.field.address, 16, place)
  })

  it('has reserved bits 0:15 and 24:31 and no others', () => {
    const found = reservedBits((view) => DDE.hasReservedBits(view), 16)
    assert.deepEqual(found, [...range(0, 15), ...range(24, 31)])
  })

  it('can count 255 entries of a list that is aligned to 16 bytes', () => {
    assert.deepEqual([MAX_DDE_COUNT, DDL_ALIGNMENT], [255, 16])
  })

  it('describes itself', () => {
    assert.deepEqual(columns(DDE.describe(viewOf('00000300 00006798 00007fffa0001230'))), [
      'DDE, 16 bytes',
      '2 0:7 count 0x03',
      '4 0:31 bytecount 0x00006798',
      '8 0:63 address 0x00007fffa0001230',
    ])
  })

  it('makes the list of the resume example of UM 5.2.5.4', () => {
    const view = new DataView(new ArrayBuffer(48))
    DDE.write(view, { bytecount: 8, address: 0x7000n }, 0)
    DDE.write(view, { bytecount: 0x798, address: 0x9000n }, 16)
    DDE.write(view, { bytecount: 0x4002, address: 0x1ffen }, 32)
    const list = [
      '0000000000000008 0000000000007000',
      '0000000000000798 0000000000009000',
      '0000000000004002 0000000000001ffe',
    ]
    assert.equal(hexOf(view), list.join('').replace(/ /g, ''))
  })
})
