// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import zlib from 'node:zlib'

import { deflateRawSync, deflateSync, gzipSync } from '../../lib/index.js'
import { textLike } from '../support/data.js'
import { FORMATS, LEVELS, nodes, ours } from './formats.js'

const DATA = textLike(5, 10_000)
const NOTHING = new Uint8Array(0)

/** OS in a gzip header (RFC 1952 2.3.1): node:zlib writes the system that it was built for. */
const osOfNode = zlib.gzipSync(NOTHING)[9].toString(16).padStart(2, '0')

describe('headers', () => {
  const XFL = ['04', '04', '00', '00', '00', '00', '00', '00', '00', '02']
  const ZLIB = ['7801', '7801', '785e', '785e', '785e', '785e', '789c', '78da', '78da', '78da']

  for (const level of LEVELS) {
    it(`level ${level}: gzip's 10 bytes are 1f8b08 00 00000000 ${XFL[level]} and the system`, () => {
      const header = gzipSync(DATA, { level }).toString('hex', 0, 10)
      assert.equal(header, `1f8b080000000000${XFL[level]}${osOfNode}`)
      assert.equal(header, zlib.gzipSync(DATA, { level }).toString('hex', 0, 10))
    })

    it(`level ${level}: zlib's 2 bytes are ${ZLIB[level]}`, () => {
      const header = deflateSync(DATA, { level }).toString('hex', 0, 2)
      assert.equal(header, ZLIB[level])
      assert.equal(header, zlib.deflateSync(DATA, { level }).toString('hex', 0, 2))
    })

    it(`level ${level} with Z_FIXED: both headers are node:zlib's`, () => {
      const options = { level, strategy: zlib.constants.Z_FIXED }
      assert.equal(
        gzipSync(DATA, options).toString('hex', 0, 10),
        zlib.gzipSync(DATA, options).toString('hex', 0, 10),
      )
      assert.equal(
        deflateSync(DATA, options).toString('hex', 0, 2),
        zlib.deflateSync(DATA, options).toString('hex', 0, 2),
      )
    })
  }

  it('level -1 gives the header of level 6', () => {
    assert.equal(gzipSync(DATA, { level: -1 })[8], 0)
    assert.equal(deflateSync(DATA, { level: -1 }).toString('hex', 0, 2), '789c')
  })
})

describe('trailers', () => {
  it("gzip's is CRC-32 and length, least significant byte first", () => {
    // CRC-32 of '123456789' is cbf43926.
    assert.equal(gzipSync('123456789').subarray(-8).toString('hex'), '2639f4cb09000000')
  })

  it("zlib's is Adler-32, most significant byte first", () => {
    // Adler-32 of 'Wikipedia' is 11e60398.
    assert.equal(deflateSync('Wikipedia').subarray(-4).toString('hex'), '11e60398')
  })

  for (const level of LEVELS) {
    it(`level ${level}: those of data of several jobs are node:zlib's`, () => {
      const data = textLike(6, 700_001)
      assert.equal(
        gzipSync(data, { level }).subarray(-8).toString('hex'),
        zlib.gzipSync(data).subarray(-8).toString('hex'),
      )
      assert.equal(
        deflateSync(data, { level }).subarray(-4).toString('hex'),
        zlib.deflateSync(data).subarray(-4).toString('hex'),
      )
    })
  }
})

describe('no input', () => {
  for (const { format, compress } of FORMATS) {
    it(`${format}: byte for byte what node:zlib makes, at every level`, () => {
      for (const level of LEVELS) {
        const [actual, expected] = [ours, nodes].map((library) => library(compress).sync(NOTHING, { level }))
        assert.equal(actual.toString('hex'), expected.toString('hex'), `level ${level}`)
      }
    })
  }

  it('is two bytes of raw deflate, and five at level 0', () => {
    assert.equal(deflateRawSync('').toString('hex'), '0300')
    assert.equal(deflateRawSync('', { level: 0 }).toString('hex'), '010000ffff')
  })

  it('results belong to their callers: changing one does not change the next', () => {
    deflateRawSync('').fill(0xee)
    assert.equal(deflateRawSync('').toString('hex'), '0300')
  })
})
