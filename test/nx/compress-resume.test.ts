// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import zlib from 'node:zlib'
import { FC } from '../../lib/nx.js'
import { binaryLike, jsonLike, randomBytes, textLike } from '../support/data.js'
import { openUnit } from '../support/unit.js'

const { window } = openUnit()

/** Compresses in jobs of `step` bytes with up to `most` bytes of history, joined as UM 5.2.5.2 and 5.2.5.3 say. */
function compress(data: Uint8Array, step: number, most: number) {
  const blocks: Uint8Array[] = []
  let [adler, crc] = [1, 0]
  for (let at = 0; at < data.length; at += step) {
    const history = Math.min(at, most) & ~15
    const target = new Uint8Array(step * 2 + 64)
    const { csb, cpb } = window.runSync({
      fc: FC.COMPRESS_RESUME_FHT,
      source: data.subarray(at - history, at + step),
      target,
      cpb: { histlen: history / 16, adler, crc },
    })
    assert.ok(csb.cc === 0 || csb.cc === 64, `CC ${csb.cc} at ${at}`)
    assert.equal(cpb.spbc, history + Math.min(step, data.length - at))
    ;({ adler, crc } = cpb)
    const block = target.subarray(0, csb.tpbc)
    blocks.push(block)
    if (at + step >= data.length) break
    block[0] &= 0xfe
    if (cpb.tebc !== 0) blocks.push(Uint8Array.of(...(cpb.tebc > 5 ? [0] : []), 0, 0, 0xff, 0xff))
  }
  return { joined: Buffer.concat(blocks), adler, crc }
}

describe('resume compress', () => {
  const SUBJECTS: readonly [string, Uint8Array][] = [
    ['text', textLike(1, 100_000)],
    ['JSON', jsonLike(2, 100_000)],
    ['a binary', binaryLike(3, 100_000)],
    ['random bytes', randomBytes(4, 100_000)],
  ]
  for (const [name, data] of SUBJECTS) {
    for (const [step, most] of [
      [1000, 32768],
      [10_007, 0],
      [33_333, 32768],
      [4096, 65_520],
    ]) {
      it(`joins blocks of ${step} bytes of ${name} with up to ${most} bytes of history`, () => {
        const { joined, adler, crc } = compress(data, step, most)
        assert.deepEqual(new Uint8Array(zlib.inflateRawSync(joined)), data)
        const [gzip, deflate] = [zlib.gzipSync(data), zlib.deflateSync(data)]
        assert.equal(crc, gzip.readUInt32LE(gzip.length - 8))
        assert.equal(adler, deflate.readUInt32BE(deflate.length - 4))
      })
    }
  }

  it('uses its history: it makes less of data that it has seen', () => {
    const data = randomBytes(5, 4096)
    const job = {
      fc: FC.COMPRESS_RESUME_FHT,
      source: Uint8Array.of(...data, ...data),
      target: new Uint8Array(8192),
    }
    const seen = window.runSync({ ...job, cpb: { histlen: 256 } })
    const notSeen = window.runSync({ ...job, source: data, cpb: { histlen: 0 } })
    assert.ok(seen.csb.tpbc < 100, `${seen.csb.tpbc} bytes`)
    assert.ok(notSeen.csb.tpbc > 4096, `${notSeen.csb.tpbc} bytes`)
  })

  it('reaches no further than 32768 bytes into a longer history', () => {
    const data = randomBytes(6, 1024)
    const gap = randomBytes(7, 32768)
    const source = Uint8Array.of(...data, ...gap, ...data)
    const target = new Uint8Array(4096)
    const { csb } = window.runSync({
      fc: FC.COMPRESS_RESUME_FHT,
      source,
      target,
      cpb: { histlen: (1024 + 32768) / 16 },
    })
    const block = target.subarray(0, csb.tpbc)
    assert.deepEqual(new Uint8Array(zlib.inflateRawSync(block, { dictionary: gap })), data)
  })

  it('seeds a dictionary that zlib then needs (UM 2.12)', () => {
    const dictionary = textLike(9, 4096)
    const data = textLike(9, 5000).subarray(1000)
    const target = new Uint8Array(8192)
    const { csb } = window.runSync({
      fc: FC.COMPRESS_RESUME_FHT,
      source: [dictionary, data],
      target,
      cpb: { histlen: 256 },
    })
    const block = target.subarray(0, csb.tpbc)
    assert.deepEqual(new Uint8Array(zlib.inflateRawSync(block, { dictionary })), data.slice())
    assert.throws(() => zlib.inflateRawSync(block))
  })
})

describe('the symbol counts', () => {
  for (const fc of [FC.COMPRESS_FHT_COUNT, FC.COMPRESS_RESUME_FHT_COUNT]) {
    it(`of function 0x${fc.toString(16)} account for every bit of the block`, () => {
      const data = textLike(fc, 50_000)
      const { csb, cpb } = window.runSync({ fc, source: data, target: new Uint8Array(60_000) })
      const lengthExtra = (symbol: number) => (symbol < 265 || symbol === 285 ? 0 : (symbol - 261) >>> 2)
      const distanceExtra = (symbol: number) => (symbol < 4 ? 0 : (symbol - 2) >>> 1)
      let bits = 3
      let bytes = 0
      let matches = 0
      let distances = 0
      cpb.lzcount!.forEach((count, index) => {
        if (index < 286) {
          bits += count * (index < 144 ? 8 : index < 256 ? 9 : index < 280 ? 7 : 8)
          if (index < 256) bytes += count
          if (index > 256) {
            matches += count
            bits += count * lengthExtra(index)
          }
        } else {
          distances += count
          bits += count * (5 + distanceExtra(index - 286))
        }
      })
      assert.equal(cpb.lzcount!.length, 316)
      assert.equal(cpb.lzcount![256], 1)
      assert.equal(matches, distances)
      assert.ok(bytes < data.length)
      assert.deepEqual([csb.tpbc, cpb.tebc], [Math.ceil(bits / 8), bits % 8])
    })
  }

  it('are all written anew by every job, zeros included', () => {
    const first = window.runSync({
      fc: FC.COMPRESS_FHT_COUNT,
      source: textLike(1, 9000),
      target: new Uint8Array(9999),
    })
    const second = window.runSync({
      fc: FC.COMPRESS_FHT_COUNT,
      source: Uint8Array.of(0x61),
      target: new Uint8Array(8),
    })
    assert.ok(first.cpb.lzcount!.filter((count) => count > 0).length > 50)
    const expected = new Uint32Array(316)
    expected[0x61] = 1
    expected[256] = 1
    assert.deepEqual(second.cpb.lzcount, expected)
  })
})
