// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import zlib from 'node:zlib'

import { Compressor } from '../../lib/deflate/compressor.js'
import { Decompressor } from '../../lib/deflate/decompressor.js'
import { OutputWindow } from '../../lib/deflate/output-window.js'
import { runStepsSync } from '../../lib/deflate/steps.js'
import { NxTimeoutError } from '../../lib/errors.js'
import { CallJobs } from '../../lib/job/call-jobs.js'
import { ChainMember } from '../../lib/job/chain-member.js'
import { DeviceChain } from '../../lib/job/device-chain.js'
import { JobStatistics } from '../../lib/job/job-statistics.js'
import { modelWindow, RecordingRunner } from '../deflate/runners.js'
import { textLike } from '../support/data.js'
import { Clock } from './fake-devices.js'

const SEED = 71
const data = textLike(SEED, 300_000)
const PIECE_BYTES = 10_000

/** What becomes of jobs that the first device does not finish. */
type Fate = 'fail' | 'are late'

/**
 * Two devices. Of the first one every third job fails, or all from the third on are late. Either way their targets get full
 * of nonsense: that of a late one while the second device works.
 */
function makeChain(fate: Fate) {
  const unfinished: Uint8Array[] = []
  const window = modelWindow()
  const first = new RecordingRunner(modelWindow(), ({ target }, index) => {
    if (index % 3 !== 2) return undefined
    unfinished.push(...[target].flat())
    if (fate === 'are late') throw new NxTimeoutError('ERR_NX_TIMEOUT')
    unfinished.splice(0).forEach((memory) => memory.fill(0x55))
    return 10
  })
  const second = new RecordingRunner({
    jobLimit: window.jobLimit,
    runOwned: (job) => window.runOwned(job),
    runSync: (job) => {
      const result = window.runSync(job)
      for (const memory of unfinished) memory.fill(0x55)
      return result
    },
  })
  const clock = new Clock()
  const members = [
    new ChainMember({ engine: 'hardware', open: () => first }, clock),
    new ChainMember({ engine: 'native', open: () => second }, clock),
  ]
  const jobs = new CallJobs(new DeviceChain(members, new JobStatistics()))
  return { jobs, ran: () => [first.jobs.length, second.jobs.length] }
}

function* piecesOf(bytes: Uint8Array): Generator<[piece: Uint8Array, last: boolean]> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    yield [bytes.subarray(at, at + PIECE_BYTES), at + PIECE_BYTES >= bytes.length]
  }
}

describe(`a stream whose jobs go from device to device (seed ${SEED})`, () => {
  for (const fate of ['fail', 'are late'] as const) describeWith(fate)
})

function describeWith(fate: Fate): void {
  for (const level of [0, 1, 6]) {
    it(`is compressed as if nothing had happened at level ${level}, where jobs ${fate}`, () => {
      const { jobs, ran } = makeChain(fate)
      const compressor = new Compressor({ level, jobLimit: jobs.jobLimit })
      const output: Uint8Array[] = []
      for (const [piece, last] of piecesOf(data)) {
        output.push(...runStepsSync(jobs, compressor.compress(piece, last)))
      }
      assert.deepEqual(zlib.inflateRawSync(Buffer.concat(output)), Buffer.from(data))
      assert.ok(
        ran().every((count) => count >= 2),
        `${ran().join()} jobs`,
      )
    })
  }

  it(`is decompressed as if nothing had happened, where jobs ${fate}`, () => {
    const { jobs, ran } = makeChain(fate)
    const window = new OutputWindow(64 * 1024, true)
    const decompressor = new Decompressor({ window, jobBytes: 20_000 })
    const output: Uint8Array[] = []
    for (const [piece] of piecesOf(zlib.deflateRawSync(data))) {
      for (let at = 0; at < piece.length;) {
        const { consumed, output: plain } = runStepsSync(jobs, decompressor.decompress(piece.subarray(at)))
        at += consumed
        output.push(plain.slice())
      }
    }
    assert.ok(Buffer.concat(output).equals(data))
    assert.ok(
      ran().every((count) => count >= 2),
      `${ran().join()} jobs`,
    )
  })
}
