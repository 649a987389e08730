// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'

import { FC, openDevice } from '../../lib/nx.js'
import { ResizableBuffer } from '../support/resizable.js'

describe('a buffer that grows while it is mapped', () => {
  it('keeps to its own addresses', () => {
    const window = openDevice({ engine: 'model' }).openWindow()
    const buffer = new ResizableBuffer(100, { maxByteLength: 300_000 })
    window.map(new Uint8Array(buffer))
    const other = new Uint8Array(100_000)
    window.map(other)
    buffer.resize(300_000)
    const target = new Uint8Array(buffer, 131_072, 1)
    const { csb } = window.runSync({ fc: FC.WRAP, source: Uint8Array.of(66), target })
    assert.deepEqual([csb.cc, target[0]], [0, 66])
    assert.ok(other.every((byte) => byte === 0))
  })
})
