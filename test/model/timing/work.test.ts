// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'

import { timing } from '../../../lib/model/timing/figures.js'
import { dataNs, workOf } from '../../../lib/model/timing/work.js'

const KIB = 1024

describe('how far a job gets', () => {
  const compress = { operation: 'compress', targetBytes: 1e9, ratio: 4 } as const
  const decompress = { operation: 'decompress', targetBytes: 1e9, ratio: 4 } as const

  it('is to its end without a limit', () => {
    const request = { ...compress, sourceBytes: 96 * KIB, historyBytes: 32 * KIB, limit: 0 }
    assert.deepEqual(workOf(request), { spbc: 96 * KIB, tpbc: 16 * KIB, isPartial: false })
  })

  it('is to the limit with history counted, when compressing (UM 6.11.5)', () => {
    const request = { ...compress, sourceBytes: 96 * KIB, historyBytes: 32 * KIB, limit: 64 * KIB }
    assert.deepEqual(workOf(request), { spbc: 64 * KIB, tpbc: 8 * KIB, isPartial: true })
  })

  it('is to the limit of output without history, when decompressing (UM 6.11.5)', () => {
    const request = { ...decompress, sourceBytes: 64 * KIB, historyBytes: 32 * KIB, limit: 64 * KIB }
    assert.deepEqual(workOf(request), { spbc: 48 * KIB, tpbc: 64 * KIB, isPartial: true })
  })

  it('is to the end of its room', () => {
    const request = { ...decompress, sourceBytes: 64 * KIB, historyBytes: 0, limit: 0, targetBytes: 8 * KIB }
    assert.deepEqual(workOf(request), { spbc: 2 * KIB, tpbc: 8 * KIB, isPartial: true })
  })
})

describe('how long the data takes', () => {
  it('is by the rate of the direction', () => {
    const figures = timing({ compressRate: 4, codedRate: 2 })
    assert.equal(dataNs('compress', 1000, 3, figures), 250)
    assert.equal(dataNs('decompress', 1200, 3, figures), 200)
  })

  it('is never less than the path between DMA controller and unit needs: 16 bytes a nanosecond', () => {
    const figures = timing({ compressRate: 1000, codedRate: 1000 })
    for (const operation of ['compress', 'decompress', 'wrap'] as const) {
      assert.equal(dataNs(operation, 1600, 3, figures), 100)
    }
  })

  it('is longer where the compressed side is the larger one', () => {
    assert.equal(dataNs('compress', 1600, 0.5, timing({ compressRate: 1000 })), 200)
  })
})
