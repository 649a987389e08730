// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import * as zlib from 'node:zlib'
import { adler32, crc32, portableCrc32 } from '../../lib/format/checksums.js'
import { makeRandom, randomBytes } from '../support/data.js'

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text)

function slowAdler32(bytes: Uint8Array, seed = 1): number {
  let low = seed & 0xffff
  let high = seed >>> 16
  for (const byte of bytes) {
    low = (low + byte) % 65521
    high = (high + low) % 65521
  }
  return high * 65536 + low
}

/** The trailer of a gzip member is the CRC-32, least significant byte first, and the size. */
function crcOfGzip(bytes: Uint8Array): number {
  const member = zlib.gzipSync(bytes)
  return member.readUInt32LE(member.length - 8)
}

/** The trailer of a zlib stream is the Adler-32, most significant byte first. */
function adlerOfZlib(bytes: Uint8Array): number {
  const stream = zlib.deflateSync(bytes)
  return stream.readUInt32BE(stream.length - 4)
}

describe('adler32', () => {
  it('gives the published values', () => {
    assert.equal(adler32(ascii('')), 1)
    assert.equal(adler32(ascii('Wikipedia')), 0x11e60398)
    assert.equal(adler32(ascii('123456789')), 0x091e01de)
  })

  it('agrees with byte-wise sums at every length up to 400 and every alignment (seed 1)', () => {
    const bytes = randomBytes(1, 500)
    for (let length = 0; length <= 400; length++) {
      const part = bytes.subarray(length % 7, (length % 7) + length)
      assert.equal(adler32(part), slowAdler32(part), `length ${length}`)
    }
  })

  it('does not overflow on the largest bytes from the largest seed', () => {
    for (const length of [79, 80, 81, 3839, 3840, 3841, 5552, 7680, 70000]) {
      const bytes = new Uint8Array(length).fill(255)
      const seed = 65520 * 65536 + 65520
      assert.equal(adler32(bytes, seed), slowAdler32(bytes, seed), `length ${length}`)
    }
  })

  it('agrees with the trailer of a zlib stream', () => {
    const bytes = randomBytes(2, 300_000)
    assert.equal(adler32(bytes), adlerOfZlib(bytes))
  })

  it('continues from a seed', () => {
    const bytes = randomBytes(3, 20_000)
    const random = makeRandom(3)
    for (let turn = 0; turn < 50; turn++) {
      const cut = random.below(bytes.length)
      assert.equal(
        adler32(bytes.subarray(cut), adler32(bytes.subarray(0, cut))),
        adler32(bytes),
        `cut ${cut}`,
      )
    }
  })
})

for (const [name, crc] of Object.entries({ crc32, portableCrc32 })) {
  describe(name, () => {
    it('gives the published values', () => {
      assert.equal(crc(ascii('')), 0)
      assert.equal(crc(ascii('123456789')), 0xcbf43926)
      assert.equal(crc(ascii('The quick brown fox jumps over the lazy dog')), 0x414fa339)
    })

    it('agrees with the trailer of a gzip member at every length up to 70 and every alignment (seed 4)', () => {
      const bytes = randomBytes(4, 100)
      for (let length = 0; length <= 70; length++) {
        const part = bytes.subarray(length % 9, (length % 9) + length)
        assert.equal(crc(part), crcOfGzip(part), `length ${length}`)
      }
    })

    it('agrees with the trailer of a gzip member on 300000 bytes', () => {
      const bytes = randomBytes(5, 300_000)
      assert.equal(crc(bytes), crcOfGzip(bytes))
    })

    it('continues from a seed', () => {
      const bytes = randomBytes(6, 20_000)
      const random = makeRandom(6)
      for (let turn = 0; turn < 50; turn++) {
        const cut = random.below(bytes.length)
        assert.equal(crc(bytes.subarray(cut), crc(bytes.subarray(0, cut))), crc(bytes), `cut ${cut}`)
      }
    })
  })
}
