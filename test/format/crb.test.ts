// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import {
  CCB,
  CM_INTERRUPT,
  CRB,
  CRB_CCB,
  CRB_HINT,
  CRB_SOURCE_DDE,
  CRB_TARGET_DDE,
} from '../../lib/format/crb.js'
import { DDE } from '../../lib/format/dde.js'
import { assertPlace, columns, hexOf, range, reservedBits, viewOf } from './field-bytes.js'

describe('CRB (UM figures 6-3, 6-4 and 6-9)', () => {
  it('has 128 bytes and is aligned to as many', () => {
    assert.equal(CRB.size, 128)
  })

  it('has FC in bits 26:31 of the CCW', () => {
    assertPlace(CRB.field.fc, 128, { at: 0, mask: '0000003f', value: 0x1e, bytes: '0000001e' })
  })

  it('has the CSB address in bytes 8 to 15 without the lowest 4 bits', () => {
    const place = { at: 8, mask: 'fffffffffffffff0', value: 0x00007fffa0001230n, bytes: '00007fffa0001230' }
    assertPlace(CRB.field.csb_address, 128, place)
  })

  it('has C in bit 28 of the word at byte 12', () => {
    assertPlace(CRB.field.c, 128, { at: 12, mask: '00000008', value: 1, bytes: '00000008' })
  })

  it('has AT in bit 30 of the word at byte 12', () => {
    assertPlace(CRB.field.at, 128, { at: 12, mask: '00000002', value: 1, bytes: '00000002' })
  })

  it('has the source DDE at byte 16, the target DDE at 32 and the CCB at 48', () => {
    const view = new DataView(new ArrayBuffer(128))
    DDE.write(view, { count: 2, bytecount: 0x13e8, address: 0x5555_0000_1020n }, CRB_SOURCE_DDE)
    DDE.write(view, { bytecount: 0x1000, address: 0x7777_0000_0000n }, CRB_TARGET_DDE)
    CCB.write(view, { cm: CM_INTERRUPT }, CRB_CCB)
    assert.equal(
      hexOf(view),
      '00'.repeat(16) +
        '00000200000013e80000555500001020' +
        '00000000000010000000777700000000' +
        '00000000000000000000000000000001' +
        '00'.repeat(64),
    )
  })

  it('has every bit of bytes 0 to 15 reserved that is not FC, CSB address, C or AT, and none behind', () => {
    const found = reservedBits((view) => CRB.hasReservedBits(view), 128)
    assert.deepEqual(found, [...range(0, 25), ...range(32, 63), 8 * 15 + 5, 8 * 15 + 7])
  })

  it('does not look at bytes 64 to 127 for reserved bits', () => {
    assert.equal(CRB.hasReservedBits(viewOf('00'.repeat(64) + 'ff'.repeat(64))), false)
  })

  it('describes itself with its DDEs, its CCB and its stamp', () => {
    const crb = viewOf(
      '00000014 00000000 000012345678abca' +
        '00000200 000013e8 0000555500001020' +
        '00000000 00001000 0000777700000000' +
        '00000000 00000000 0000000000000001' +
        '0000100000001040 000000ff00070102' +
        '00'.repeat(48),
    )
    assert.deepEqual(columns(CRB.describe(crb)), [
      'CRB, 128 bytes',
      '3 2:7 fc 0x14',
      '8 0:59 csb_address 0x000012345678abc0',
      '15 4:4 c 0x1',
      '15 6:6 at 0x1',
      '16 source_dde',
      'DDE, 16 bytes',
      '2 0:7 count 0x02',
      '4 0:31 bytecount 0x000013e8',
      '8 0:63 address 0x0000555500001020',
      '32 target_dde',
      'DDE, 16 bytes',
      '2 0:7 count 0x00',
      '4 0:31 bytecount 0x00001000',
      '8 0:63 address 0x0000777700000000',
      '48 ccb',
      'CCB, 16 bytes',
      '15 5:7 cm 0x1',
      '64 ignored',
      'ignored by NX, 64 bytes',
      '0 0:63 stamp_0 0x0000100000001040',
      '8 0:63 stamp_1 0x000000ff00070102',
    ])
  })
})

describe('CCB (UM 6.7)', () => {
  it('has CM in bits 29:31 of the word at byte 12, byte 60 of the CRB', () => {
    assert.equal(CCB.size, 16)
    assertPlace(CCB.field.cm, 16, { at: 12, mask: '00000007', value: 0b101, bytes: '00000005' })
  })

  it('knows 1 as the only valid completion method', () => {
    assert.equal(CM_INTERRUPT, 1)
  })

  it('has every other bit reserved', () => {
    assert.deepEqual(
      reservedBits((view) => CCB.hasReservedBits(view), 16),
      range(0, 124),
    )
  })
})

describe('the hint to the software engines', () => {
  it('lies in bytes 80, 81 and 84 to 91 of the CRB, behind the stamp and where NX does not look', () => {
    assertPlace(CRB_HINT.field.effort, 128, { at: 80, mask: 'ff', value: 9, bytes: '09' })
    assertPlace(CRB_HINT.field.counts_only, 128, { at: 81, mask: 'ff', value: 1, bytes: '01' })
    assertPlace(CRB_HINT.field.overrun, 128, {
      at: 84,
      mask: 'ffffffff',
      value: 0x4f565255,
      bytes: '4f565255',
    })
    assertPlace(CRB_HINT.field.checksum, 128, {
      at: 88,
      mask: 'ffffffff',
      value: 0x43524333,
      bytes: '43524333',
    })
  })
})
