// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import zlib, { constants, type ZlibOptions } from 'node:zlib'

import type { StreamName } from '../../lib/zlib/streams.js'
import { jsonLike, makeRandom, oneByte, randomBytes, textLike } from '../support/data.js'
import { LIBRARIES, logOf, makeStream, MANNERS, pieces, writeAll, type Manner } from './stream-log.js'
import { FLAG, memberWith } from './streams.js'

/** The decompressing classes with what they take. */
const SOURCES: readonly { name: StreamName; what: string; compress: (data: Uint8Array) => Buffer }[] = [
  { name: 'Gunzip', what: 'gzip', compress: (data) => zlib.gzipSync(data) },
  { name: 'Inflate', what: 'zlib', compress: (data) => zlib.deflateSync(data) },
  { name: 'InflateRaw', what: 'raw', compress: (data) => zlib.deflateRawSync(data) },
  { name: 'Unzip', what: 'gzip', compress: (data) => zlib.gzipSync(data) },
  { name: 'Unzip', what: 'zlib', compress: (data) => zlib.deflateSync(data) },
]

/** Chunk sizes to choose from. */
const CUTS = [1, 7, 64, 1000, 16_384, 2 ** 20]
const CHUNK_SIZES = [64, 1000, 16_384, 2 ** 20]

/** How a stream is made and fed. */
interface Feed {
  readonly cut: number
  readonly manner: Manner
  readonly options?: ZlibOptions
}

/** The events of our stream must be those of Node's. */
async function assertLikeNode(
  name: StreamName,
  data: Uint8Array,
  { cut, manner, options }: Feed,
  what: string,
) {
  const [ours, node] = await Promise.all(
    (['ours', 'node'] as const).map((library) =>
      logOf(makeStream(library, name, options && { ...options }), writeAll(pieces(data, cut), manner)),
    ),
  )
  assert.deepEqual(
    ours.events,
    node.events,
    `${name}, ${what}, pieces of ${cut} ${manner}, ${JSON.stringify(options)}`,
  )
}

describe('decompressing streams: the events of node:zlib', () => {
  const data = {
    text: textLike(1, 100_000),
    json: jsonLike(2, 300_000),
    random: randomBytes(3, 70_000),
    'one byte': oneByte(2_000_000),
    nothing: new Uint8Array(0),
  }
  for (const { name, what, compress } of SOURCES) {
    for (const [kind, plain] of Object.entries(data)) {
      it(`${name} of ${what}: ${kind}, in pieces of 64 bytes to 1 MiB`, async () => {
        const compressed = compress(plain)
        for (const cut of [64, 1000, 16_384, 2 ** 20]) {
          for (const manner of MANNERS) {
            if (compressed.length / cut > 500 && manner === 'at once') continue
            await assertLikeNode(name, compressed, { cut, manner }, kind)
          }
        }
      })
    }

    it(`${name} of ${what}: byte by byte, for every chunkSize`, async () => {
      const compressed = compress(textLike(4, 3000))
      for (const chunkSize of CHUNK_SIZES) {
        await assertLikeNode(
          name,
          compressed,
          { cut: 1, manner: 'one by one', options: { chunkSize } },
          'text',
        )
      }
    })

    it(`${name} of ${what}: truncated at every byte`, async () => {
      const compressed = compress(textLike(5, 250))
      for (let length = 0; length < compressed.length; length++) {
        for (const manner of MANNERS) {
          await assertLikeNode(name, compressed.subarray(0, length), { cut: 100, manner }, `${length} bytes`)
        }
      }
    })

    it(`${name} of ${what}: truncated, with Z_SYNC_FLUSH as finishFlush`, async () => {
      const compressed = compress(textLike(6, 20_000))
      const options = { finishFlush: constants.Z_SYNC_FLUSH }
      for (let length = 0; length < compressed.length; length += 397) {
        const part = compressed.subarray(0, length)
        await assertLikeNode(name, part, { cut: 1000, manner: 'at once', options }, `${length} bytes`)
      }
    })

    for (const [kind, plain, step] of [
      ['short text', textLike(7, 250), 1],
      ['long json', jsonLike(8, 400_000), 4519],
    ] as const) {
      it(`${name} of ${what}: ${kind} damaged at every byte`, async () => {
        const random = makeRandom(9)
        const compressed = compress(plain)
        for (let at = 0; at < compressed.length; at += step) {
          const damaged = Buffer.from(compressed)
          damaged[at] ^= 1 << random.below(8)
          const least = compressed.length > 10_000 ? 3 : 0
          const feed = {
            cut: random.pick(CUTS.slice(least)),
            manner: random.pick(MANNERS),
            options: { chunkSize: random.pick(CHUNK_SIZES) },
          }
          await assertLikeNode(name, damaged, feed, `byte ${at} changed (seed 9)`)
        }
      })
    }

    it(`${name} of ${what}: garbage instead, behind, and zeros behind`, async () => {
      const compressed = compress(textLike(10, 1000))
      for (const [kind, bytes] of Object.entries({
        'random bytes': randomBytes(11, 300),
        'a text': textLike(12, 300),
        'garbage behind': Buffer.concat([compressed, randomBytes(13, 300)]),
        'text behind': Buffer.concat([compressed, textLike(14, 300)]),
        'zeros behind': Buffer.concat([compressed, new Uint8Array(600)]),
        'the first byte of another one behind': Buffer.concat([compressed, compressed.subarray(0, 1)]),
        'half another one behind': Buffer.concat([compressed, compressed.subarray(0, compressed.length / 2)]),
      })) {
        for (const cut of [1, 100, 2 ** 20]) {
          await assertLikeNode(name, bytes, { cut, manner: 'one by one' }, kind)
          await assertLikeNode(name, bytes, { cut, manner: 'at once' }, kind)
        }
      }
    })
  }
})

describe('decompressing streams: gzip members and headers', () => {
  for (const name of ['Gunzip', 'Unzip'] as const) {
    it(`${name}: several members, whole and damaged, in pieces of every kind`, async () => {
      const random = makeRandom(15)
      const members = Buffer.concat([
        zlib.gzipSync(textLike(16, 1000)),
        zlib.gzipSync(''),
        zlib.gzipSync(randomBytes(17, 500)),
        memberWith(FLAG.FNAME | FLAG.FHCRC, textLike(18, 3000)),
      ])
      for (const cut of CUTS) await assertLikeNode(name, members, { cut, manner: 'one by one' }, 'whole')
      for (let at = 0; at < members.length; at += 29) {
        const damaged = Buffer.from(members)
        damaged[at] ^= 1 << random.below(8)
        const feed = { cut: random.pick(CUTS), manner: random.pick(MANNERS) }
        await assertLikeNode(name, damaged, feed, `byte ${at} changed (seed 15)`)
      }
    })

    it(`${name}: every field of the header, whole, damaged and cut`, async () => {
      for (let flags = 0; flags < 256; flags += flags < 32 ? 1 : 16) {
        const member = memberWith(flags, textLike(19, 50), { wrongCrc: flags % 3 === 0 })
        for (const cut of [1, 5, 1000]) {
          await assertLikeNode(name, member, { cut, manner: 'one by one' }, `flags ${flags}`)
        }
      }
    })
  }

  it('Inflate: every pair of header bytes with a good checksum, and window sizes', async () => {
    const stream = zlib.deflateSync(textLike(20, 300))
    for (let cmf = 0; cmf < 256; cmf++) {
      for (const flags of [0, 0x20, 0xc0]) {
        const damaged = Buffer.from(stream)
        damaged[0] = cmf
        damaged[1] = flags + 31 - ((cmf * 256 + flags) % 31)
        for (const options of [undefined, {}, { windowBits: 15 }, { windowBits: 12 }]) {
          const feed = { cut: 1000, manner: 'at once' as const, ...(options && { options }) }
          await assertLikeNode('Inflate', damaged, feed, `${cmf}, ${flags}`)
        }
      }
    }
  })

  it('dictionaries: the right one, a wrong one, none', async () => {
    const [dictionary, wrong] = [Buffer.from(textLike(21, 500)), Buffer.from(textLike(22, 500))]
    const plain = textLike(21, 3000)
    const sources = {
      Inflate: zlib.deflateSync(plain, { dictionary }),
      InflateRaw: zlib.deflateRawSync(plain, { dictionary }),
    }
    for (const [name, data] of Object.entries(sources)) {
      for (const options of [{ dictionary }, { dictionary: wrong }, {}]) {
        for (const cut of [1, 100, 10_000]) {
          await assertLikeNode(name as StreamName, data, { cut, manner: 'one by one', options }, 'dictionary')
        }
      }
    }
  })
})

describe('decompressing streams: consumption', () => {
  it('bytesWritten finds the end of a stream that something follows', async () => {
    const stream = zlib.deflateSync(textLike(23, 200_000))
    const bytes = Buffer.concat([stream, randomBytes(24, 5000)])
    for (const cut of [bytes.length, 20_000]) {
      const inflate = makeStream('ours', 'Inflate')
      const chunks = pieces(bytes, cut).slice(0, Math.ceil(stream.length / cut))
      await logOf(inflate, writeAll(chunks, 'one by one'))
      assert.equal(inflate.bytesWritten, stream.length)
    }
  })

  it('all input, trailer included, is consumed by the write whose room is exactly full', () => {
    const plain = textLike(25, 50_000)
    for (const [name, data] of [
      ['Inflate', zlib.deflateSync(plain)],
      ['Gunzip', zlib.gzipSync(plain)],
    ] as const) {
      for (const library of ['ours', 'node'] as const) {
        const stream = new LIBRARIES[library][name]() as unknown as {
          _handle: { writeSync(...values: unknown[]): void }
          _writeState: Uint32Array
        }
        const out = Buffer.alloc(plain.length)
        stream._handle.writeSync(constants.Z_NO_FLUSH, data, 0, data.length, out, 0, out.length)
        assert.deepEqual([...stream._writeState], [0, 0], `${library} ${name}`)
        assert.deepEqual(out, Buffer.from(plain))
      }
    }
  })
})
