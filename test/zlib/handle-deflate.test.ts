// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { constants, inflateRawSync } from 'node:zlib'

import { MOST_AT_A_TIME, Turn } from '../../lib/deflate/turns.js'
import { jobsOf } from '../../lib/zlib/shared-devices.js'
import { DeflateEngine } from '../../lib/zlib/handle-deflate.js'
import { TURN } from '../../lib/zlib/handle-engine.js'
import { nodeInternals } from '../../lib/zlib/node-engine.js'
import { textLike } from '../support/data.js'

const KIB = 1024
const TEXT = textLike(2, 192 * KIB)
const NOTHING = new Uint8Array(0)

function newEngine(): DeflateEngine {
  assert(typeof nodeInternals === 'object')
  return new DeflateEngine('raw', nodeInternals, jobsOf('compress'), { level: 6, strategy: 0 })
}

/** Takes all turns; the result gives them back. */
function takeTurns(): () => void {
  const turns = Array.from({ length: MOST_AT_A_TIME }, () => new Turn(jobsOf('compress')))
  assert(turns.every((turn) => turn.beginAtOnce()))
  return () => {
    for (const turn of turns) turn.end()
  }
}

describe('a compressing stream', () => {
  it('waits for its turn with what fills a block, before it copies that', () => {
    const engine = newEngine()
    const out = new Uint8Array(256 * KIB)
    const chunk = TEXT.slice(64 * KIB, 128 * KIB)
    assert(engine.write(constants.Z_NO_FLUSH, TEXT.subarray(0, 64 * KIB), out, false).next().done)
    const giveTurns = takeTurns()
    try {
      const steps = engine.write(constants.Z_NO_FLUSH, chunk, out, false)
      assert.equal(steps.next().value, TURN)
      chunk.set(TEXT.subarray(128 * KIB))
      const jobs = jobsOf('compress')
      let step = steps.next()
      while (!step.done) step = steps.next(jobs.runSync(step.value as never))
      const written = out.length - step.value.availOut
      assert(written > 0)
      const end = engine.write(constants.Z_FINISH, NOTHING, out.subarray(written), true).next()
      assert(end.done)
      const all = out.subarray(0, out.length - end.value.availOut)
      const expected = Buffer.concat([TEXT.subarray(0, 64 * KIB), TEXT.subarray(128 * KIB)])
      assert.deepEqual(inflateRawSync(all), expected)
    } finally {
      giveTurns()
      engine.close()
    }
  })

  it('puts out a block that is done with the next write, whatever that brings', async () => {
    const engine = newEngine()
    const out = new Uint8Array(256 * KIB)
    const first = engine.write(constants.Z_NO_FLUSH, TEXT.subarray(0, 128 * KIB), out, false).next()
    assert(first.done && first.value.availOut === out.length)
    let written = 0
    while (written === 0) {
      await new Promise(setImmediate)
      const next = engine.write(constants.Z_NO_FLUSH, Uint8Array.of(0), out, false).next()
      assert(next.done)
      written = out.length - next.value.availOut
    }
    const begun = inflateRawSync(out.subarray(0, written), { finishFlush: constants.Z_SYNC_FLUSH })
    assert.deepEqual(begun, Buffer.from(TEXT.subarray(0, 128 * KIB)))
    engine.close()
  })
})
