// SPDX-License-Identifier: MIT
/** Calls with few data: their jobs, and the size of what they make. */
import assert from 'node:assert/strict'
import zlib from 'node:zlib'

import * as nx from '../../lib/index.js'
import { fewToDecompress } from '../../lib/zlib/few.js'
import { KINDS, mixedCorpus } from '../support/corpus.js'

const corpus = mixedCorpus()

function jobsOf(call: () => unknown): number {
  const count = () => Object.values(nx.stats().jobs).reduce((sum, jobs) => sum + jobs, 0)
  const before = count()
  call()
  return count() - before
}

describe('a call with few data', () => {
  before(() => nx.configure({ engine: 'model' }))
  after(() => nx.configure({ engine: undefined }))

  const sample = corpus[0].bytes.subarray(0, 2000)

  it('compresses by two jobs, or by one where the fixed code or a stored block is best', () => {
    assert.equal(
      jobsOf(() => nx.gzipSync(sample)),
      2,
    )
    assert.equal(
      jobsOf(() => nx.gzipSync('fixed')),
      1,
    )
    assert.equal(
      jobsOf(() => nx.gzipSync(KINDS.random(2000))),
      1,
    )
  })

  it('compresses by two jobs where the first one only counted and the fixed code is best', () => {
    const data = 'abcd'.repeat(100)
    assert.equal(
      jobsOf(() => nx.deflateRawSync(data)),
      2,
    )
    const made = nx.deflateRawSync(data)
    // BTYPE 01 (RFC 1951 3.2.3).
    assert.equal((made[0] >>> 1) & 3, 1)
    assert.equal(zlib.inflateRawSync(made).toString(), data)
  })

  it('gives results that share their memory with nobody', () => {
    const results: Buffer[] = []
    for (const bytes of [1, 100, 255, 256, 257, 1024, 2000, 4096, 4097, 16 * 1024, 20_000]) {
      const text = corpus[0].bytes.subarray(0, bytes)
      results.push(
        nx.gzipSync(text),
        nx.gzipSync(text, { level: 0 }),
        nx.deflateSync(text),
        nx.gunzipSync(zlib.gzipSync(text)),
        nx.inflateRawSync(zlib.deflateRawSync(text)),
      )
    }
    assert.equal(new Set(results.map((result) => result.buffer)).size, results.length)
    for (const { buffer, byteOffset, length } of results) {
      const isSmall = length <= 4096
      const most = isSmall ? Math.max(256, 2 * length - 1) : length
      assert.equal(byteOffset, 0)
      assert.ok(buffer.byteLength <= most, `${buffer.byteLength} bytes for ${length}`)
      const behind = new Uint8Array(buffer).subarray(length)
      assert.ok(behind.every((byte) => byte === 0))
    }
  })

  it('gives small results whose memory may be transferred, without an effect on others', () => {
    const text = corpus[0].bytes.subarray(0, 1000)
    const compressed = nx.gzipSync(text)
    const results = Array.from({ length: 200 }, () => nx.gunzipSync(compressed))
    for (let index = 0; index < results.length; index += 2)
      structuredClone(results[index], { transfer: [results[index].buffer] })
    const lengths = results.map(({ length }) => length)
    assert.deepEqual(
      lengths,
      results.map((_, index) => (index % 2 === 0 ? 0 : 1000)),
    )
    for (let index = 1; index < results.length; index += 2)
      assert.ok(results[index].equals(Buffer.from(text)))
  })

  it('decompresses by one job', () => {
    for (const [compressed, decompress] of [
      [zlib.gzipSync(sample), nx.gunzipSync],
      [zlib.deflateSync(sample), nx.inflateSync],
      [zlib.deflateRawSync(sample), nx.inflateRawSync],
    ] as const) {
      let plain
      const jobs = jobsOf(() => (plain = decompress(compressed)))
      assert.equal(jobs, 1)
      assert.deepEqual(plain, Buffer.from(sample))
    }
  })

  it('decompresses more by one job where the trailer tells how much it is', () => {
    const data = Buffer.concat(corpus.map(({ bytes }) => bytes)).subarray(0, 256 * 1024)
    const packed = zlib.gzipSync(data)
    let plain
    const jobs = jobsOf(() => (plain = nx.gunzipSync(packed)))
    assert.equal(jobs, 1)
    assert.deepEqual(plain, data)
  })

  it('goes the ordinary way where the device would suspend the job, or where it is much', () => {
    const options = { maxOutputLength: Infinity, headerWindow: true }
    const isFew = (bytes: number, jobLimit: number) =>
      fewToDecompress('gzip', zlib.gzipSync(corpus[0].bytes.subarray(0, bytes)), options, jobLimit) !==
      undefined
    assert.ok(isFew(2000, 2001))
    assert.ok(!isFew(2000, 2000))
    const zeros = (bytes: number) => zlib.gzipSync(new Uint8Array(bytes))
    const most = 4 * 1024 * 1024
    assert.ok(fewToDecompress('gzip', zeros(most), options, Infinity))
    assert.ok(!fewToDecompress('gzip', zeros(most + 1), options, Infinity))
  })

  it('reads members with more in their header, several members, and empty ones', () => {
    const named = Buffer.concat([
      Buffer.from('1f8b08080000000000ff6e00', 'hex'),
      zlib.gzipSync(sample).subarray(10),
    ])
    assert.deepEqual(nx.gunzipSync(named), Buffer.from(sample))
    const two = Buffer.concat([zlib.gzipSync(sample), zlib.gzipSync('more')])
    assert.deepEqual(nx.gunzipSync(two), Buffer.concat([sample, Buffer.from('more')]))
    const larger = Buffer.concat([zlib.gzipSync(corpus[0].bytes), zlib.gzipSync(corpus[1].bytes)])
    assert.deepEqual(nx.gunzipSync(larger), Buffer.concat([corpus[0].bytes, corpus[1].bytes]))
    assert.deepEqual(nx.gunzipSync(zlib.gzipSync('')), Buffer.alloc(0))
  })

  for (const level of [1, 2, 3, 6]) {
    it(`makes no more than node:zlib at level ${level}, summed over slices of each length`, () => {
      for (const bytes of [64, 100, 300, 700, 1024, 2048, 4096]) {
        let [ours, control] = [0, 0]
        for (const file of corpus) {
          for (let slice = 0; slice < 6; slice++) {
            const at = Math.floor(((file.bytes.length - bytes) * (slice + 0.5)) / 6)
            const data = file.bytes.subarray(at, at + bytes)
            ours += nx.deflateRawSync(data, { level }).length
            control += zlib.deflateRawSync(data, { level }).length
          }
        }
        assert.ok(ours <= control, `${bytes} bytes: ${ours}, node:zlib ${control}`)
      }
    })
  }
})
