// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import zlib from 'node:zlib'

import { recordCall, type CallKind, type RecordedCall } from '../../../bench/modelled/recorded-call.js'
import { sample } from '../../../lib/cli/sample.js'
import { runStepsSync, type ForkingSteps, type JobRunner } from '../../../lib/deflate/steps.js'
import { ModelDevice } from '../../../lib/device/model.js'
import { bytesOf } from '../../../lib/job/job.js'
import { Window } from '../../../lib/job/window.js'
import { compressAll, decompressAll } from '../../../lib/zlib/one-shot.js'

const MIB = 1024 * 1024

/** A job as far as its timing goes. */
interface Shape {
  readonly fc: number
  readonly sourceBytes: number
  readonly histlen: number
}

const shapesOf = ({ jobs }: RecordedCall): Shape[] =>
  jobs.map(({ fc, source, histlen }) => ({
    fc,
    sourceBytes: source.reduce((sum, { bytes }) => sum + bytes, 0),
    histlen,
  }))

/** The jobs that the driver really makes, on the software unit. */
function realShapes(
  steps: (limit: number) => ForkingSteps<unknown>,
  platform: 'powernv' | 'powervm',
): Shape[] {
  const window = new Window(new ModelDevice({ platform }).openWindow())
  const shapes: Shape[] = []
  const runner: JobRunner = {
    jobLimit: window.jobLimit,
    runSync(job) {
      shapes.push({ fc: job.fc, sourceBytes: bytesOf(job.source), histlen: job.cpb?.histlen ?? 0 })
      return window.runSync(job)
    },
    runOwned: (job) => window.runOwned(job),
  }
  runStepsSync(runner, steps(window.jobLimit))
  return shapes
}

const common = { level: 6, ratio: 4, limit: 0, jobBytes: Infinity }

describe('the recorded jobs of a call', () => {
  // All blocks alike, so that at level 1 the table of one serves the next.
  const part = sample(MIB / 4)
  const data = Buffer.concat([part, part, part, part])

  for (const level of [1, 6]) {
    it(`are those that the driver makes of real data when it compresses at level ${level}`, () => {
      const real = realShapes(
        (jobLimit) => compressAll('gzip', data, { level, fixed: false, jobLimit, ignoresHints: true }),
        'powernv',
      )
      const kind: CallKind = { ...common, direction: 'compress', bytes: data.length, level }
      assert.deepEqual(shapesOf(recordCall(kind)), real)
    })
  }

  it('are as many as the driver makes of real data when it decompresses under a limit', () => {
    const large = Buffer.concat([data, data, data])
    const coded = zlib.gzipSync(large)
    const options = { maxOutputLength: Infinity, headerWindow: false, jobBytes: Infinity }
    const real = realShapes(() => decompressAll('gzip', coded, options), 'powervm')
    const ratio = large.length / coded.length
    const recorded = recordCall({
      ...common,
      direction: 'decompress',
      bytes: large.length,
      ratio,
      limit: MIB,
    })
    assert.deepEqual(
      shapesOf(recorded).map(({ fc }) => fc),
      real.map(({ fc }) => fc),
    )
  })

  it('take all of the data, each byte once a pass', () => {
    for (const bytes of [1, 1000, 300_000, 5 * MIB + 1]) {
      const call = recordCall({ ...common, direction: 'compress', bytes })
      const encoded = shapesOf(call)
        .filter((_, index) => index % 2 === 1 || call.jobs.length === 1)
        .reduce((sum, { sourceBytes, histlen }) => sum + sourceBytes - histlen * 16, 0)
      assert.equal(encoded, bytes)
    }
  })

  it('keep to a limit that counts history', () => {
    const limit = 128 * 1024
    const call = recordCall({ ...common, direction: 'compress', bytes: MIB, limit })
    assert.ok(shapesOf(call).every(({ sourceBytes }) => sourceBytes <= limit))
  })

  it('stay within the buffers of the call', () => {
    for (const direction of ['compress', 'decompress'] as const) {
      const { buffers, jobs } = recordCall({ ...common, direction, bytes: 3 * MIB, limit: MIB })
      for (const { buffer, at, bytes } of jobs.flatMap(({ source, target }) => [...source, ...target])) {
        assert.ok(at + bytes <= buffers[buffer])
      }
    }
  })
})
