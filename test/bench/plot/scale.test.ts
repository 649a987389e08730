// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'

import { makeScale } from '../../../bench/plot/scale.js'

describe('scales of a plot', () => {
  it('put the ends of a linear axis on round values outside of the data', () => {
    const scale = makeScale({ kind: 'linear', values: [3, 97], range: [0, 100], ticks: 6 })
    assert.deepEqual(scale.domain, [0, 100])
    assert.deepEqual(scale.ticks, [0, 20, 40, 60, 80, 100])
    assert.equal(scale.at(50), 50)
  })

  it('begin a linear axis at 0 where that is asked for', () => {
    const scale = makeScale({ kind: 'linear', values: [60, 80], range: [0, 100], ticks: 5, fromZero: true })
    assert.equal(scale.at(0), 0)
    assert.deepEqual(scale.domain, [0, 80])
  })

  it('give a linear axis of a single value a length', () => {
    const scale = makeScale({ kind: 'linear', values: [5], range: [0, 100], ticks: 5 })
    assert.ok(scale.domain[1] > scale.domain[0])
    assert.ok(scale.at(5) >= 0 && scale.at(5) < 100)
  })

  it('run the other way where the range does', () => {
    const scale = makeScale({ kind: 'linear', values: [0, 10], range: [200, 0], ticks: 3 })
    assert.equal(scale.at(0), 200)
    assert.equal(scale.at(10), 0)
  })

  it('give equal factors equal lengths on a logarithmic axis', () => {
    const scale = makeScale({ kind: 'log10', values: [1, 1000], range: [0, 300], ticks: 8 })
    assert.deepEqual([1, 10, 100, 1000].map(scale.at).map(Math.round), [0, 100, 200, 300])
  })

  it('take powers of ten alone where there are too many other ticks', () => {
    const scale = makeScale({ kind: 'log10', values: [1, 1e6], range: [0, 300], ticks: 8 })
    assert.deepEqual(scale.ticks, [1, 10, 100, 1000, 1e4, 1e5, 1e6])
  })

  it('round the ends of a logarithmic axis to 1, 2 or 5', () => {
    assert.deepEqual(makeScale({ kind: 'log10', values: [3, 42], range: [0, 1], ticks: 8 }).domain, [2, 50])
    assert.deepEqual(
      makeScale({ kind: 'log10', values: [0.013, 0.7], range: [0, 1], ticks: 8 }).domain,
      [0.01, 1],
    )
  })

  it('have ticks at powers of two for sizes, no more than fit', () => {
    const scale = makeScale({ kind: 'log2', values: [1024, 1 << 26], range: [0, 1], ticks: 7 })
    assert.deepEqual(scale.ticks, [1024, 8192, 65536, 524288, 4194304, 33554432])
  })

  it('leave out what has no logarithm', () => {
    assert.deepEqual(
      makeScale({ kind: 'log10', values: [0, -1, NaN, 2, 20], range: [0, 1], ticks: 8 }).domain,
      [2, 20],
    )
  })

  it('stand for an empty plot too', () => {
    assert.ok(makeScale({ kind: 'log10', values: [], range: [0, 1], ticks: 8 }).ticks.length > 0)
    assert.ok(makeScale({ kind: 'linear', values: [], range: [0, 1], ticks: 8 }).ticks.length > 0)
  })
})
