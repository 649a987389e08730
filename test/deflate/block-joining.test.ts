// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import zlib from 'node:zlib'
import { appendSyncFlush, setFinal, writeStoredHeader } from '../../lib/deflate/block-joining.js'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

describe('appendSyncFlush', () => {
  // UM table 5-2 with a last byte of ones: its D bits stay, F, T and P become 0.
  const TABLE: readonly [tebc: number, written: string][] = [
    [0, 'ff'],
    [1, '010000ffff'],
    [2, '030000ffff'],
    [3, '070000ffff'],
    [4, '0f0000ffff'],
    [5, '1f0000ffff'],
    [6, '3f000000ffff'],
    [7, '7f000000ffff'],
  ]
  for (const [tebc, written] of TABLE) {
    it(`writes the row of UM table 5-2 for TEBC ${tebc}`, () => {
      const bytes = new Uint8Array(16).fill(0xff)
      const end = appendSyncFlush(bytes, 8, tebc)
      assert.equal(end, 7 + written.length / 2)
      assert.equal(hex(bytes), 'ff'.repeat(7) + written + 'ff'.repeat(16 - end))
    })
  }

  for (let long = 0; long < 8; long++) {
    const tebc = (10 + long) % 8
    it(`joins a block that ends with TEBC ${tebc} to the next one`, () => {
      // Fixed codes: 3 bits of header, 7 of end of block, 8 for each letter and 9 for each byte from 144 on.
      const first = Buffer.concat([
        Buffer.from('abcdef'),
        Buffer.from([200, 201, 202, 203, 204, 205, 206, 207].slice(0, long)),
      ])
      const second = Buffer.from('and the second block')
      const bytes = Buffer.alloc(100)
      let end = zlib.deflateRawSync(first, { strategy: zlib.constants.Z_FIXED }).copy(bytes)
      assert.equal(end, Math.ceil((3 + 7 + first.length * 8 + long) / 8))
      if (tebc !== 0) bytes[end - 1] |= (0xff << tebc) & 0xff
      setFinal(bytes, 0, false)
      end = appendSyncFlush(bytes, end, tebc)
      end += zlib.deflateRawSync(second).copy(bytes, end)
      assert.equal(
        zlib.inflateRawSync(bytes.subarray(0, end)).toString('latin1'),
        `${first.toString('latin1')}and the second block`,
      )
    })
  }

  it('throws and changes nothing when there is no room', () => {
    for (const [tebc, room] of [
      [5, 3],
      [6, 4],
    ] as const) {
      const bytes = new Uint8Array(2 + room).fill(0xff)
      assert.throws(() => appendSyncFlush(bytes, 2, tebc), RangeError)
      assert.equal(hex(bytes), 'ff'.repeat(2 + room))
    }
  })
})

describe('setFinal', () => {
  it('sets and clears the least significant bit of the first byte only', () => {
    const bytes = Uint8Array.of(0x54, 0x54, 0x54)
    setFinal(bytes, 1, true)
    assert.equal(hex(bytes), '545554')
    setFinal(bytes, 1, true)
    assert.equal(hex(bytes), '545554')
    setFinal(bytes, 1, false)
    assert.equal(hex(bytes), '545454')
  })
})

describe('writeStoredHeader', () => {
  it('writes BFINAL, LEN and its complement, least significant byte first', () => {
    const bytes = new Uint8Array(12).fill(0xaa)
    assert.equal(writeStoredHeader(bytes, 1, 0x1234, false), 6)
    assert.equal(writeStoredHeader(bytes, 6, 65535, true), 11)
    assert.equal(hex(bytes), 'aa' + '003412cbed' + '01ffff0000' + 'aa')
  })

  it('writes the sync flush of RFC 1951 for no bytes', () => {
    const bytes = new Uint8Array(5)
    writeStoredHeader(bytes, 0, 0, false)
    assert.equal(hex(bytes), '000000ffff')
  })

  it('writes into a view that does not start at the start of its buffer', () => {
    const whole = new Uint8Array(8)
    writeStoredHeader(whole.subarray(2), 1, 1, true)
    assert.equal(hex(whole), '0000000101' + '00feff')
  })

  it('makes blocks that zlib reads', () => {
    const bytes = Buffer.alloc(64)
    let end = writeStoredHeader(bytes, 0, 3, false)
    end += bytes.write('abc', end)
    end = writeStoredHeader(bytes, end, 4, true)
    end += bytes.write('defg', end)
    assert.equal(zlib.inflateRawSync(bytes.subarray(0, end)).toString(), 'abcdefg')
  })

  it('throws for more than 65535 bytes and when there is no room', () => {
    assert.throws(() => writeStoredHeader(new Uint8Array(9), 0, 65536, false), RangeError)
    assert.throws(() => writeStoredHeader(new Uint8Array(9), 5, 1, false), RangeError)
  })
})
