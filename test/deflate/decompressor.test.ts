// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import zlib, { constants } from 'node:zlib'

import { Decompressor } from '../../lib/deflate/decompressor.js'
import { DataError } from '../../lib/deflate/job-failure.js'
import { OutputWindow } from '../../lib/deflate/output-window.js'
import { runSteps, runStepsSync } from '../../lib/deflate/steps.js'
import { NxCompletionError } from '../../lib/errors.js'
import { KINDS } from '../support/corpus.js'
import { makeRandom, randomBytes, textLike, zeros } from '../support/data.js'
import { cut, inflated } from './inflated.js'
import { checksumsOf, lengthOf, modelWindow, RecordingRunner } from './runners.js'

const MIB = 1024 * 1024
const DECOMPRESS = 0x10
const DECOMPRESS_RESUME = 0x14

describe('decompressor: pieces of input', () => {
  const STRATEGIES = [
    constants.Z_DEFAULT_STRATEGY,
    constants.Z_HUFFMAN_ONLY,
    constants.Z_RLE,
    constants.Z_FIXED,
  ]

  for (const kind of Object.keys(KINDS)) {
    it(`${kind}: one byte at a time`, () => {
      const data = KINDS[kind](4000)
      for (const strategy of STRATEGIES) {
        const stream = zlib.deflateRawSync(data, { strategy, memLevel: 1 })
        const { plain, finished, rest, decompressor } = inflated(
          new RecordingRunner(),
          cut(stream, () => 1),
        )
        assert(plain.equals(data), `strategy ${strategy}`)
        assert(finished && rest === 0)
        const { adler, crc } = decompressor
        assert.deepEqual({ adler, crc }, checksumsOf(data))
      }
    })

    it(`${kind}: pieces of random sizes`, () => {
      const data = KINDS[kind](200_000)
      for (let seed = 0; seed < 6; seed++) {
        const random = makeRandom(seed)
        const stream = zlib.deflateRawSync(data, { strategy: STRATEGIES[seed % 4], memLevel: 1 + seed })
        const pieces = cut(stream, () =>
          random.pick([random.below(20), random.below(700), random.below(20_000)]),
        )
        const { plain, finished } = inflated(new RecordingRunner(), pieces, { keep: seed % 2 === 0 })
        assert(plain.equals(data) && finished, `seed ${seed}`)
      }
    })
  }

  it('what follows the stream is not consumed', () => {
    const data = textLike(1, 5000)
    const stream = zlib.deflateRawSync(data)
    for (const behind of [1, 7, 8, 9, 5000, 100_000]) {
      const { plain, rest, finished } = inflated(new RecordingRunner(), [
        Buffer.concat([stream, zeros(behind)]),
      ])
      assert(plain.equals(data) && finished)
      assert.equal(rest, behind)
    }
  })

  it('what follows the stream is not consumed when the last byte of the stream comes with it', () => {
    const stream = zlib.deflateRawSync(textLike(2, 5000))
    for (let early = 1; early < 30; early++) {
      const cutAt = stream.length - early
      const pieces = [stream.subarray(0, cutAt), Buffer.concat([stream.subarray(cutAt), zeros(12)])]
      assert.equal(inflated(new RecordingRunner(), pieces).rest, 12, `${early} bytes before the end`)
    }
  })

  it('a truncated stream is not finished and gives what there is', () => {
    const data = textLike(3, 20_000)
    const stream = zlib.deflateRawSync(data)
    for (const length of [0, 1, 60, 300, 2000, stream.length - 1]) {
      const { plain, finished } = inflated(new RecordingRunner(), [stream.subarray(0, length)])
      const expected = zlib.inflateRawSync(stream.subarray(0, length), {
        finishFlush: constants.Z_SYNC_FLUSH,
      })
      assert(!finished && plain.equals(expected), `${length} bytes`)
    }
  })

  it('no input gives nothing and asks for more', () => {
    const decompressor = new Decompressor({ window: new OutputWindow(10, true), jobBytes: Infinity })
    const { output, consumed, finished } = runStepsSync(
      new RecordingRunner(),
      decompressor.decompress(zeros(0)),
    )
    assert.deepEqual([output.length, consumed, finished], [0, 0, false])
  })

  it('blocking and non-blocking steps give the same', async () => {
    const data = textLike(4, 100_000)
    const decompressor = new Decompressor({ window: new OutputWindow(100, true), jobBytes: Infinity })
    const { output } = await runSteps(modelWindow(), decompressor.decompress(zlib.deflateRawSync(data)))
    assert.deepEqual(output, data.subarray(0, output.length))
    assert(output.length > 0)
  })
})

describe('decompressor: history and preset dictionaries', () => {
  it('resumes with all whole quadwords of the output so far, or its last 32 KiB', () => {
    // Nothing refers to the first 16 bytes, so that no job needs the others.
    const data = Buffer.concat([randomBytes(17, 16), textLike(5, 50_000)])
    const runner = new RecordingRunner()
    inflated(
      runner,
      cut(zlib.deflateRawSync(data), () => 500),
    )
    let produced = 0
    for (const { job, history, result } of runner.jobs) {
      assert.equal(job.fc, produced === 0 && history === 0 ? DECOMPRESS : DECOMPRESS_RESUME)
      assert.equal(history, Math.floor(Math.min(32_768, produced) / 16) * 16)
      produced += result.csb.tpbc
    }
  })

  it('a distance may reach the oldest bytes, which do not fill a quadword, but not farther', () => {
    const first = textLike(15, 20)
    const begin = zlib.deflateRawSync(first, { finishFlush: zlib.constants.Z_SYNC_FLUSH })
    // zlib never refers to the first byte of a dictionary.
    const behind = (data: Uint8Array) =>
      zlib.deflateRawSync(data, { dictionary: Buffer.concat([Uint8Array.of(0), data]) })
    const { plain } = inflated(new RecordingRunner(), [begin, behind(first)])
    assert(plain.equals(Buffer.concat([first, first])))
    for (let more = 1; more <= 16; more++) {
      const tooLong = Buffer.concat([textLike(16, more), first])
      assert.throws(
        () => inflated(new RecordingRunner(), [begin, behind(tooLong)]),
        DataError,
        `${more} more`,
      )
    }
  })

  it('a dictionary of any length counts as history', () => {
    for (const length of [1, 15, 16, 17, 1000, 32_768, 40_000]) {
      const dictionary = textLike(6, length)
      const data = Buffer.concat([dictionary.subarray(-3000), textLike(7, 3000)])
      const stream = zlib.deflateRawSync(data, { dictionary })
      const window = new OutputWindow(100, true)
      window.seed(dictionary)
      const decompressor = new Decompressor({ window, jobBytes: Infinity })
      const output: Uint8Array[] = []
      for (let at = 0; at < stream.length;) {
        const step = runStepsSync(new RecordingRunner(), decompressor.decompress(stream.subarray(at)))
        output.push(step.output.slice())
        at += step.consumed
      }
      assert(Buffer.concat(output).equals(data), `${length} bytes`)
    }
  })

  it('distances before the start of the output are refused', () => {
    // A fixed block: the literal A, the length 3 at the distance 2.
    const stream = Uint8Array.of(0x73, 0x04, 0x22, 0, 0)
    assert.throws(() => zlib.inflateRawSync(stream), /too far back/)
    assert.throws(
      () => inflated(new RecordingRunner(), [stream]),
      (error: DataError) => error instanceof DataError && error.cc === 67,
    )
  })
})

describe('decompressor: room for the output', () => {
  const text = textLike(8, 300_000)
  const stream = zlib.deflateRawSync(text)

  it('exact room: one job that fills it', () => {
    const runner = new RecordingRunner()
    const { plain, finished } = inflated(runner, [stream], { room: text.length, roomIsExact: true })
    assert(plain.equals(text) && finished)
    assert.equal(runner.jobs.length, 1)
    assert.equal(lengthOf(runner.jobs[0].job.target), text.length)
  })

  for (const room of [0, 1, 100, 299_999, 300_001, 400_000]) {
    it(`room of ${room} bytes that was said to be exact, for 300000`, () => {
      const runner = new RecordingRunner()
      const { plain, finished } = inflated(runner, [stream], { room, roomIsExact: true })
      assert(plain.equals(text) && finished)
      assert(runner.jobs.length < 12, `${runner.jobs.length} jobs`)
    })
  }

  it('CC=13: again with less source, and nothing is lost', () => {
    // 1 MB of text, then zeros: the ratio that was seen so far promises too little room.
    const data = Buffer.concat([textLike(9, MIB), zeros(20 * MIB), textLike(10, MIB)])
    const runner = new RecordingRunner()
    const { plain } = inflated(runner, [zlib.deflateRawSync(data)], { room: 4 * MIB, jobBytes: MIB })
    assert(plain.equals(data))
    const failed = runner.jobs.findIndex(({ result }) => result.csb.cc === 13)
    assert(failed >= 0, 'every job fitted: the data does not test this')
    assert(runner.jobs[failed + 1].data < runner.jobs[failed].data)
  })

  it('CC=13 of a job of the least source is a typed error', () => {
    const runner = new RecordingRunner(modelWindow(), () => 13)
    assert.throws(
      () => inflated(runner, [stream]),
      (error: NxCompletionError) => error instanceof NxCompletionError && error.cc === 13,
    )
    const sizes = runner.jobs.map(({ data }) => data)
    assert.equal(sizes.at(-1), 256)
    assert.deepEqual(
      sizes,
      sizes.toSorted((a, b) => b - a),
    )
  })

  it('the room of a job is never more than what its source could make', () => {
    const short = zlib.deflateRawSync('short')
    const runner = new RecordingRunner()
    inflated(runner, [short], { room: 0 })
    assert(lengthOf(runner.jobs[0].job.target) <= short.length * 1032)
  })

  it('the memory that is not kept stays the same, whatever comes through it', () => {
    const data = zeros(30 * MIB)
    const window = new OutputWindow(MIB, false)
    const decompressor = new Decompressor({ window, jobBytes: MIB / 2 })
    const raw = zlib.deflateRawSync(data)
    const memory = new Set<ArrayBufferLike>()
    let length = 0
    for (let at = 0; at < raw.length;) {
      const { output, consumed } = runStepsSync(
        new RecordingRunner(),
        decompressor.decompress(raw.subarray(at)),
      )
      memory.add(output.buffer)
      assert(output.length <= MIB)
      length += output.length
      at += consumed
    }
    assert.equal(length, data.length)
    assert.equal(memory.size, 1)
  })
})
