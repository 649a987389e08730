// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { FILE_BYTES, gatherCorpus, mixture, type Corpus } from '../../bench/corpus.js'
import { CONTENDERS, loadContender } from '../../bench/contenders.js'
import { rotated, runJobs, runTrial } from '../../bench/driver.js'
import { Inputs } from '../../bench/inputs.js'
import { measure, warmUp } from '../../bench/measure.js'
import { planOf, type Job, type JobSettings } from '../../bench/plan.js'
import type { ContenderId } from '../../bench/results.js'
import { checkRestores, checkSame, RoundTripError } from '../../bench/round-trip.js'
import type { TrialAnswer, TrialRequest } from '../../bench/trial.js'

const LIMITS = { warmUpSeconds: 0, seconds: 0, calls: 1 }

/** Jobs of each type that take no time to speak of. */
const SMALL_JOBS: readonly JobSettings[] = [
  { type: 'calls', work: 'compress', kinds: 'corpus', sizes: [1024], level: 1, limits: LIMITS },
  {
    type: 'calls',
    work: 'decompress',
    kinds: ['mixed', 'random'],
    sizes: [70_000],
    level: 6,
    limits: LIMITS,
  },
  { type: 'callbacks', size: 2048, inFlight: [1, 4], limits: LIMITS },
  { type: 'per-call', size: 1024, warmUpSeconds: 0, seconds: 0.01 },
  { type: 'streams', bytes: 100_000, warmUpSeconds: 0.01 },
  { type: 'memory', work: 'decompress', streams: 2, bytes: 100_000 },
]

const fileOf = (kind: string, byte: number) => {
  const data = new Uint8Array(FILE_BYTES / 4).map((_, index) => (index % 7) + byte)
  return { kind, source: 'made up', bytes: data.length, sha256: '', data }
}
const CORPUS: Corpus = { files: [fileOf('a', 1), fileOf('b', 9)], omissions: [], sha256: '' }

describe('the corpus of the benchmark', () => {
  const corpus = gatherCorpus()

  it('has nine kinds on a clone with its packages', () => {
    assert.deepEqual(corpus.omissions, [])
    assert.equal(new Set(corpus.files.map(({ kind }) => kind)).size, 9)
  })

  it('has different data of each kind, no more than was asked for', () => {
    assert.equal(new Set(corpus.files.map(({ sha256 }) => sha256)).size, 9)
    for (const { bytes, data } of corpus.files) {
      assert.equal(bytes, data.length)
      assert.ok(bytes <= FILE_BYTES)
    }
  })

  it('is the same when gathered again', () => {
    assert.equal(gatherCorpus().sha256, corpus.sha256)
  })

  it('is mixed from all kinds alike', () => {
    assert.deepEqual(
      [...mixture([{ data: Buffer.from('aaaa') }, { data: Buffer.from('bbbb') }], 5)],
      [...Buffer.from('aaabb')],
    )
  })
})

describe('trials', function () {
  let folder = ''

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'nxzlib-bench-'))
    new Inputs(folder).prepare(CORPUS)
  })

  after(() => {
    rmSync(folder, { recursive: true })
  })

  for (const job of SMALL_JOBS) {
    const work = 'work' in job ? ` (${job.work})` : ''
    it(`of ${job.type}${work} give measurements in a process of their own`, async () => {
      const { measurements, error } = await runTrial({ contender: 'node', job, folder })
      assert.equal(error, undefined)
      assert.ok(measurements.length > 0)
      for (const { contender, bytes, packedBytes, seconds, cpuSeconds } of measurements) {
        assert.equal(contender, 'node')
        for (const value of [bytes, packedBytes, seconds]) assert.ok(value > 0)
        assert.ok(cpuSeconds >= 0)
      }
    })
  }

  it('of a device leave nothing to node:zlib', async () => {
    const { servedByNode, error } = await runTrial({ contender: 'model', job: SMALL_JOBS[0], folder })
    assert.equal(error, undefined)
    assert.equal(servedByNode, 0)
  })

  it('answer why they failed', async () => {
    const { measurements, error } = await runTrial({ contender: 'zlib-sync', job: SMALL_JOBS[4], folder })
    assert.deepEqual(measurements, [])
    assert.match(error ?? '', /zlib-sync/)
  })
})

describe('the driver', () => {
  const job = (contenders: ContenderId[]): Job => ({ ...SMALL_JOBS[0], name: 'job', contenders, rounds: 3 })
  const run = async (
    contenders: ContenderId[],
    present: ContenderId[],
    answers: (request: TrialRequest) => Partial<TrialAnswer>,
  ) => {
    const order: string[] = []
    const trial = (request: TrialRequest) => {
      order.push(request.contender)
      return Promise.resolve({ measurements: [], servedByNode: 0, ...answers(request) })
    }
    return { order, ...(await runJobs([job(contenders)], present, '', () => undefined, trial)) }
  }

  it('lets another contender come first in each round', async () => {
    const { order } = await run(['node', 'native', 'pako'], ['node', 'native', 'pako'], () => ({}))
    assert.equal(order.join(' '), 'node native pako native pako node pako node native')
    assert.deepEqual(rotated([], 3), [])
  })

  it('leaves out who is not present', async () => {
    const { order } = await run(['node', 'hardware'], ['node'], () => ({}))
    assert.deepEqual(order, ['node', 'node', 'node'])
  })

  it('reports a failure once, and runs the contender no more in that job', async () => {
    const { order, failures } = await run(['node', 'pako'], ['node', 'pako'], ({ contender }) =>
      contender === 'pako' ? { error: 'not what it was' } : {},
    )
    assert.equal(order.filter((name) => name === 'pako').length, 1)
    assert.deepEqual(failures, ['job: pako: not what it was'])
  })

  it('says where node:zlib served the calls of a device', async () => {
    const { omissions } = await run(['native'], ['native'], () => ({ servedByNode: 3 }))
    assert.equal(omissions.length, 1)
    assert.match(omissions[0], /node:zlib served calls of nxzlib native/)
  })
})

describe('the plan', () => {
  for (const mode of ['quick', 'full'] as const) {
    it(`of a ${mode} run has jobs with different names, for contenders that there are`, () => {
      const jobs = planOf(mode)
      assert.equal(new Set(jobs.map(({ name }) => name)).size, jobs.length)
      const known = CONTENDERS.map(({ id }) => id)
      for (const { contenders } of jobs) for (const id of contenders) assert.ok(known.includes(id))
    })
  }
})

describe('measuring', () => {
  it('calls all tasks by turns, as often as it must', () => {
    const calls: number[] = []
    const task = (index: number) => () => calls.push(index)
    measure([task(0), task(1), task(2)], { seconds: 0, calls: 4 })
    assert.deepEqual(calls, [0, 1, 2, 0, 1, 2])
  })

  it('warms up with each task once at least', () => {
    let calls = 0
    warmUp([() => calls++, () => calls++], 0)
    assert.equal(calls, 2)
  })
})

describe('round trips', () => {
  const data = Buffer.from('what is to be restored')

  it('that lose a byte fail', () => {
    assert.throws(() => {
      checkSame(data.subarray(1), data, 'a test')
    }, RoundTripError)
    assert.doesNotThrow(() => {
      checkSame(Uint8Array.from(data), data, 'a test')
    })
  })

  it('that cannot be decompressed fail', () => {
    assert.throws(() => {
      checkRestores(data, data, 'a test')
    }, RoundTripError)
  })

  for (const id of ['node', 'pako', 'fflate'] as const) {
    it(`are those of ${id} at the levels that are measured`, async () => {
      const { gzipSync, gunzipSync } = await loadContender(id)
      for (const level of [1, 6]) {
        const packed = gzipSync!(data, level)
        checkRestores(packed, data, id)
        checkSame(gunzipSync(packed), data, id)
      }
    })
  }
})
