// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'

import { giveTarget, takeTarget } from '../../lib/deflate/spare-targets.js'

const KIB = 1024

describe('spare memory', () => {
  it('serves again, whatever part of it is given back', () => {
    const target = takeTarget(100 * KIB)
    giveTarget(target.subarray(0, 10))
    assert.equal(takeTarget(100 * KIB).buffer, target.buffer)
  })

  it('has at least the bytes that are asked for, also none', () => {
    for (const bytes of [0, 1, 16 * KIB - 1, 16 * KIB, 100_000, 512 * KIB, 512 * KIB + 1]) {
      assert(takeTarget(bytes).length >= bytes, String(bytes))
    }
  })

  it('of a size that nobody takes makes room for what is given back later', () => {
    const unused = Array.from({ length: 100 }, () => takeTarget(64 * KIB))
    for (const target of unused) giveTarget(target)
    const target = takeTarget(160 * KIB)
    giveTarget(target)
    assert.equal(takeTarget(160 * KIB).buffer, target.buffer)
  })
})
