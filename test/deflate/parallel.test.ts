// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import zlib from 'node:zlib'

import { Compressor } from '../../lib/deflate/compressor.js'
import { inParallel } from '../../lib/deflate/parallel.js'
import { runSteps, runStepsSync, type Steps } from '../../lib/deflate/steps.js'
import { MOST_AT_A_TIME } from '../../lib/deflate/turns.js'
import { NxTimeoutError } from '../../lib/errors.js'
import type { Job, JobResult } from '../../lib/job/job.js'
import { job } from '../job/fake-devices.js'
import { textLike } from '../support/data.js'
import { checksumsOf, ended, modelWindow, RecordingRunner } from './runners.js'

/** Steps of one job, which give its function code. */
function* oneJob(fc: number): Steps<number> {
  yield { ...job(), fc }
  return fc
}

const codes = Array.from({ length: 20 }, (_, index) => index)

describe('steps that do not depend on each other', () => {
  it('are gone through one after the other where the caller blocks', () => {
    const runner = new RecordingRunner(undefined, () => ended(0))
    assert.deepEqual(runStepsSync(runner, inParallel(codes.map(oneJob))), codes)
    assert.deepEqual(
      runner.jobs.map(({ job: { fc } }) => fc),
      codes,
    )
  })

  it('run several jobs at a time, and keep the order of what came of them when later ones end first', async () => {
    const open: { fc: number; end: (result: JobResult) => void }[] = []
    const runOwned = ({ fc }: Job) => new Promise<JobResult>((end) => open.push({ fc, end }))
    const runner = { jobLimit: Infinity, runSync: () => ended(0), runOwned }
    const results = runSteps(runner, inParallel(codes.map(oneJob)))
    let most = 0
    for (let left = codes.length; left > 0; left--) {
      await new Promise(setImmediate)
      most = Math.max(most, open.length)
      open.pop()?.end(ended(0))
    }
    assert.deepEqual(await results, codes)
    assert(most > 1 && most <= MOST_AT_A_TIME, `${most} at a time`)
  })

  it('fail with what one of them fails with, and none is begun after that', async () => {
    const begun: number[] = []
    const runOwned = ({ fc }: Job) => {
      begun.push(fc)
      return fc === 0 ? Promise.reject(new NxTimeoutError('ERR_NX_BUSY')) : Promise.resolve(ended(0))
    }
    const runner = { jobLimit: Infinity, runSync: () => ended(0), runOwned }
    await assert.rejects(runSteps(runner, inParallel(codes.map(oneJob))), { code: 'ERR_NX_BUSY' })
    const { length } = begun
    await new Promise(setImmediate)
    assert.equal(begun.length, length)
    assert(length < codes.length)
  })
})

describe('compressor: blocks at a time', () => {
  const data = textLike(31, 1_500_000)

  for (const level of [0, 1, 6]) {
    for (const jobLimit of [Infinity, 100_000, 20_000]) {
      it(`level ${level}, jobs of up to ${jobLimit} bytes: the bytes and checksums of one after the other`, async () => {
        const run = async (method: 'compress' | 'compressInParallel') => {
          const compressor = new Compressor({ level, jobLimit })
          const window = modelWindow()
          const pieces: Uint8Array[] = []
          const cuts = [0, 10, 700_000, 700_100, data.length]
          for (let index = 1; index < cuts.length; index++) {
            const input = data.subarray(cuts[index - 1], cuts[index])
            pieces.push(...(await runSteps(window, compressor[method](input, index === cuts.length - 1))))
          }
          await window.close()
          const { adler, crc, endsInMarker } = compressor
          return { stream: Buffer.concat(pieces), adler, crc, endsInMarker }
        }
        const together = await run('compressInParallel')
        const { stream, ...rest } = await run('compress')
        const { stream: same, ...sameRest } = together
        assert(same.equals(stream))
        assert.deepEqual(sameRest, rest)
        const { adler, crc } = rest
        assert.deepEqual({ adler, crc }, checksumsOf(data))
        assert(zlib.inflateRawSync(same).equals(data))
      })
    }
  }
})
