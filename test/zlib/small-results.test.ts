// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { resultBuffer } from '../../lib/zlib/small-results.js'

describe('buffers for results', () => {
  for (const [bytes, memory] of [
    [0, 256],
    [1, 256],
    [256, 256],
    [257, 512],
    [512, 512],
    [1000, 1024],
    [1024, 1024],
    [1025, 2048],
    [4095, 4096],
    [4096, 4096],
    [4097, 4097],
    [100_000, 100_000],
  ]) {
    it(`have ${memory} bytes of memory for ${bytes}`, () => {
      const { length, byteOffset, buffer } = resultBuffer(bytes)
      assert.deepEqual([length, byteOffset, buffer.byteLength], [bytes, 0, memory])
    })
  }

  it('have memory of their own, with nothing in it, however many there are', () => {
    const seen = new Set<ArrayBufferLike>()
    for (let count = 1; count <= 1000; count++) {
      const result = resultBuffer(700)
      assert.ok(new Uint8Array(result.buffer).every((byte) => byte === 0))
      seen.add(result.fill(255).buffer)
      assert.equal(seen.size, count)
    }
  })
})
