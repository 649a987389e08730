// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { deflateRawSync } from 'node:zlib'

import { NxTimeoutError } from '../../lib/errors.js'
import type { Job } from '../../lib/job/job.js'
import { InflateData } from '../../lib/zlib/handle-inflate-data.js'
import { nodeInternals } from '../../lib/zlib/node-engine.js'
import { textLike } from '../support/data.js'

const memoryOf = ({ target }: Job) => (target as Uint8Array).buffer

describe('the data of a decompressing stream', () => {
  it('is never again put where a device that was late may still write', () => {
    assert(typeof nodeInternals === 'object')
    const text = textLike(5, 1000)
    const data = new InflateData(nodeInternals)
    const input = deflateRawSync(text)
    const out = new Uint8Array(2000)
    const late: unknown[] = []
    data.begin('raw')
    const steps = data.step(input, out, true)
    let step = steps.next()
    while (!step.done) {
      late.push(memoryOf(step.value as Job))
      step = steps.throw(new NxTimeoutError('ERR_NX_TIMEOUT'))
    }
    assert.equal(late.length, 3)
    assert.deepEqual(out.subarray(0, step.value.written), text)
    data.begin('raw')
    const next = data.step(input, out, true).next()
    assert(!next.done && !late.includes(memoryOf(next.value as Job)))
    data.close()
  })
})
