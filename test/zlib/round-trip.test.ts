// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'

import { KINDS } from '../support/corpus.js'
import { FORMATS, LEVELS, nodes, ours } from './formats.js'
import { assertSameBytes } from './outcome.js'
import { servedBy } from './served-by.js'

/** Around the lengths where something changes: matches, quadwords, the longest match, window, stored block. */
const SMALL = [0, 1, 2, 3, 15, 16, 17, 257, 258, 259]
const LARGE = [32767, 32768, 32769, 65535, 65536, 65537]
const MIB = 1024 * 1024

/** The result of a call that must not have been left to node:zlib. */
function byJobs(call: () => Buffer, what: string): Buffer {
  const { result, nodeStreams } = servedBy(call)
  assert.equal(nodeStreams, 0, `${what}: node:zlib did the work`)
  return result
}

const made = new Map<string, Uint8Array>()

/** Data of a kind, made once. */
function dataOf(kind: string, length: number): Uint8Array {
  const key = `${kind} ${length}`
  const data = made.get(key) ?? KINDS[kind](length)
  made.set(key, data)
  return data
}

for (const { format, compress, decompress } of FORMATS) {
  describe(`round trips with node:zlib, ${format}`, () => {
    const roundTrip = (kind: string, length: number, level: number) => {
      const what = `${kind}, ${length} bytes, level ${level}`
      const data = dataOf(kind, length)
      const compressed = byJobs(() => ours(compress).sync(data, { level }), what)
      assertSameBytes(nodes(decompress).sync(compressed), data, what)
      const control = nodes(compress).sync(data, { level })
      assertSameBytes(
        byJobs(() => ours(decompress).sync(control), what),
        data,
        what,
      )
    }

    for (const level of LEVELS) {
      it(`level ${level}: every kind of data of every small size`, () => {
        for (const kind of Object.keys(KINDS)) for (const length of SMALL) roundTrip(kind, length, level)
      })

      it(`level ${level}: every kind of data around the sizes of the window and of a stored block`, () => {
        Object.keys(KINDS).forEach((kind, index) => {
          // Two sizes a kind, others at the next level.
          roundTrip(kind, LARGE[(index + level) % LARGE.length], level)
          roundTrip(kind, LARGE[(index + level + 3) % LARGE.length], level)
        })
      })
    }

    for (const kind of Object.keys(KINDS)) {
      // Each format shares the code below it with the others, so the default level is tried in one of them.
      const levels = format === 'gzip' ? [1, 6] : [1]
      it(`1 MiB of ${kind} at level ${levels.join(' and ')}`, () => {
        for (const level of levels) roundTrip(kind, MIB, level)
      })
    }
  })
}
