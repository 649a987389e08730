// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { textLike } from '../support/data.js'
import { hexOf, openUnit, piecesOf, RawJob } from '../support/unit.js'

/** 100 bytes of output from each of these functions. */
const DATA = textLike(11, 100)
const STORED = Uint8Array.of(0x01, 100, 0, 155, 255, ...DATA)
const FUNCTIONS: readonly [string, fc: number, source: Uint8Array][] = [
  ['decompress', 0x10, STORED],
  ['wrap', 0x1e, DATA],
]

/** A target list of pieces of these sizes, and an indirect byte count that may differ from their sum. */
function run(fc: number, source: Uint8Array, sizes: readonly number[], bytecount: number) {
  const { window } = openUnit()
  const parts = sizes.map((size) => new Uint8Array(size).fill(0xcc))
  const job = new RawJob(window, fc).source(source).targetList(piecesOf(window, parts), bytecount)
  const csb = job.run()
  return { csb: csb.slice(0, 8), tpbc: Number.parseInt(csb.slice(8, 16), 16), target: Buffer.concat(parts) }
}

const DONE = '80000020'
const SPACE = '80000d60'
const OVERFLOW = '80002160'

// UM table 6-8, note 11.
const CASES: readonly [number, string, sizes: number[], bytecount: number, csb: string][] = [
  [1, 'the indirect byte count is above the sum, and the output ends below the sum', [60, 60], 200, DONE],
  [1, 'the indirect byte count is above the sum, and the output ends at the sum', [60, 40], 101, DONE],
  [
    2,
    'the indirect byte count is above the sum, and the output is longer than the sum',
    [60, 39],
    200,
    OVERFLOW,
  ],
  [3, 'the indirect byte count is below the sum, and the output ends at the count', [80, 80], 100, DONE],
  [
    4,
    'the indirect byte count is below the sum, and the output is longer than the count',
    [80, 80],
    99,
    SPACE,
  ],
  [5, 'they are equal, and the output ends at both', [60, 40], 100, DONE],
  [6, 'they are equal, and the output is longer than both', [60, 39], 99, SPACE],
]

for (const [name, fc, source] of FUNCTIONS) {
  describe(`the target list of ${name} (UM table 6-8 note 11)`, () => {
    for (const [number, what, sizes, bytecount, csb] of CASES) {
      it(`is case ${number} when ${what}`, () => {
        const result = run(fc, source, sizes, bytecount)
        assert.equal(result.csb, csb)
        if (csb !== DONE) return
        assert.equal(result.tpbc, 100)
        assert.equal(hexOf(result.target.subarray(0, 100)), hexOf(DATA))
        assert.equal(hexOf(result.target.subarray(100)), 'cc'.repeat(result.target.length - 100))
      })
    }

    it('is not written beyond the indirect byte count when the output does not fit', () => {
      const { target } = run(fc, source, [80, 80], 99)
      assert.equal(hexOf(target.subarray(99)), 'cc'.repeat(61))
    })
  })
}

describe('the target list of compress (UM table 6-8 note 11)', () => {
  // One byte becomes the three bytes 4b 04 00.
  const SOURCE = Uint8Array.of(0x61)
  const SMALL: readonly [number, sizes: number[], bytecount: number, csb: string][] = [
    [1, [2, 1], 4, '80004020'],
    [2, [1, 1], 4, OVERFLOW],
    [3, [2, 2], 3, '80004020'],
    [4, [2, 2], 2, SPACE],
    [5, [1, 1, 1], 3, '80004020'],
    [6, [1, 1], 2, SPACE],
  ]
  for (const [number, sizes, bytecount, csb] of SMALL) {
    it(`is case ${number} for pieces of ${sizes.join(', ')} bytes and an indirect byte count of ${bytecount}`, () => {
      const result = run(0x00, SOURCE, sizes, bytecount)
      assert.equal(result.csb, csb)
      if (csb === '80004020') assert.equal(hexOf(result.target.subarray(0, 3)), '4b0400')
    })
  }
})
