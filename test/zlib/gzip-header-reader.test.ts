// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'

import { GzipHeaderReader, parseGzipHeader } from '../../lib/zlib/gzip-header-reader.js'

/** A header with every part: extra field "ab", name "n", comment "c", and the checksum over the bytes before it. */
const FULL = Uint8Array.from([
  ...[0x1f, 0x8b, 0x08, 0x1f, 0x78, 0x56, 0x34, 0x12, 0x02, 0x03],
  ...[0x02, 0x00, 0x61, 0x62],
  ...[0x6e, 0x00],
  ...[0x63, 0x00],
  ...[0xff, 0xb5],
])
const FIELDS = { name: 'n', comment: 'c', mtime: 0x12345678, xfl: 2, os: 3, text: true }

describe('the reader of gzip headers', () => {
  it('reads every part', () => {
    assert.deepEqual(parseGzipHeader(FULL), { header: FIELDS, length: 20 })
  })

  it('leaves what follows the header', () => {
    assert.equal(parseGzipHeader(Buffer.concat([FULL, Buffer.alloc(5)]))?.length, 20)
  })

  for (let cut = 0; cut < FULL.length; cut++) {
    it(`reads a header that is cut after ${cut} bytes`, () => {
      const reader = new GzipHeaderReader()
      assert.equal(reader.read(FULL.subarray(0, cut)), cut)
      assert.equal(reader.header, undefined)
      assert.equal(reader.read(FULL.subarray(cut)), FULL.length - cut)
      assert.deepEqual(reader.header, FIELDS)
    })
  }

  it('reads a header byte by byte', () => {
    const reader = new GzipHeaderReader()
    for (const byte of FULL) reader.read(Uint8Array.of(byte))
    assert.deepEqual(reader.header, FIELDS)
  })

  it('reads an empty extra field', () => {
    const header = Uint8Array.of(0x1f, 0x8b, 0x08, 0x04, 0, 0, 0, 0, 0, 3, 0, 0)
    assert.equal(parseGzipHeader(header)?.length, 12)
  })

  it('refuses a header whose checksum is wrong', () => {
    const damaged = FULL.slice()
    damaged[14] = 0x6d
    assert.throws(() => parseGzipHeader(damaged), { message: 'header crc mismatch', code: 'Z_DATA_ERROR' })
  })

  it('keeps no more than 1 MiB of an endless name', () => {
    const reader = new GzipHeaderReader()
    reader.read(Uint8Array.of(0x1f, 0x8b, 0x08, 0x08, 0, 0, 0, 0, 0, 3))
    const part = new Uint8Array(100_000).fill(0x61)
    for (let count = 0; count < 100; count++) assert.equal(reader.read(part), part.length)
    reader.read(Uint8Array.of(0))
    assert.equal(reader.header?.name?.length, 1048576)
  })
})
