// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'

import { CrbBuffer, CrbPool } from '../../../lib/model/vas/crb-buffer.js'
import { Fifo } from '../../../lib/model/vas/fifo.js'

const entryOf = (byte: number) => new Uint8Array(128).fill(byte)

describe('a FIFO', () => {
  it('has 128 bytes an entry', () => {
    assert.equal(new Fifo(32768, 0).bytes.length, 4 * 1024 * 1024)
  })

  it('writes entries one behind the other and wraps', () => {
    const fifo = new Fifo(3, 0)
    assert.deepEqual(
      [1, 2, 3, 4].map((byte) => fifo.push(entryOf(byte))),
      [0, 1, 2, 0],
    )
    assert.deepEqual([fifo.bytes[0], fifo.bytes[128], fifo.bytes[256]], [4, 2, 3])
  })

  it('hands out entries in place', () => {
    const fifo = new Fifo(2, 0)
    fifo.push(entryOf(1))
    fifo.push(entryOf(2))
    fifo.entry(1).setUint8(127, 9)
    assert.equal(fifo.bytes[255], 9)
  })

  it('is read into a buffer that can be used again', () => {
    const fifo = new Fifo(2, 0)
    const buffer = new CrbBuffer()
    for (const byte of [1, 2]) {
      const index = fifo.push(entryOf(byte))
      fifo.read(index, buffer)
      assert.deepEqual(buffer.bytes, entryOf(byte))
    }
    assert.equal(buffer.view.getUint8(127), 2)
  })

  it('hands out copies that outlive what is written over them', () => {
    const fifo = new Fifo(1, 0)
    fifo.push(entryOf(1))
    const copy = fifo.copy(0)
    fifo.push(entryOf(2))
    assert.equal(copy.byteLength, 128)
    assert.equal(copy.getUint8(0), 1)
  })
})

describe('a pool of CRB buffers', () => {
  it('hands out a returned buffer again, but never one that is in use', () => {
    const pool = new CrbPool()
    const [first, second] = [pool.take(), pool.take()]
    assert.notEqual(first, second)
    pool.give(second)
    assert.equal(pool.take(), second)
    assert.notEqual(pool.take(), first)
  })
})
