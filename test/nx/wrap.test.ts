// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import zlib from 'node:zlib'
import { FC } from '../../lib/nx.js'
import { randomBytes, textLike } from '../support/data.js'
import { openUnit } from '../support/unit.js'

const { window } = openUnit()

/** CRC-32 and Adler-32 as node:zlib puts them into trailers. */
function checksums(bytes: Uint8Array) {
  const [gzip, deflate] = [zlib.gzipSync(bytes), zlib.deflateSync(bytes)]
  return { crc: gzip.readUInt32LE(gzip.length - 8), adler: deflate.readUInt32BE(deflate.length - 4) }
}

describe('wrap', () => {
  for (const size of [1, 15, 16, 17, 4095, 65535, 65536, 200_001]) {
    it(`copies ${size} bytes and gives their checksums`, () => {
      const data = randomBytes(size, size)
      const target = new Uint8Array(size + 3).fill(0xcc)
      const { csb, cpb } = window.runSync({ fc: FC.WRAP, source: data, target })
      assert.deepEqual([csb.cc, csb.ce, csb.tpbc, cpb.spbc], [0, 0b001, size, size])
      assert.deepEqual(target.subarray(0, size), data)
      assert.deepEqual([...target.subarray(size)], [0xcc, 0xcc, 0xcc])
      assert.deepEqual({ crc: cpb.crc, adler: cpb.adler }, checksums(data))
    })
  }

  it('does not start from the checksums, the history and the rest of its CPB input', () => {
    const data = textLike(30, 64)
    const cpb = { adler: 5, crc: 6, histlen: 4095, subc: 3, sfbt: 9, rembytecnt: 8 }
    const target = new Uint8Array(64)
    const result = window.runSync({ fc: FC.WRAP, source: data, target, cpb })
    assert.deepEqual([result.csb.cc, result.csb.tpbc], [0, 64])
    assert.deepEqual({ crc: result.cpb.crc, adler: result.cpb.adler }, checksums(data))
  })

  it('makes a stored block behind a header that software writes (UM 5.2.5.7)', () => {
    const data = randomBytes(5, 1000)
    const block = new Uint8Array(1005)
    block.set([0x01, 0xe8, 0x03, 0x17, 0xfc])
    window.runSync({ fc: FC.WRAP, source: data, target: block.subarray(5) })
    assert.deepEqual(new Uint8Array(zlib.inflateRawSync(block)), data)
  })
})
