// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { ownBuffer } from '../../lib/device/own-buffer.js'

const MIB = 1024 * 1024

describe('ownBuffer', () => {
  for (const bytes of [0, 1, 1000, 4 * MIB - 1, 4 * MIB, 5 * MIB + 1]) {
    it(`of ${bytes} bytes has no other bytes around it`, () => {
      const buffer = ownBuffer(bytes)
      assert.ok(Buffer.isBuffer(buffer))
      assert.deepEqual([buffer.length, buffer.byteOffset, buffer.buffer.byteLength], [bytes, 0, bytes])
    })
  }

  it('can be transferred, and others stay', () => {
    const [gone, stays] = [ownBuffer(5 * MIB), ownBuffer(5 * MIB).fill(7)]
    structuredClone(gone.buffer, { transfer: [gone.buffer as ArrayBuffer] })
    assert.equal(gone.length, 0)
    assert.ok(stays.every((byte) => byte === 7))
  })
})
