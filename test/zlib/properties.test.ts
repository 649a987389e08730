// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import fc from 'fast-check'

import { textLike } from '../support/data.js'
import { FORMATS, LEVELS, nodes, ours, type DecompressName } from './formats.js'
import { assertLikeNode, assertSameBytes } from './outcome.js'
import { servedBy } from './served-by.js'

/** The same runs every time unless another seed is asked for; fast-check prints the seed with every failure. */
const seed = Number(process.env.NXZLIB_TEST_SEED ?? 20240229)
fc.configureGlobal({ seed })

const TEXT = textLike(seed, 60_000)

/** Data with repeats: what compressors are made for, at distances and lengths that fast-check chooses. */
const repetitive = fc
  .array(
    fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 60 }),
      fc.record({ distance: fc.integer({ min: 1, max: 33_000 }), length: fc.integer({ min: 3, max: 700 }) }),
      fc.record({ from: fc.nat(TEXT.length), text: fc.integer({ min: 1, max: 8000 }) }),
    ),
    { maxLength: 30 },
  )
  .map((parts) => {
    const bytes: number[] = []
    for (const part of parts) {
      if (part instanceof Uint8Array) bytes.push(...part)
      else if ('text' in part) bytes.push(...TEXT.subarray(part.from, part.from + part.text))
      else
        for (let count = 0; count < part.length && bytes.length > 0; count++) {
          bytes.push(bytes[Math.max(0, bytes.length - part.distance)])
        }
    }
    return Uint8Array.from(bytes)
  })

const data = fc.oneof(fc.uint8Array({ maxLength: 3000, size: 'max' }), repetitive)
const level = fc.constantFrom(...LEVELS)
const format = fc.constantFrom(...FORMATS)
const strategy = fc.integer({ min: 0, max: 4 })
const memLevel = fc.integer({ min: 1, max: 9 })
const windowBits = fc.integer({ min: 9, max: 15 })

/** A change to a stream. */
const mutation = fc.oneof(
  fc.record({ kind: fc.constant('flip' as const), at: fc.nat(), bit: fc.nat(7) }),
  fc.record({ kind: fc.constant('set' as const), at: fc.nat(), value: fc.nat(255) }),
  fc.record({ kind: fc.constant('remove' as const), at: fc.nat(), count: fc.integer({ min: 1, max: 9 }) }),
  fc.record({ kind: fc.constant('insert' as const), at: fc.nat(), bytes: fc.uint8Array({ maxLength: 9 }) }),
  fc.record({ kind: fc.constant('cut' as const), at: fc.nat() }),
  fc.record({ kind: fc.constant('repeat' as const), at: fc.nat(), count: fc.integer({ min: 1, max: 200 }) }),
)

type Mutation = typeof mutation extends fc.Arbitrary<infer T> ? T : never

function mutate(stream: Buffer, change: Mutation): Buffer {
  if (stream.length === 0) return stream
  const at = change.at % stream.length
  const [before, after] = [stream.subarray(0, at), stream.subarray(at)]
  switch (change.kind) {
    case 'flip':
      return Buffer.concat([before, Uint8Array.of(after[0] ^ (1 << change.bit)), after.subarray(1)])
    case 'set':
      return Buffer.concat([before, Uint8Array.of(change.value), after.subarray(1)])
    case 'remove':
      return Buffer.concat([before, after.subarray(change.count)])
    case 'insert':
      return Buffer.concat([before, change.bytes, after])
    case 'cut':
      return before
    case 'repeat':
      return Buffer.concat([before, after.subarray(0, change.count), after])
  }
}

describe('properties', () => {
  it('node:zlib restores what nxzlib compresses', () => {
    fc.assert(
      fc.property(data, format, level, (plain, { compress, decompress }, chosen) => {
        const { result, nodeStreams } = servedBy(() => ours(compress).sync(plain, { level: chosen }))
        assert.equal(nodeStreams, 0)
        assertSameBytes(nodes(decompress).sync(result), plain)
      }),
      { numRuns: 250 },
    )
  })

  it('nxzlib restores what node:zlib compresses, with any settings', () => {
    fc.assert(
      fc.property(
        data,
        format,
        fc.record({ level, strategy, memLevel, windowBits }),
        (plain, names, settings) => {
          const stream = nodes(names.compress).sync(plain, settings)
          const { result, nodeStreams } = servedBy(() => ours(names.decompress).sync(stream))
          assert.equal(nodeStreams, 0)
          assertSameBytes(result, plain)
        },
      ),
      { numRuns: 250 },
    )
  })

  it('a stream with random changes gives what node:zlib gives', () => {
    fc.assert(
      fc.property(
        data,
        format,
        fc.record({ level, strategy, memLevel }),
        fc.array(mutation, { minLength: 1, maxLength: 4 }),
        (plain, { compress, decompress }, settings, changes) => {
          const damaged = changes.reduce(mutate, nodes(compress).sync(plain, settings))
          assertLikeNode(decompress, damaged, changes.map(({ kind }) => kind).join())
        },
      ),
      { numRuns: 400 },
    )
  })

  it('raw streams with random changes, which no checksum guards, give what node:zlib gives', () => {
    fc.assert(
      fc.property(
        data,
        fc.record({ level, strategy, memLevel }),
        fc.array(mutation, { minLength: 1, maxLength: 3 }),
        (plain, settings, changes) => {
          const damaged = changes.reduce(mutate, nodes('deflateRaw').sync(plain, settings))
          assertLikeNode('inflateRaw', damaged, changes.map(({ kind }) => kind).join())
        },
      ),
      { numRuns: 400 },
    )
  })

  it('any bytes as input of any decompressing function give what node:zlib gives', () => {
    const name = fc.constantFrom<DecompressName>('gunzip', 'inflate', 'inflateRaw', 'unzip')
    const start = fc.constantFrom([], [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3], [0x78, 0x9c], [0x1f, 0x8b, 8])
    fc.assert(
      fc.property(name, start, fc.uint8Array({ maxLength: 200, size: 'max' }), (chosen, first, rest) => {
        assertLikeNode(chosen, Buffer.from([...first, ...rest]), `seed ${seed}`)
      }),
      { numRuns: 1000 },
    )
  })

  it('members and garbage in any order give what node:zlib gives', () => {
    const piece = fc.oneof(
      fc.uint8Array({ maxLength: 2000 }).map((plain) => nodes('gzip').sync(plain)),
      fc.integer({ min: 1, max: 40 }).map((length) => Buffer.alloc(length)),
      fc.uint8Array({ maxLength: 20 }).map((garbage) => Buffer.from(garbage)),
    )
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 6 }), (pieces) => {
        assertLikeNode('gunzip', Buffer.concat(pieces), pieces.map(({ length }) => length).join())
      }),
      { numRuns: 250 },
    )
  })

  it('levels and formats hold the same data: their sizes differ only by headers and trailers', () => {
    fc.assert(
      fc.property(data, level, (plain, chosen) => {
        const [gzip, zlib, raw] = FORMATS.map(
          ({ compress }) => ours(compress).sync(plain, { level: chosen }).length,
        )
        assert.equal(gzip - raw, 18)
        assert.equal(zlib - raw, 6)
      }),
      { numRuns: 100 },
    )
  })
})
