// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { CPB } from '../../lib/format/cpb.js'
import { FC, FC_LOW_LIMIT, gzipFunction } from '../../lib/format/function-codes.js'

type Name = keyof typeof FC
type Operation = 'compress' | 'decompress' | 'wrap'

/**
 * UM tables 6-2, 6-5 and 6-6: code, operation, DHT from the CPB, counts, resume, single block, quadwords of input that
 * may be fetched (UM 6.8.1; a resume without DHT reads only quadword 0), byte of SPBC.
 */
const ROWS: readonly [Name, number, Operation, boolean, boolean, boolean, boolean, number, number][] = [
  ['COMPRESS_FHT', 0b000000, 'compress', false, false, false, false, 0, 400],
  ['COMPRESS_DHT', 0b000010, 'compress', true, false, false, false, 19, 400],
  ['COMPRESS_FHT_COUNT', 0b000100, 'compress', false, true, false, false, 0, 1664],
  ['COMPRESS_DHT_COUNT', 0b000110, 'compress', true, true, false, false, 19, 1664],
  ['COMPRESS_RESUME_FHT', 0b001000, 'compress', false, false, true, false, 1, 400],
  ['COMPRESS_RESUME_DHT', 0b001010, 'compress', true, false, true, false, 19, 400],
  ['COMPRESS_RESUME_FHT_COUNT', 0b001100, 'compress', false, true, true, false, 1, 1664],
  ['COMPRESS_RESUME_DHT_COUNT', 0b001110, 'compress', true, true, true, false, 19, 1664],
  ['DECOMPRESS', 0b010000, 'decompress', false, false, false, false, 0, 688],
  ['DECOMPRESS_SINGLE_BLOCK', 0b010010, 'decompress', false, false, false, true, 0, 688],
  ['DECOMPRESS_RESUME', 0b010100, 'decompress', false, false, true, false, 19, 688],
  ['DECOMPRESS_RESUME_SINGLE_BLOCK', 0b010110, 'decompress', false, false, true, true, 19, 688],
  ['WRAP', 0b011110, 'wrap', false, false, false, false, 0, 400],
]

describe('the gzip functions (UM table 6-2)', () => {
  it('are 13', () => {
    assert.deepEqual(Object.keys(FC).sort(), ROWS.map(([name]) => name).sort())
  })

  for (const [name, code, operation, dht, count, resume, singleBlock, inputQuadwords, spbcAt] of ROWS) {
    it(`have ${name} at ${code.toString(2).padStart(6, '0')}, with and without the limit bit`, () => {
      assert.equal(FC[name], code)
      const row = gzipFunction(code)
      assert.ok(row)
      assert.equal(gzipFunction(code + 1), row)
      assert.equal(row.fc, code)
      assert.deepEqual(
        [row.operation, row.dht, row.count, row.resume, row.singleBlock, row.inputQuadwords],
        [operation, dht, count, resume, singleBlock, inputQuadwords],
      )
    })

    it(`leave the SPBC of ${name} at byte ${spbcAt} of the CPB`, () => {
      const row = gzipFunction(code)
      assert.ok(row)
      const view = new DataView(new ArrayBuffer(3 + 1680))
      view.setUint32(3 + spbcAt, 0x80001234)
      assert.equal(CPB.field[row.spbc].get(view, 3), 0x80001234)
    })
  }

  it('leave all other of the 64 codes undefined, and codes beyond them', () => {
    const defined = Array.from({ length: 64 }, (_, code) => code).filter((code) => gzipFunction(code))
    const numbers = [0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 30]
    assert.deepEqual(
      defined,
      numbers.flatMap((code) => [code, code + 1]),
    )
    assert.equal(gzipFunction(64), undefined)
  })

  it('have the limit bit FC(5), the lowest', () => {
    assert.equal(FC_LOW_LIMIT, 0b000001)
  })
})
