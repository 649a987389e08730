// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'

import { randomBytes, textLike } from '../support/data.js'
import { FORMATS, LEVELS, nodes, ours } from './formats.js'
import { assertSameBytes } from './outcome.js'

const KIB = 1024
const SIZES = [
  1, 2, 3, 10, 40, 41, 100, 257, 1000, 16383, 16384, 32769, 65535, 65536, 65537, 100_000, 262_144, 262_145,
]

describe('data that cannot be compressed', () => {
  for (const { format, compress, decompress } of FORMATS) {
    it(`${format}: random data grows by no more than with node:zlib, at every level and size`, () => {
      for (const length of SIZES) {
        const data = randomBytes(length, length)
        for (const level of LEVELS) {
          const what = `${length} bytes with seed ${length}, level ${level}`
          const mine = ours(compress).sync(data, { level })
          assertSameBytes(nodes(decompress).sync(mine), data, what)
          const limit = nodes(compress).sync(data, { level }).length
          assert(mine.length <= limit, `${what}: ${mine.length} bytes, node:zlib makes ${limit}`)
        }
      }
    })
  }

  for (const level of LEVELS) {
    it(`level ${level}: 1 MiB of random data grows by no more than with node:zlib`, () => {
      const data = randomBytes(51, KIB * KIB)
      const [mine, limit] = [ours, nodes].map((library) => library('deflateRaw').sync(data, { level }).length)
      assert(mine <= limit, `${mine} bytes, node:zlib makes ${limit}`)
    })

    it(`level ${level}: random data behind 256 KiB of text grows by no more than 5 bytes in 16 KiB`, () => {
      // The unit compares the output with the source and the history, so 32 KiB of history can hide an expansion. Two
      // times 256 KiB are cut into two jobs, so the second one has nothing but random data behind its history.
      const text = textLike(52, 256 * KIB)
      const noise = randomBytes(53, 256 * KIB)
      const both = ours('deflateRaw').sync(Buffer.concat([text, noise]), { level })
      assertSameBytes(nodes('inflateRaw').sync(both), Buffer.concat([text, noise]))
      const growth = both.length - ours('deflateRaw').sync(text, { level }).length - noise.length
      assert(growth <= 5 * 16 + 5, `random data grew by ${growth} bytes, 5 of which join it to the text`)
    })
  }

  it('Z_FIXED does not make random data larger than stored blocks are', () => {
    for (const length of [1, 100, 65_536, 600_000]) {
      const data = randomBytes(54, length)
      const stream = ours('deflateRaw').sync(data, { strategy: 4 })
      assertSameBytes(nodes('inflateRaw').sync(stream), data)
      assert(
        stream.length <= length + 5 * Math.ceil(length / (32 * KIB)),
        `${length} bytes became ${stream.length}`,
      )
    }
  })
})
