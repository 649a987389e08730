// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'

import { FC } from '../../lib/nx.js'
import { stage } from '../../lib/job/staging.js'
import { ResizableBuffer } from '../support/resizable.js'

const bytes = (...values: number[]) => Uint8Array.from(values)

describe('a job on copies of its memory', () => {
  it('has the same bytes and none of the buffers', () => {
    const job = { fc: FC.WRAP, source: [bytes(1, 2), bytes(3)], target: bytes(4, 5), effort: 3 }
    const { job: staged } = stage(job)
    assert.deepEqual(staged, job)
    const [first] = staged.source as Uint8Array[]
    assert.notEqual(first.buffer, job.source[0].buffer)
    assert.notEqual((staged.target as Uint8Array).buffer, job.target.buffer)
  })

  it('is not changed by what happens to the source', () => {
    const source = bytes(1, 2, 3)
    const { job } = stage({ fc: FC.WRAP, source, target: bytes(0) })
    source.fill(9)
    structuredClone(source.buffer, { transfer: [source.buffer] })
    assert.deepEqual(job.source, bytes(1, 2, 3))
  })

  it('delivers what was written to the targets, and leaves the rest', () => {
    const target = [bytes(1, 2), bytes(3, 4)]
    const staged = stage({ fc: FC.WRAP, source: bytes(0), target })
    const [, second] = staged.job.target as Uint8Array[]
    second[0] = 77
    assert.deepEqual(target, [bytes(1, 2), bytes(3, 4)])
    staged.deliver()
    assert.deepEqual(target, [bytes(1, 2), bytes(77, 4)])
  })

  it('says so when a target was detached', () => {
    const target = bytes(1, 2)
    const staged = stage({ fc: FC.WRAP, source: bytes(0), target })
    structuredClone(target.buffer, { transfer: [target.buffer] })
    assert.throws(
      () => {
        staged.deliver()
      },
      { code: 'ERR_NX_MEMORY_LOST' },
    )
  })

  it('writes none of the targets when another was resized', () => {
    const buffer = new ResizableBuffer(8, { maxByteLength: 8 })
    const target = [bytes(1), new Uint8Array(buffer)]
    const staged = stage({ fc: FC.WRAP, source: bytes(0), target })
    ;(staged.job.target as Uint8Array[])[0][0] = 99
    buffer.resize(4)
    assert.throws(
      () => {
        staged.deliver()
      },
      { code: 'ERR_NX_MEMORY_LOST' },
    )
    assert.deepEqual(target[0], bytes(1))
  })
})
