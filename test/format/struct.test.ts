// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { bits, byte, struct, u16, u32, u32reversed, u64 } from '../../lib/format/struct.js'
import { assertPlace, hexOf, reservedBits, viewOf } from './field-bytes.js'

describe('a field', () => {
  it('counts its bits from the most significant one of its byte', () => {
    assertPlace(bits(0, 0), 4, { at: 0, mask: '80', value: 1, bytes: '80' })
    assertPlace(bits(1, 7), 4, { at: 1, mask: '01', value: 1, bytes: '01' })
    assertPlace(bits(6, 2, 4), 8, { at: 6, mask: '38', value: 0b110, bytes: '30' })
  })

  it('may go over bytes of one word', () => {
    assertPlace(bits(4, 6, 21), 8, { at: 4, mask: '03fffc', value: 0x1234, bytes: '0048d0' })
    assertPlace(bits(0, 0, 31), 4, { at: 0, mask: 'ffffffff', value: 0xfedcba98, bytes: 'fedcba98' })
  })

  it('must not cross a word nor end before it begins', () => {
    assert.throws(() => bits(3, 0, 8), RangeError)
    assert.throws(() => bits(2, 0, 31), RangeError)
    assert.throws(() => bits(0, 5, 4), RangeError)
  })

  it('of 8, 16, 32 or 64 bits is big-endian', () => {
    assertPlace(byte(2), 4, { at: 2, mask: 'ff', value: 0x9a, bytes: '9a' })
    assertPlace(u16(2), 4, { at: 2, mask: 'ffff', value: 0x1234, bytes: '1234' })
    assertPlace(u32(4), 8, { at: 4, mask: 'ffffffff', value: 0x89abcdef, bytes: '89abcdef' })
    assertPlace(u64(8), 16, {
      at: 8,
      mask: 'ff'.repeat(8),
      value: 0xfedcba9876543210n,
      bytes: 'fedcba9876543210',
    })
  })

  it('that is reversed has its least significant byte first', () => {
    assertPlace(u32reversed(4), 8, { at: 4, mask: 'ffffffff', value: 0x89abcdef, bytes: 'efcdab89' })
  })

  it('of 64 bits leaves the low bits that belong to others alone', () => {
    const place = { at: 0, mask: 'fffffffffffffff0', value: 0x123456789abcdef0n, bytes: '123456789abcdef0' }
    assertPlace(u64(0, '', 4), 8, place)
  })

  it('cuts a value that is too wide instead of touching its neighbours', () => {
    const view = viewOf('00000000')
    bits(0, 8, 11).set(view, 0, 0x1f)
    assert.equal(hexOf(view), '00f00000')
  })
})

describe('a structure', () => {
  const INNER = struct('inner', 4, { low: u16(2, 'low half') })
  const OUTER = struct(
    'outer',
    16,
    { flag: bits(0, 1, 1, 'a flag'), number: byte(3), address: u64(8, 'an address', 4) },
    { part: { at: 4, struct: INNER } },
  )

  it('reads all its fields at any offset', () => {
    const view = viewOf('ffffff 40000007 00000000 123456789abcdef5')
    assert.deepEqual(OUTER.read(view, 3), { flag: 1, number: 7, address: 0x123456789abcdef0n })
  })

  it('writes the fields that are named and nothing else', () => {
    const view = viewOf('ff'.repeat(18))
    OUTER.write(view, { number: 0x12, flag: 0 }, 1)
    assert.equal(hexOf(view), 'ff' + 'bfffff12' + 'ff'.repeat(13))
  })

  it('refuses a field that it does not have', () => {
    const values = { numbr: 1 } as unknown as { number: number }
    assert.throws(() => {
      OUTER.write(viewOf('00'.repeat(16)), values)
    }, /outer has no field numbr/)
  })

  it('finds every bit outside its fields and parts, each alone', () => {
    const found = reservedBits((view) => OUTER.hasReservedBits(view), 16)
    assert.deepEqual(found, [0, ...Array.from({ length: 22 }, (_, index) => index + 2), 124, 125, 126, 127])
  })

  it('looks for reserved bits at the offset only', () => {
    const view = viewOf('ff' + '00'.repeat(16) + 'ff')
    assert.equal(OUTER.hasReservedBits(view, 1), false)
    view.setUint8(2, 1)
    assert.equal(OUTER.hasReservedBits(view, 1), true)
  })

  it('describes byte, bits, name, value and meaning in the order of the memory, parts indented', () => {
    const view = viewOf('aa 40000007 0000abcd 0000000089abcdef')
    assert.equal(
      OUTER.describe(view, 1),
      [
        'outer, 16 bytes',
        '    0  1:1    flag                     0x1                a flag',
        '    3  0:7    number                   0x07',
        '    4  part',
        '    inner, 4 bytes',
        '        2  0:15   low                      0xabcd             low half',
        '    8  0:59   address                  0x0000000089abcde0 an address',
      ].join('\n'),
    )
  })
})
