// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'

import { takeTarget } from '../../lib/deflate/spare-targets.js'
import { GatheredInput } from '../../lib/zlib/gathered-input.js'
import { textLike } from '../support/data.js'

const KIB = 1024

describe('gathered input', () => {
  it('is a copy of what was added, up to what is enough for a job', () => {
    const text = textLike(1, 150 * KIB)
    const gathered = new GatheredInput()
    const most = gathered.room
    let at = 0
    while (gathered.room > 0) at += gathered.add(text.slice(at, at + 10_000))
    assert.equal(at, most)
    assert.equal(gathered.add(text), 0)
    assert.deepEqual(Buffer.from(gathered.bytes), Buffer.from(text.subarray(0, most)))
  })

  it('takes no more memory than it fills, or twice as much', () => {
    const gathered = new GatheredInput()
    gathered.add(new Uint8Array(64 * KIB))
    assert.equal(gathered.bytes.buffer.byteLength, 64 * KIB)
    gathered.add(new Uint8Array(1))
    assert.equal(gathered.bytes.buffer.byteLength, 128 * KIB)
  })

  it('is not touched any more once it was taken', () => {
    const gathered = new GatheredInput()
    gathered.add(Uint8Array.of(1, 2, 3))
    const taken = gathered.take()
    assert.equal(gathered.length, 0)
    gathered.add(Uint8Array.of(4, 5))
    assert.deepEqual([...taken], [1, 2, 3])
    assert.deepEqual([...gathered.bytes], [4, 5])
  })

  it('gives its memory to others when it is released', () => {
    const gathered = new GatheredInput()
    gathered.add(new Uint8Array(64 * KIB))
    const { buffer } = gathered.bytes
    gathered.release()
    assert.equal(gathered.length, 0)
    assert.equal(takeTarget(64 * KIB).buffer, buffer)
  })
})
