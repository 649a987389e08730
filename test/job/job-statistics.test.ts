// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'

import { Histogram } from '../../lib/job/histogram.js'
import { JobStatistics } from '../../lib/job/job-statistics.js'
import { ended } from '../deflate/runners.js'

describe('Histogram', () => {
  it('counts values by powers of two', () => {
    const histogram = new Histogram()
    for (const value of [0, 0.9, 1, 2, 3, 4, 7, 8, 65535, 65536]) histogram.add(value)
    assert.deepEqual(histogram.buckets, [
      { below: 1, count: 2 },
      { below: 2, count: 1 },
      { below: 4, count: 2 },
      { below: 8, count: 2 },
      { below: 16, count: 1 },
      { below: 65536, count: 1 },
      { below: 131072, count: 1 },
    ])
  })

  it('counts what is too large with the largest', () => {
    const histogram = new Histogram()
    for (const value of [2 ** 32 - 1, 2 ** 40, Infinity]) histogram.add(value)
    assert.deepEqual(histogram.buckets, [{ below: 2 ** 32, count: 3 }])
  })
})

describe('JobStatistics', () => {
  it('adds up jobs, faults, retries, fallbacks and checks, and begins again', () => {
    const statistics = new JobStatistics()
    statistics.ran('native', 1000, 0.5, { ...ended(0), attempts: 3, faults: [1n, 2n] })
    statistics.ran('native', 10, 0.5, ended(0))
    statistics.ran('model', 10, 2, ended(0))
    statistics.fellBack('busy')
    statistics.fellBack('busy')
    statistics.verified(100, 2, false)
    statistics.verified(50, 1, true)
    assert.deepEqual(statistics.figures, {
      jobs: { hardware: 0, native: 2, model: 1 },
      faults: 2,
      retries: 2,
      fallbacks: { busy: 2 },
      verified: { blocks: 2, bytes: 150, ms: 3, mismatches: 1 },
      jobBytes: [
        { below: 16, count: 2 },
        { below: 1024, count: 1 },
      ],
      jobMicroseconds: [
        { below: 512, count: 2 },
        { below: 2048, count: 1 },
      ],
    })
    statistics.reset()
    assert.deepEqual(statistics.figures, new JobStatistics().figures)
  })
})
