// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import zlib from 'node:zlib'

import { Compressor } from '../../lib/deflate/compressor.js'
import { runSteps, runStepsSync } from '../../lib/deflate/steps.js'
import { NxCompletionError, NxError, NxUsageError } from '../../lib/errors.js'
import type { Job } from '../../lib/job/job.js'
import { makeRandom, randomBytes, textLike, zeros } from '../support/data.js'
import { checksumsOf, ended, modelWindow, RecordingRunner } from './runners.js'

const KIB = 1024
/** Function codes (UM table 6-2). */
const RESUME_FHT_COUNT = 0x0c
const RESUME_DHT = 0x0a
const RESUME_DHT_COUNT = 0x0e
const RESUME_FHT = 0x08
const WRAP = 0x1e

/** The stream of some pushes, the last of which is final. */
function streamOf(
  runner: RecordingRunner,
  pushes: readonly Uint8Array[],
  level = 6,
  ignoresHints = false,
): Buffer {
  const compressor = new Compressor({ level, jobLimit: runner.jobLimit, ignoresHints })
  const pieces = pushes.flatMap((input, index) =>
    runStepsSync(runner, compressor.compress(input, index === pushes.length - 1)),
  )
  const all = Buffer.concat(pushes)
  const { adler, crc } = compressor
  assert.deepEqual({ adler, crc }, checksumsOf(all))
  return Buffer.concat(pieces)
}

/** The stream must be complete, hold the data, and have nothing behind it. */
function assertHolds(stream: Uint8Array, data: Uint8Array): void {
  const { buffer, engine } = zlib.inflateRawSync(stream, { info: true }) as unknown as {
    buffer: Buffer
    engine: zlib.InflateRaw
  }
  assert(buffer.equals(data), 'other data came back')
  assert.equal(engine.bytesWritten, stream.length, 'bytes behind the final block')
}

describe('compressor: blocks and history', () => {
  it('each push ends on a byte boundary, so that what came so far can be restored', () => {
    const data = textLike(1, 50_000)
    for (let level = 0; level <= 9; level++) {
      const compressor = new Compressor({ level, jobLimit: Infinity })
      const runner = new RecordingRunner()
      const pieces: Uint8Array[] = []
      for (let at = 0; at < data.length; at += 9973) {
        pieces.push(...runStepsSync(runner, compressor.compress(data.subarray(at, at + 9973), false)))
        const sofar = zlib.inflateRawSync(Buffer.concat(pieces), { finishFlush: zlib.constants.Z_SYNC_FLUSH })
        assert.deepEqual(sofar, Buffer.from(data.subarray(0, at + 9973)), `level ${level}`)
      }
      pieces.push(...runStepsSync(runner, compressor.compress(new Uint8Array(0), true)))
      assertHolds(Buffer.concat(pieces), data)
    }
  })

  it('pushes of random sizes, many shorter than the history and than a quadword, give one stream', () => {
    for (let seed = 0; seed < 10; seed++) {
      const random = makeRandom(seed)
      const data = textLike(seed, 100_000)
      const pushes: Uint8Array[] = []
      for (let at = 0; at < data.length;) {
        const size = random.pick([random.between(0, 20), random.between(0, 5000), random.between(0, 60_000)])
        pushes.push(data.subarray(at, at + size))
        at += size
      }
      assertHolds(streamOf(new RecordingRunner(), [...pushes, zeros(0)], seed % 10), data)
    }
  })

  it('the history before a job is up to 32 KiB in whole quadwords', () => {
    const runner = new RecordingRunner()
    streamOf(runner, [
      textLike(2, 1),
      textLike(3, 15),
      textLike(4, 20),
      textLike(5, 40_000),
      textLike(6, 100),
    ])
    const histories = new Set(runner.jobs.map(({ history }) => history))
    // Behind 0, 1, 16, 36 and 40036 bytes.
    assert.deepEqual([...histories], [0, 16, 32, 32 * KIB])
  })

  it('history is used: a text that comes again right away takes almost nothing', () => {
    const text = randomBytes(7, 30_000)
    assert(streamOf(new RecordingRunner(), [text, text]).length < 30_000 + 1500)
  })

  it('data of more than 256 KiB is cut into jobs of about the same size', () => {
    const runner = new RecordingRunner()
    assertHolds(streamOf(runner, [zeros(600_000)]), zeros(600_000))
    assert.deepEqual(new Set(runner.jobs.map(({ data }) => data)), new Set([200_000]))
  })

  for (const [name, input] of [
    ['a Uint8Array', new Uint8Array(40_000)],
    ['a Buffer', Buffer.alloc(40_000)],
  ] as const) {
    it(`${name} may be reused as soon as its push is done`, () => {
      const compressor = new Compressor({ level: 6, jobLimit: Infinity })
      const runner = new RecordingRunner()
      const expected: Uint8Array[] = []
      const pieces: Uint8Array[] = []
      for (const length of [40_000, 40_000, 100, 3000, 40_000, 17, 40_000]) {
        const part = input.subarray(0, length)
        part.set(textLike(length % 3, length))
        expected.push(Uint8Array.from(part))
        pieces.push(...runStepsSync(runner, compressor.compress(part, false)))
        input.fill(0)
      }
      pieces.push(...runStepsSync(runner, compressor.compress(new Uint8Array(0), true)))
      assertHolds(Buffer.concat(pieces), Buffer.concat(expected))
    })
  }

  it('a finished stream takes no more', () => {
    const compressor = new Compressor({ level: 6, jobLimit: Infinity })
    const runner = new RecordingRunner()
    runStepsSync(runner, compressor.compress(zeros(1), true))
    assert.throws(() => runStepsSync(runner, compressor.compress(zeros(1), false)), NxUsageError)
  })

  it('blocking and non-blocking steps give the same bytes', async () => {
    const data = textLike(8, 400_000)
    const compressor = new Compressor({ level: 6, jobLimit: Infinity })
    const pieces = await runSteps(modelWindow(), compressor.compress(data, true))
    assert(Buffer.concat(pieces).equals(streamOf(new RecordingRunner(), [data])))
  })
})

describe('compressor: which jobs it runs', () => {
  const functionsOf = (runner: RecordingRunner) => runner.jobs.map(({ job }) => job.fc)

  for (let level = 1; level <= 9; level++) {
    it(`level ${level}: count, without output, then encode with a table for the block`, () => {
      const runner = new RecordingRunner()
      const text = textLike(9, 500_000)
      assertHolds(streamOf(runner, [text], level), text)
      assert.deepEqual(functionsOf(runner), [RESUME_FHT_COUNT, RESUME_DHT, RESUME_FHT_COUNT, RESUME_DHT])
      assert.deepEqual(
        runner.jobs.map(({ job }) => job.countsOnly),
        [true, false, true, false],
      )
    })
  }

  it('the output of the job that counts a short block is used where the fixed code is the best', () => {
    const runner = new RecordingRunner()
    const text = textLike(10, 30)
    assertHolds(streamOf(runner, [text]), text)
    assert.deepEqual(functionsOf(runner), [RESUME_FHT_COUNT])
  })

  it('a long block for which the fixed code is the best is encoded after it was counted', () => {
    const text = textLike(12, 8000)
    const runner = new RecordingRunner(modelWindow(), (job, index) => {
      if (index > 0) return undefined
      const result = modelWindow().runSync(job)
      result.cpb.lzcount?.fill(0, 0, 256).fill(0, 257)
      return result
    })
    assertHolds(streamOf(runner, [text]), text)
    assert.deepEqual(functionsOf(runner), [RESUME_FHT_COUNT, RESUME_FHT])
  })

  it('level 1, hints ignored: later blocks first try the table of the block before', () => {
    const runner = new RecordingRunner()
    const text = textLike(10, 1_000_000)
    assertHolds(streamOf(runner, [text], 1, true), text)
    assert.deepEqual(functionsOf(runner).slice(0, 3), [RESUME_FHT_COUNT, RESUME_DHT, RESUME_DHT_COUNT])
    assert(runner.jobs.length < 8, 'no block of the same kind of text was served by an earlier table')
  })

  it('level 1, hints ignored: a block of other data gets a table of its own, and does not become longer', () => {
    const runner = new RecordingRunner()
    const [text, other] = [
      textLike(11, 256 * KIB),
      randomBytes(12, 256 * KIB).map((byte) => 0x80 | (byte & 31)),
    ]
    const both = streamOf(runner, [text, other], 1, true)
    assertHolds(both, Buffer.concat([text, other]))
    assert(functionsOf(runner).slice(2).includes(RESUME_DHT), 'the earlier table was used')
    assert(both.length < zlib.deflateRawSync(Buffer.concat([text, other]), { level: 1 }).length * 1.1)
  })

  it('level 2, hints ignored: each block is counted and gets its table', () => {
    const runner = new RecordingRunner()
    streamOf(runner, [textLike(10, 500_000)], 2, true)
    assert.deepEqual(functionsOf(runner), [RESUME_FHT_COUNT, RESUME_DHT, RESUME_FHT_COUNT, RESUME_DHT])
  })

  it('level 0: wrap jobs only', () => {
    const runner = new RecordingRunner()
    const data = textLike(13, 300_000)
    assertHolds(streamOf(runner, [data], 0), data)
    assert.deepEqual(new Set(functionsOf(runner)), new Set([WRAP]))
  })

  it('random data: one counting job a block, then stored blocks', () => {
    const runner = new RecordingRunner()
    const data = randomBytes(14, 256 * KIB)
    const stream = streamOf(runner, [data])
    assertHolds(stream, data)
    assert.deepEqual(functionsOf(runner), [RESUME_FHT_COUNT])
    assert.equal(stream.length, data.length + 5 * 5)
  })

  it('the level reaches the engine as effort', () => {
    const runner = new RecordingRunner()
    streamOf(runner, [textLike(15, 1000)], 7)
    assert.deepEqual(new Set(runner.jobs.map(({ job }) => job.effort)), new Set([7]))
  })
})

describe('compressor: limits of the device', () => {
  const data = textLike(16, 1_500_000)

  it('a partition: no job takes more than 1 MiB, history included', () => {
    const runner = new RecordingRunner(modelWindow({ platform: 'powervm' }))
    assert.equal(runner.jobLimit, 1024 * KIB)
    assertHolds(streamOf(runner, [data], 1), data)
    for (const job of runner.jobs) assert(job.history + job.data <= 1024 * KIB)
  })

  for (const maxByteCountHigh of [1, 20, 100, 4096, 20_000, 40_000, 65_536, 100_000]) {
    it(`a limit of ${maxByteCountHigh} bytes: jobs keep to it, and none is suspended`, () => {
      const part = data.subarray(0, maxByteCountHigh * (maxByteCountHigh > 10_000 ? 4 : 40))
      for (const level of [0, 1, 6]) {
        const runner = new RecordingRunner(modelWindow({ maxByteCountHigh }))
        assertHolds(streamOf(runner, [part], level), part)
        for (const { history, data, result } of runner.jobs) {
          assert(history + data <= maxByteCountHigh, `${history} bytes of history and ${data}`)
          assert.notEqual(result.csb.cc, 3)
        }
      }
    })
  }

  for (const maxByteCountHigh of [4096, 32_768, 40_000, 50_001, 100_000]) {
    it(`a device that suspends jobs at ${maxByteCountHigh} bytes without saying so before`, () => {
      const part = data.subarray(0, Math.min(350_001, maxByteCountHigh * 8))
      for (const level of [1, 3, 6]) {
        const runner = new RecordingRunner(modelWindow({ maxByteCountHigh }), undefined, Infinity)
        assertHolds(streamOf(runner, [part.subarray(0, 33_333), part.subarray(33_333)], level), part)
        const suspended = runner.jobs.filter(({ result }) => result.csb.cc === 3)
        assert(suspended.length > 0, 'nothing was suspended')
        // Once it has shown, jobs keep to it.
        assert(suspended.length <= 4, `${suspended.length} jobs were suspended`)
      }
    })
  }

  it('an encoding job that is suspended earlier than the counting job was', () => {
    const part = data.subarray(0, 200_000)
    const [plenty, scarce] = [modelWindow(), modelWindow({ maxByteCountHigh: 50_000 })]
    const runner = new RecordingRunner(
      plenty,
      (job) => (job.fc === RESUME_DHT ? scarce.runSync(job) : undefined),
      Infinity,
    )
    assertHolds(streamOf(runner, [part]), part)
  })

  it('a job that is suspended before it has taken any data ends in a typed error, not in a loop', () => {
    const runner = new RecordingRunner(modelWindow(), (job) => {
      const result = ended(3, { ce: 4 })
      result.cpb.spbc = (job.cpb?.histlen ?? 0) * 16
      return result
    })
    assert.throws(
      () => streamOf(runner, [textLike(17, 5000)]),
      (error: NxCompletionError) => error instanceof NxCompletionError && error.cc === 3,
    )
  })
})

describe('compressor: page faults that do not end (CC=250)', () => {
  it('leads to jobs of half the size down to 4 KiB, then to ERR_NX_FAULT', () => {
    const runner = new RecordingRunner(modelWindow({ inject: { job: () => 250 } }))
    assert.throws(
      () => streamOf(runner, [zeros(1024 * KIB)]),
      (error: NxError) => error instanceof NxError && error.code === 'ERR_NX_FAULT' && error.cc === 250,
    )
    assert.deepEqual(
      runner.jobs.map(({ data }) => data / KIB),
      [256, 128, 64, 32, 16, 8, 4],
    )
  })

  it('goes on with smaller jobs once they come through', () => {
    const data = textLike(18, 400_000)
    for (const level of [0, 1, 6]) {
      const runner = new RecordingRunner(
        modelWindow({ inject: { job: (index) => (index < 3 ? 250 : undefined) } }),
      )
      assertHolds(streamOf(runner, [data], level), data)
      const sizes = runner.jobs.map((job) => job.data)
      assert.deepEqual(
        sizes.slice(0, 4).map((size) => Math.round(size / 1000)),
        [200, 100, 57, 31],
        `level ${level}`,
      )
    }
  })

  it('in the middle of a stream does not lose or repeat data', () => {
    const data = textLike(19, 560_000)
    for (const faulty of [1, 2, 3, 4]) {
      const inject = { job: (index: number) => (index === faulty || index === faulty + 2 ? 250 : undefined) }
      assertHolds(streamOf(new RecordingRunner(modelWindow({ inject })), [data]), data)
    }
  })

  it('a job limit under 4 KiB does not make it larger', () => {
    const runner = new RecordingRunner(modelWindow({ maxByteCountHigh: 1000, inject: { job: () => 250 } }))
    assert.throws(() => streamOf(runner, [zeros(10_000)]), { code: 'ERR_NX_FAULT' })
    for (const { data, history } of runner.jobs) assert(data + history <= 1000)
  })
})

describe('compressor: completion codes of the encoding job', () => {
  const isEncoding = (job: Job) => job.fc === RESUME_DHT
  const text = textLike(20, 60_000)

  it('CC=66 once: again with a table in which every length and distance has a code', () => {
    let refused = 0
    const runner = new RecordingRunner(modelWindow(), (job) =>
      isEncoding(job) && refused++ === 0 ? 66 : undefined,
    )
    const stream = streamOf(runner, [text])
    assertHolds(stream, text)
    const [first, second] = runner.jobs.filter(({ job }) => isEncoding(job)).map(({ job }) => job.cpb!)
    // HLIT and HDIST, the first ten bits: 286 and 30 symbols.
    assert.notDeepEqual(first.dht, second.dht)
    assert.equal(second.dht![0] & 31, 286 - 257)
    assert.equal((second.dht![0] >>> 5) | ((second.dht![1] & 3) << 3), 30 - 1)
    assert(
      stream.length < streamOf(new RecordingRunner(), [text]).length * 1.02,
      'the filled table costs too much',
    )
  })

  it('CC=66 behind history: again with a table that has all codes', () => {
    // The second part consists of matches with the first and of digits; letters are no literals there.
    const first = Buffer.from('abcdefghijklmnopqrstuvwxyz'.repeat(20))
    const second = Buffer.from('0123456789 abcdefghijklmnopqrstuvwxyz '.repeat(300))
    let refused = 0
    const runner = new RecordingRunner(modelWindow(), (job) => {
      return isEncoding(job) && job.cpb!.histlen! > 0 && refused++ === 0 ? 66 : undefined
    })
    assertHolds(streamOf(runner, [first, second]), Buffer.concat([first, second]))
    assert.equal(refused, 2)
    const last = runner.jobs.at(-1)!.job
    // With that table the unit can encode any data at all.
    const anything = {
      ...last,
      source: randomBytes(21, 5000),
      target: new Uint8Array(9000),
      cpb: { ...last.cpb, histlen: 0 },
    }
    assert([0, 64].includes(modelWindow().runSync(anything).csb.cc))
  })

  for (const cc of [13, 66]) {
    it(`CC=${cc} again and again: the block is stored`, () => {
      const runner = new RecordingRunner(modelWindow(), (job) => (isEncoding(job) ? cc : undefined))
      const stream = streamOf(runner, [text])
      assertHolds(stream, text)
      assert.equal(stream.length, text.length + 5)
    })

    it(`CC=${cc} of a job with an earlier table: the block is counted and gets its own`, () => {
      const runner = new RecordingRunner(modelWindow(), (job) =>
        job.fc === RESUME_DHT_COUNT ? cc : undefined,
      )
      const data = textLike(22, 600_000)
      const stream = streamOf(runner, [data], 1, true)
      assertHolds(stream, data)
      assert(
        runner.jobs.some(({ job }) => job.fc === RESUME_DHT_COUNT),
        'no earlier table was tried',
      )
      assert(stream.length < data.length / 2)
    })
  }

  for (const cc of [10, 21, 224, 255]) {
    it(`CC=${cc} is a typed error that carries the code`, () => {
      const runner = new RecordingRunner(modelWindow(), (_, index) => (index === 1 ? cc : undefined))
      assert.throws(
        () => streamOf(runner, [text]),
        (error: NxCompletionError) =>
          error instanceof NxCompletionError && error.cc === cc && error.code === 'ERR_NX_COMPLETION',
      )
    })
  }

  it('CC=13 of the job with the fixed code, which always has room enough, is a typed error', () => {
    const runner = new RecordingRunner(modelWindow(), () => 13)
    assert.throws(() => streamOf(runner, [text]), { code: 'ERR_NX_COMPLETION', cc: 13 })
  })
})

describe('compressor: pages that are not resident', () => {
  it('every share of resident pages and both page sizes give the same bytes as all of them', () => {
    const data = textLike(23, 300_000)
    const expected = streamOf(new RecordingRunner(), [data])
    for (const residency of ['none', 0.3, 0.8] as const) {
      for (const pageSize of [4096, 65536]) {
        const runner = new RecordingRunner(modelWindow({ residency, pageSize, seed: 24 }))
        assert(streamOf(runner, [data]).equals(expected), `residency ${residency}, pages of ${pageSize}`)
      }
    }
  })
})
