// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'

import { breakEven } from '../../bench/break-even.js'
import { paretoFront } from '../../bench/pareto.js'
import { geometricMean, median, pairedRatio, percentile, spread } from '../../bench/statistics.js'

describe('statistics of the benchmark', () => {
  it('take the middle value, or the mean of the two in the middle', () => {
    assert.equal(median([9, 1, 5]), 5)
    assert.equal(median([1, 2, 3, 10]), 2.5)
    assert.ok(Number.isNaN(median([])))
  })

  it('do not change the order of the values that they are given', () => {
    const values = [3, 1, 2]
    median(values)
    assert.deepEqual(values, [3, 1, 2])
  })

  it('interpolate percentiles', () => {
    const values = [10, 20, 30, 40, 50]
    assert.deepEqual(
      [0, 25, 90, 100].map((percent) => percentile(values, percent)),
      [10, 20, 46, 50],
    )
    assert.equal(percentile([7], 99), 7)
  })

  it('let what doubles and what halves cancel out in a geometric mean', () => {
    assert.ok(Math.abs(geometricMean([2, 0.5]) - 1) < 1e-12)
    assert.ok(Math.abs(geometricMean([1, 10, 100]) - 10) < 1e-9)
    assert.ok(Number.isNaN(geometricMean([])))
  })

  it('give the least and the greatest value', () => {
    assert.deepEqual(spread([3, 1, 2]), [1, 3])
  })

  it('compare within rounds, so that a slow round does not count', () => {
    assert.equal(pairedRatio([1, 10, 1], [2, 20, 2]), 2)
    assert.ok(Number.isNaN(pairedRatio([], [])))
  })
})

describe('the break-even point', () => {
  it('lies between two sizes, as a line in a logarithmic plot crosses', () => {
    const at = breakEven([
      { bytes: 1024, ratio: 0.5 },
      { bytes: 4096, ratio: 2 },
      { bytes: 8192, ratio: 3 },
    ])
    assert.ok(Math.abs(at - 2048) < 1e-6)
  })

  it('is the last crossing where there are several', () => {
    const ratios = [2, 0.5, 2].map((ratio, index) => ({ bytes: 4 ** index, ratio }))
    assert.ok(Math.abs(breakEven(ratios) - 8) < 1e-9)
  })

  it('is 0 for what is always faster, and infinite for what is not faster at the largest size', () => {
    assert.equal(breakEven([{ bytes: 1, ratio: 1 }]), 0)
    assert.equal(
      breakEven([
        { bytes: 1, ratio: 2 },
        { bytes: 2, ratio: 0.9 },
      ]),
      Infinity,
    )
    assert.equal(breakEven([]), Infinity)
    assert.equal(breakEven([{ bytes: 1, ratio: NaN }]), Infinity)
  })
})

describe('the Pareto line', () => {
  it('has those that none beats in both, in order', () => {
    const candidates = [
      { x: 3, y: 1 },
      { x: 1, y: 3 },
      { x: 1, y: 2 },
      { x: 2, y: 2 },
      { x: 0.5, y: 0.5 },
    ]
    assert.deepEqual(paretoFront(candidates), [candidates[1], candidates[3], candidates[0]])
  })

  it('keeps equals', () => {
    assert.equal(
      paretoFront([
        { x: 1, y: 1 },
        { x: 1, y: 1 },
      ]).length,
      2,
    )
  })
})
