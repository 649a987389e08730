// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import zlib from 'node:zlib'
import fc from 'fast-check'
import { combineAdler32, combineCrc32 } from '../../lib/deflate/checksum-combine.js'

/** Node 20.11 has no zlib.crc32: the trailers of its streams hold both checksums. */
const crc32 = (data: Uint8Array) => zlib.gzipSync(data, { level: 0 }).subarray(-8).readUInt32LE()
const adler32 = (data: Uint8Array) => zlib.deflateSync(data, { level: 0 }).subarray(-4).readUInt32BE()

describe('combineAdler32', () => {
  it('joins the checksums of the check string 123456789', () => {
    assert.equal(combineAdler32(adler32(Buffer.from('1234')), adler32(Buffer.from('56789')), 5), 0x091e01de)
  })

  it('gives what zlib gives for the whole, wherever the data is cut', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 6000 }), fc.nat(6000), (data, cut) => {
        const [a, b] = [data.subarray(0, cut), data.subarray(cut)]
        assert.equal(combineAdler32(adler32(a), adler32(b), b.length), adler32(data))
      }),
      { seed: 11 },
    )
  })

  it('joins data longer than the prime and full of 255', () => {
    const data = new Uint8Array(300_000).fill(255)
    assert.equal(combineAdler32(adler32(data), adler32(data), 300_000), adler32(Buffer.concat([data, data])))
  })

  it('leaves the first checksum alone when the second part is empty, and the second when the first is', () => {
    assert.equal(combineAdler32(0xfff0fff0, 1, 0), 0xfff0fff0)
    assert.equal(combineAdler32(1, 0xfff0fff0, 12345), 0xfff0fff0)
  })

  it('is exact for 2^53 - 1 bytes of zeros', () => {
    const bytes = 2 ** 53 - 1
    const zeros = (BigInt(bytes) % 65521n) * 0x10000n + 1n
    const first = 0x12345678n
    const sums = (0x1234n + 0x5678n * BigInt(bytes)) % 65521n
    assert.equal(combineAdler32(Number(first), Number(zeros), bytes), Number(sums * 0x10000n + 0x5678n))
  })
})

describe('combineCrc32', () => {
  it('joins the checksums of the check string 123456789', () => {
    assert.equal(combineCrc32(crc32(Buffer.from('1234')), crc32(Buffer.from('56789')), 5), 0xcbf43926)
  })

  it('gives what zlib gives for the whole, wherever the data is cut', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 6000 }), fc.nat(6000), (data, cut) => {
        const [a, b] = [data.subarray(0, cut), data.subarray(cut)]
        assert.equal(combineCrc32(crc32(a), crc32(b), b.length), crc32(data))
      }),
      { seed: 12 },
    )
  })

  it('leaves the first checksum alone when the second part is empty, and the second when the first is', () => {
    assert.equal(combineCrc32(0xdeadbeef, 0, 0), 0xdeadbeef)
    assert.equal(combineCrc32(0, 0xdeadbeef, 12345), 0xdeadbeef)
  })

  it('joins a megabyte of zeros', () => {
    const zeros = new Uint8Array(1 << 20)
    const first = Buffer.from('first')
    const joined = combineCrc32(crc32(first), crc32(zeros), zeros.length)
    assert.equal(joined, crc32(Buffer.concat([first, zeros])))
  })

  it('comes back to the same checksum after 2^32 - 1 bytes, the order of x modulo the polynomial', () => {
    assert.equal(combineCrc32(0x12345678, 0, 2 ** 32 - 1), 0x12345678)
    assert.notEqual(combineCrc32(0x12345678, 0, 2 ** 31), 0x12345678)
  })

  it('does not depend on the order of joining, up to lengths of 2^53', () => {
    const [a, b, c] = [0x01234567, 0x89abcdef, 0xf00dcafe]
    const [second, third] = [2 ** 52 + 12345, 2 ** 52 - 777_777]
    const leftFirst = combineCrc32(combineCrc32(a, b, second), c, third)
    const rightFirst = combineCrc32(a, combineCrc32(b, c, third), second + third)
    assert.equal(leftFirst, rightFirst)
  })
})
