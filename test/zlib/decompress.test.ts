// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { once } from 'node:events'
import zlib, { constants } from 'node:zlib'

import { inflateRawSync, unzipSync } from '../../lib/index.js'
import { KINDS } from '../support/corpus.js'
import { makeRandom, textLike } from '../support/data.js'
import { FORMATS, LEVELS, nodes, ours } from './formats.js'
import { assertSameBytes } from './outcome.js'
import { servedBy } from './served-by.js'

const STRATEGIES = ['Z_DEFAULT_STRATEGY', 'Z_FILTERED', 'Z_HUFFMAN_ONLY', 'Z_RLE', 'Z_FIXED'] as const
const FLUSHES = ['Z_PARTIAL_FLUSH', 'Z_SYNC_FLUSH', 'Z_FULL_FLUSH', 'Z_BLOCK'] as const
const LENGTH = 50_000

/** A raw stream that is flushed behind parts of these lengths. */
async function flushed(
  data: Uint8Array,
  kind: number,
  parts: readonly number[],
  level: number,
): Promise<Buffer> {
  const stream = zlib.createDeflateRaw({ level })
  const output: Buffer[] = []
  stream.on('data', (piece: Buffer) => output.push(piece))
  let at = 0
  for (const part of parts) {
    stream.write(data.subarray(at, at + part))
    await new Promise<void>((resolve) => {
      stream.flush(kind, resolve)
    })
    at += part
  }
  stream.end(data.subarray(at))
  await once(stream, 'end')
  return Buffer.concat(output)
}

/** Restored by jobs, not by node:zlib in their place. */
function assertRestores(call: () => Buffer, expected: Uint8Array, what: string): void {
  const { result, nodeStreams } = servedBy(call)
  assert.equal(nodeStreams, 0, `${what}: node:zlib did the work`)
  assertSameBytes(result, expected, what)
}

describe('decompressing what node:zlib makes', () => {
  for (const strategy of STRATEGIES) {
    it(`${strategy}: every kind of data, level and format`, () => {
      const options = { strategy: constants[strategy] }
      for (const kind of Object.keys(KINDS)) {
        const data = KINDS[kind](LENGTH)
        LEVELS.forEach((level, index) => {
          const { compress, decompress } = FORMATS[index % 3]
          const stream = nodes(compress).sync(data, { ...options, level })
          assertRestores(() => ours(decompress).sync(stream), data, `${kind}, level ${level}`)
        })
      }
    })
  }

  for (const windowBits of [9, 10, 11, 12, 13, 14, 15]) {
    it(`a window of ${windowBits} bits, with every memLevel`, () => {
      for (const kind of Object.keys(KINDS)) {
        const data = KINDS[kind](LENGTH)
        for (const [index, { compress, decompress }] of FORMATS.entries()) {
          const memLevel = 1 + ((windowBits + index * 3) % 9)
          const stream = nodes(compress).sync(data, { windowBits, memLevel })
          assertRestores(() => ours(decompress).sync(stream), data, `${kind}, memLevel ${memLevel}`)
        }
      }
    })
  }

  for (const flush of FLUSHES) {
    it(`${flush} at many places`, async () => {
      const random = makeRandom(61)
      const parts = [0, 1, 2, 100, ...Array.from({ length: 40 }, () => random.between(1, 9000))]
      const data = textLike(62, 200_000)
      for (const level of [1, 6, 0]) {
        const stream = await flushed(data, constants[flush], parts, level)
        assertRestores(() => inflateRawSync(stream), data, `level ${level}`)
      }
    })
  }

  it('unzip finds out about gzip and zlib', () => {
    const data = textLike(63, LENGTH)
    for (const stream of [zlib.gzipSync(data), zlib.deflateSync(data)]) {
      assertRestores(() => unzipSync(stream), data, stream.toString('hex', 0, 2))
    }
  })

  it('a stream of one block of 2 MB', () => {
    const data = textLike(64, 2_000_000)
    const stream = zlib.deflateRawSync(data, { strategy: constants.Z_FIXED })
    assertRestores(() => inflateRawSync(stream), data, 'one fixed block')
  })

  it('data of every ratio from 1 to 1000', () => {
    const random = makeRandom(65)
    for (const period of [1, 3, 10, 30, 100, 300, 1000]) {
      const data = Buffer.alloc(3_000_000)
      for (let at = 0; at < data.length; at += period) data[at] = random.below(256)
      for (const { compress, decompress } of FORMATS) {
        const stream = nodes(compress).sync(data, { level: 1 })
        assertRestores(() => ours(decompress).sync(stream), data, `one random byte in ${period}, ${compress}`)
      }
    }
  })

  it('data whose ratio changes all the time', () => {
    const random = makeRandom(66)
    const parts = Array.from({ length: 60 }, (_, index) =>
      index % 2 === 0 ? Buffer.alloc(random.below(400_000)) : textLike(index, random.below(60_000)),
    )
    const data = Buffer.concat(parts)
    for (const { compress, decompress } of FORMATS) {
      const stream = nodes(compress).sync(data, { level: 1 })
      assertRestores(() => ours(decompress).sync(stream), data, `${compress}, seed 66`)
    }
  })
})
