// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import zlib from 'node:zlib'

import { DataError } from '../../lib/deflate/job-failure.js'
import { NxCompletionError } from '../../lib/errors.js'
import { textLike, zeros } from '../support/data.js'
import { BitWriter } from './block-codec.js'
import { cut, inflated } from './inflated.js'
import { ended, lengthOf, modelWindow, RecordingRunner } from './runners.js'

const MIB = 1024 * 1024

describe('decompressor: no progress', () => {
  /** AAAA in a block whose header has 2286 bits, the most there are: each code length is sent with a 7-bit code. */
  function longHeader(): { stream: Uint8Array; data: Buffer } {
    const bits = new BitWriter()
    for (const [value, count] of [
      [0b101, 3],
      [29, 5],
      [29, 5],
      [15, 4],
    ]) {
      bits.put(value, count)
    }
    // The lengths 4, 5, 8 and 9 have 7 bits; lengths that do not occur take the rest of the codes.
    const codeLengths: Readonly<Record<number, number>> = {
      0: 1,
      1: 2,
      2: 3,
      3: 4,
      6: 5,
      4: 7,
      5: 7,
      8: 7,
      9: 7,
    }
    for (const symbol of [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]) {
      bits.put(codeLengths[symbol] ?? 0, 3)
    }
    const codes: Readonly<Record<number, number>> = { 4: 0b1111100, 5: 0b1111101, 8: 0b1111110, 9: 0b1111111 }
    for (let symbol = 0; symbol < 286; symbol++) bits.putCode(codes[symbol < 226 ? 8 : 9], 7)
    for (let symbol = 0; symbol < 30; symbol++) bits.putCode(codes[symbol < 2 ? 4 : 5], 7)
    assert.equal(bits.bits, 2286)
    for (let count = 0; count < 4; count++) bits.putCode(0x41, 8)
    // LL256: the 31st of the 9-bit codes, which begin behind 226 codes of 8 bits.
    bits.putCode(226 * 2 + 30, 9)
    return { stream: bits.toBytes(), data: Buffer.from('AAAA') }
  }

  it('a long header that comes byte by byte is decoded once it is complete', () => {
    const { stream, data } = longHeader()
    const { plain, finished } = inflated(
      new RecordingRunner(),
      cut(stream, () => 1),
    )
    assert(plain.equals(data) && finished)
  })

  it('a long header is decoded in whole when jobs should be small and the room is exact', () => {
    const { stream, data } = longHeader()
    const runner = new RecordingRunner()
    const input = [Buffer.concat([stream, zeros(5000)])]
    const { plain } = inflated(runner, input, { room: data.length, roomIsExact: true, jobBytes: 1 })
    assert(plain.equals(data))
    // 256 bytes of source are too few for the header.
    assert.deepEqual(
      runner.jobs.map(({ data }) => data),
      [256, 512],
    )
  })

  it('a job that could decode nothing is followed by one with more source, however small jobs should be', () => {
    const { stream, data } = longHeader()
    let refused = 0
    const runner = new RecordingRunner(modelWindow(), (job) => {
      // Less than 2000 bytes of source are too few for this device.
      if (lengthOf(job.source) - (job.cpb?.histlen ?? 0) * 16 >= 2000) return undefined
      if (refused++ > 100) throw new Error('the decompressor goes round in circles')
      const result = ended(3, { ce: 4 })
      result.cpb.sfbt = 0b1110
      result.cpb.spbc = lengthOf(job.source)
      result.cpb.subc = 8 * (result.cpb.spbc - (job.cpb?.histlen ?? 0) * 16)
      return result
    })
    const { plain } = inflated(runner, [Buffer.concat([stream, zeros(4000)])], { jobBytes: 1 })
    assert(plain.equals(data))
  })

  it('a job that took nothing of all there is ends in a typed error, not in a loop', () => {
    let jobs = 0
    const runner = new RecordingRunner(modelWindow(), () => {
      if (jobs++ > 100) throw new Error('the decompressor goes round in circles')
      const result = ended(3, { ce: 4 })
      result.cpb.sfbt = 0b1110
      return result
    })
    assert.throws(() => inflated(runner, [textLike(12, 1000)]), NxCompletionError)
  })
})

describe('decompressor: limits and faults of the device', () => {
  const text = textLike(13, 400_000)
  const stream = zlib.deflateRawSync(text)

  for (const maxByteCountHigh of [64, 1000, 33_333, 100_000]) {
    it(`a limit of ${maxByteCountHigh} bytes: suspended jobs are resumed`, () => {
      const runner = new RecordingRunner(modelWindow({ maxByteCountHigh }))
      const part = text.subarray(0, Math.min(text.length, maxByteCountHigh * 300))
      const { plain, finished } = inflated(runner, [zlib.deflateRawSync(part)])
      assert(plain.equals(part) && finished)
      assert(runner.jobs.length > 1)
    })
  }

  it('a partition: jobs of more than 1 MiB of output are suspended and resumed', () => {
    const data = Buffer.concat([zeros(3 * MIB), textLike(14, 2 * MIB)])
    const runner = new RecordingRunner(modelWindow({ platform: 'powervm' }))
    const options = { room: data.length, roomIsExact: true }
    assert(inflated(runner, [zlib.deflateRawSync(data)], options).plain.equals(data))
    assert(runner.jobs.length >= 4)
  })

  it('page faults that do not end (CC=250): less source down to 256 bytes, then ERR_NX_FAULT', () => {
    const runner = new RecordingRunner(modelWindow({ inject: { job: () => 250 } }))
    assert.throws(() => inflated(runner, [stream]), { code: 'ERR_NX_FAULT', cc: 250 })
    assert.equal(runner.jobs.at(-1)!.data, 256)
    assert(runner.jobs.length > 3 && runner.jobs.length < 12)
  })

  it('page faults that end: the data comes through', () => {
    const inject = { job: (index: number) => (index % 3 === 0 ? 250 : undefined) }
    const { plain } = inflated(new RecordingRunner(modelWindow({ inject })), [stream], { jobBytes: 50_000 })
    assert(plain.equals(text))
  })

  it('pages that are not resident change nothing', () => {
    for (const residency of ['none', 0.5] as const) {
      const runner = new RecordingRunner(modelWindow({ residency, pageSize: 4096, seed: 15 }))
      assert(
        inflated(
          runner,
          cut(stream, () => 20_000),
          { keep: false },
        ).plain.equals(text),
      )
    }
  })

  for (const cc of [66, 67, 68]) {
    it(`CC=${cc} is a DataError`, () => {
      const runner = new RecordingRunner(modelWindow(), () => cc)
      assert.throws(
        () => inflated(runner, [stream]),
        (error: DataError) => error instanceof DataError && error.cc === cc,
      )
    })
  }

  for (const cc of [10, 30, 224]) {
    it(`CC=${cc} is a typed error that carries the code`, () => {
      const runner = new RecordingRunner(modelWindow(), () => cc)
      assert.throws(() => inflated(runner, [stream]), { code: 'ERR_NX_COMPLETION', cc })
    })
  }
})
