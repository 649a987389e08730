// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'

import { isInDynamicBlock, isInStoredBlock } from '../../lib/format/sfbt.js'

const ALL = Array.from({ length: 16 }, (_, sfbt) => sfbt)

describe('SFBT', () => {
  it('is 1000 or 1001 inside a stored block, and nothing else', () => {
    assert.deepEqual(ALL.filter(isInStoredBlock), [8, 9])
  })

  it('is 1100 or 1101 inside a dynamic block, and nothing else', () => {
    assert.deepEqual(ALL.filter(isInDynamicBlock), [12, 13])
  })
})
