// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import * as deflate from '../../lib/format/deflate.js'
import { range } from './field-bytes.js'

/** RFC 1951 3.2.5: symbol, extra bits, first and last length. 258 has a symbol of its own. */
const LENGTHS: readonly [symbol: number, extra: number, first: number, last: number][] = [
  [257, 0, 3, 3],
  [258, 0, 4, 4],
  [259, 0, 5, 5],
  [260, 0, 6, 6],
  [261, 0, 7, 7],
  [262, 0, 8, 8],
  [263, 0, 9, 9],
  [264, 0, 10, 10],
  [265, 1, 11, 12],
  [266, 1, 13, 14],
  [267, 1, 15, 16],
  [268, 1, 17, 18],
  [269, 2, 19, 22],
  [270, 2, 23, 26],
  [271, 2, 27, 30],
  [272, 2, 31, 34],
  [273, 3, 35, 42],
  [274, 3, 43, 50],
  [275, 3, 51, 58],
  [276, 3, 59, 66],
  [277, 4, 67, 82],
  [278, 4, 83, 98],
  [279, 4, 99, 114],
  [280, 4, 115, 130],
  [281, 5, 131, 162],
  [282, 5, 163, 194],
  [283, 5, 195, 226],
  [284, 5, 227, 257],
  [285, 0, 258, 258],
]

/** RFC 1951 3.2.5: symbol, extra bits, first and last distance. */
const DISTANCES: readonly [symbol: number, extra: number, first: number, last: number][] = [
  [0, 0, 1, 1],
  [1, 0, 2, 2],
  [2, 0, 3, 3],
  [3, 0, 4, 4],
  [4, 1, 5, 6],
  [5, 1, 7, 8],
  [6, 2, 9, 12],
  [7, 2, 13, 16],
  [8, 3, 17, 24],
  [9, 3, 25, 32],
  [10, 4, 33, 48],
  [11, 4, 49, 64],
  [12, 5, 65, 96],
  [13, 5, 97, 128],
  [14, 6, 129, 192],
  [15, 6, 193, 256],
  [16, 7, 257, 384],
  [17, 7, 385, 512],
  [18, 8, 513, 768],
  [19, 8, 769, 1024],
  [20, 9, 1025, 1536],
  [21, 9, 1537, 2048],
  [22, 10, 2049, 3072],
  [23, 10, 3073, 4096],
  [24, 11, 4097, 6144],
  [25, 11, 6145, 8192],
  [26, 12, 8193, 12288],
  [27, 12, 12289, 16384],
  [28, 13, 16385, 24576],
  [29, 13, 24577, 32768],
]

describe('the constants of DEFLATE', () => {
  it('give every length symbol its range and extra bits (RFC 1951 3.2.5)', () => {
    assert.equal(deflate.LENGTH_BASE.length, 29)
    assert.equal(deflate.LENGTH_EXTRA_BITS.length, 29)
    for (const [symbol, extra, first, last] of LENGTHS) {
      const index = symbol - 257
      assert.deepEqual([deflate.LENGTH_EXTRA_BITS[index], deflate.LENGTH_BASE[index]], [extra, first])
      for (const length of range(first, last))
        assert.equal(deflate.LENGTH_SYMBOL[length], index, `length ${length}`)
    }
    assert.equal(deflate.LENGTH_SYMBOL.length, 259)
  })

  it('give every distance symbol its range and extra bits (RFC 1951 3.2.5)', () => {
    assert.equal(deflate.DISTANCE_BASE.length, 30)
    assert.equal(deflate.DISTANCE_EXTRA_BITS.length, 30)
    for (const [symbol, extra, first, last] of DISTANCES) {
      assert.deepEqual([deflate.DISTANCE_EXTRA_BITS[symbol], deflate.DISTANCE_BASE[symbol]], [extra, first])
      assert.equal(first + 2 ** extra - 1, last)
    }
  })

  it('give the fixed codes their lengths (RFC 1951 3.2.6)', () => {
    const lengths = (first: number, last: number) =>
      new Set(deflate.FIXED_LL_LENGTHS.subarray(first, last + 1))
    assert.equal(deflate.FIXED_LL_LENGTHS.length, 288)
    assert.deepEqual(lengths(0, 143), new Set([8]))
    assert.deepEqual(lengths(144, 255), new Set([9]))
    assert.deepEqual(lengths(256, 279), new Set([7]))
    assert.deepEqual(lengths(280, 287), new Set([8]))
    assert.deepEqual(
      [...deflate.FIXED_D_LENGTHS],
      Array.from({ length: 32 }, () => 5),
    )
  })

  it('give the code-length codes their order (RFC 1951 3.2.7)', () => {
    const order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
    assert.deepEqual([...deflate.CODE_LENGTH_ORDER], order)
  })

  it('number the alphabets and the block types (RFC 1951 3.2.3 and 3.2.5)', () => {
    assert.deepEqual([deflate.LL_SYMBOLS, deflate.D_SYMBOLS], [286, 30])
    assert.deepEqual([deflate.END_OF_BLOCK, deflate.FIRST_LENGTH_SYMBOL], [256, 257])
    assert.deepEqual([deflate.BTYPE_STORED, deflate.BTYPE_FIXED, deflate.BTYPE_DYNAMIC], [0, 1, 2])
  })

  it('limit matches, history, codes and stored blocks', () => {
    assert.deepEqual([deflate.MAX_MATCH, deflate.WINDOW_BYTES], [258, 32768])
    assert.deepEqual([deflate.MAX_CODE_BITS, deflate.MAX_CODE_LENGTH_BITS], [15, 7])
    assert.equal(deflate.MAX_STORED_BYTES, 65535)
  })
})
