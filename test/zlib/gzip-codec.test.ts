// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import zlib from 'node:zlib'

import { DataError } from '../../lib/deflate/job-failure.js'
import { openDevice } from '../../lib/nx.js'
import { storeBlocks } from '../../lib/deflate/stored.js'
import { ZlibError } from '../../lib/zlib/errors.js'
import { GzipCompressor, GzipDecompressor } from '../../lib/zlib/gzip-codec.js'
import { KINDS } from '../support/corpus.js'
import { makeRandom, randomBytes, textLike, zeros } from '../support/data.js'
import { assertSameBytes } from './outcome.js'
import { FLAG, gzipAround, memberWith, spoilt } from './streams.js'

const MIB = 1024 * 1024

function* cut(data: Uint8Array, size: () => number): Generator<Uint8Array> {
  for (let at = 0; at < data.length;) {
    const end = at + Math.max(1, size())
    yield data.subarray(at, end)
    at = end
  }
}

/** Feeds a compressor, and spoils each chunk once it was taken. */
async function compressed(
  chunks: Iterable<Uint8Array>,
  settings?: ConstructorParameters<typeof GzipCompressor>[0],
): Promise<Buffer> {
  const compressor = new GzipCompressor(settings)
  const pieces: Uint8Array[] = []
  for (const chunk of chunks) {
    const copy = Buffer.from(chunk)
    pieces.push(...(await compressor.push(copy)))
    copy.fill(0xee)
  }
  pieces.push(...(await compressor.finish()))
  return Buffer.concat(pieces)
}

/** Feeds a decompressor. A piece is only valid until the next one, so it is copied, and the chunk is spoilt. */
async function decompressed(decompressor: GzipDecompressor, chunks: Iterable<Uint8Array>): Promise<Buffer> {
  const pieces: Buffer[] = []
  for (const chunk of chunks) {
    const copy = Buffer.from(chunk)
    for await (const piece of decompressor.push(copy)) pieces.push(Buffer.from(piece))
    copy.fill(0xee)
  }
  return Buffer.concat(pieces)
}

const SIZES: Readonly<Record<string, (seed: number) => () => number>> = {
  '1 byte': () => () => 1,
  '7 bytes': () => () => 7,
  '1 KiB': () => () => 1024,
  '64 KiB': () => () => 65_536,
  '1 MiB': () => () => MIB,
  'random sizes': (seed) => {
    const random = makeRandom(seed)
    return () => random.pick([1, random.between(1, 30), random.between(1, 3000), random.between(1, 100_000)])
  },
}

describe('gzip compressor', () => {
  for (const [title, size] of Object.entries(SIZES)) {
    it(`chunks of ${title}: node:zlib restores the data`, async () => {
      const length = { '1 byte': 300, '7 bytes': 2000, '1 KiB': 200_000 }[title] ?? 1_200_000
      for (const [index, kind] of ['text', 'random', 'zeros'].entries()) {
        const data = KINDS[kind](length)
        const member = await compressed(cut(data, size(index)), { level: [1, 6, 0][index] })
        assertSameBytes(zlib.gunzipSync(member), data, kind)
      }
    })
  }

  it('without any data it makes the empty member of node:zlib', async () => {
    assertSameBytes(await compressed([]), zlib.gzipSync(''))
    assertSameBytes(await compressed([zeros(0), zeros(0)]), zlib.gzipSync(''))
  })

  it('finish takes the last chunk', async () => {
    const data = textLike(1, 5000)
    const compressor = new GzipCompressor()
    assertSameBytes(zlib.gunzipSync(Buffer.concat(await compressor.finish(data))), data)
  })

  it('the header comes first, with name and time if they are given', async () => {
    const member = await compressed([textLike(2, 100)], {
      level: 9,
      header: { name: 'caf\xe9.txt', mtime: 0x12345678 },
    })
    assert.equal(member.toString('hex', 0, 10), '1f8b0808785634120203')
    assert.equal(member.toString('latin1', 10, 19), 'caf\xe9.txt\0')
    assertSameBytes(zlib.gunzipSync(member), textLike(2, 100))
  })

  it('the pieces are the callers: what is pushed later does not change them', async () => {
    const compressor = new GzipCompressor()
    const pieces: Uint8Array[] = []
    const copies: Buffer[] = []
    for (const seed of [3, 4, 5]) {
      const made = await compressor.push(textLike(seed, 60_000))
      pieces.push(...made)
      copies.push(...made.map((piece) => Buffer.from(piece)))
    }
    assertSameBytes(Buffer.concat(pieces), Buffer.concat(copies))
  })

  it('counts its jobs, and says what ran them', async () => {
    const compressor = new GzipCompressor()
    await compressor.push(textLike(6, 100_000))
    const { engine, jobs, faults, retries } = compressor.statistics
    assert.deepEqual(
      { engine, jobs, faults, retries },
      { engine: openDevice().engine, jobs: 2, faults: 0, retries: 0 },
    )
  })
})

describe('gzip decompressor', () => {
  for (const [title, size] of Object.entries(SIZES)) {
    it(`chunks of ${title}: several members of node:zlib are restored`, async () => {
      const length = title === '1 byte' ? 6000 : title === '7 bytes' ? 30_000 : 1_500_000
      const parts = [KINDS.text(length), zeros(0), KINDS.random(length), zeros(length), KINDS.JSON(100)]
      const members = Buffer.concat(parts.map((part, index) => zlib.gzipSync(part, { level: index * 2 })))
      const decompressor = new GzipDecompressor()
      assertSameBytes(await decompressed(decompressor, cut(members, size(7))), Buffer.concat(parts))
      decompressor.finish()
      assert.equal(decompressor.members, 5)
      assert.equal(decompressor.trailing, 'none')
    })
  }

  for (let flags = 0; flags < 32; flags++) {
    it(`a header with flags ${flags} is read, in one chunk and byte by byte`, async () => {
      const member = memberWith(flags, textLike(8, 500))
      for (const size of [1, 5000]) {
        const decompressor = new GzipDecompressor()
        assertSameBytes(
          await decompressed(
            decompressor,
            cut(member, () => size),
          ),
          textLike(8, 500),
        )
        decompressor.finish()
        assert.deepEqual(decompressor.header, {
          mtime: 0x12345678,
          xfl: 0,
          os: 255,
          text: (flags & FLAG.FTEXT) !== 0,
          ...(flags & FLAG.FNAME ? { name: 'a name \xe9' } : {}),
          ...(flags & FLAG.FCOMMENT ? { comment: '' } : {}),
        })
      }
    })
  }

  it('the header is the first members', async () => {
    const decompressor = new GzipDecompressor()
    await decompressed(decompressor, [memberWith(FLAG.FNAME, zeros(1)), memberWith(0, zeros(1))])
    assert.equal(decompressor.header?.name, 'a name \xe9')
  })

  it('a name of 300000 bytes, in chunks', async () => {
    const [header, rest] = [zlib.gzipSync('data').subarray(0, 10), zlib.gzipSync('data').subarray(10)]
    header[3] = FLAG.FNAME
    const name = Buffer.alloc(300_000, 'name')
    const member = Buffer.concat([header, name, Uint8Array.of(0), rest])
    const decompressor = new GzipDecompressor()
    assertSameBytes(
      await decompressed(
        decompressor,
        cut(member, () => 1000),
      ),
      Buffer.from('data'),
    )
    assert.equal(decompressor.header?.name, name.toString())
  })

  it('truncated anywhere: unexpected end of file', async () => {
    const members = Buffer.concat([memberWith(31, textLike(9, 300)), zlib.gzipSync('second')])
    const end = memberWith(31, textLike(9, 300)).length
    for (let length = 0; length < members.length; length++) {
      const decompressor = new GzipDecompressor()
      await decompressed(decompressor, [members.subarray(0, length)])
      if (length === end) decompressor.finish()
      else {
        const isEnd = (error: ZlibError) =>
          error instanceof ZlibError &&
          error.message === 'unexpected end of file' &&
          error.code === 'Z_BUF_ERROR' &&
          error.errno === -5
        assert.throws(
          () => {
            decompressor.finish()
          },
          isEnd,
          `${length} bytes`,
        )
      }
    }
  })

  const text = textLike(10, 4000)
  for (const [title, behind, trailing] of [
    ['nothing', zeros(0), 'none'],
    ['one zero', zeros(1), 'zeros'],
    ['many zeros', zeros(3000), 'zeros'],
    ['zeros, then something', Buffer.concat([zeros(600), Uint8Array.of(1)]), 'garbage'],
    ['zeros, then another member', Buffer.concat([zeros(600), zlib.gzipSync('x')]), 'garbage'],
    ['garbage', Buffer.from('garbage behind the member'), 'garbage'],
    ['half a magic number, then garbage', Uint8Array.of(0x1f, 0x00, 0x01), 'garbage'],
  ] as const) {
    it(`${title} behind the last member: trailing is '${trailing}'`, async () => {
      for (const size of [1, 100, MIB]) {
        const decompressor = new GzipDecompressor()
        const whole = Buffer.concat([zlib.gzipSync(text), zlib.gzipSync(text), behind])
        assertSameBytes(
          await decompressed(
            decompressor,
            cut(whole, () => size),
          ),
          Buffer.concat([text, text]),
        )
        decompressor.finish()
        assert.equal(decompressor.trailing, trailing, `chunks of ${size}`)
        assert.equal(decompressor.members, 2)
      }
    })
  }

  for (const [title, data, message] of [
    ['a wrong CRC', spoilt(zlib.gzipSync(text), 8, 4), 'incorrect data check'],
    ['a wrong length', spoilt(zlib.gzipSync(text), 4, 4), 'incorrect length check'],
    ['no gzip at all', text, 'incorrect header check'],
    ['a wrong header CRC', memberWith(FLAG.FHCRC, text, { wrongCrc: true }), 'header crc mismatch'],
  ] as const) {
    it(`${title}: ${message}, in chunks of any size`, async () => {
      for (const size of [1, 1000, MIB]) {
        await assert.rejects(
          decompressed(
            new GzipDecompressor(),
            cut(data, () => size),
          ),
          { message, code: 'Z_DATA_ERROR', errno: -3 },
        )
      }
    })
  }

  it('a block that breaks a rule: DataError, behind all the data before it', async () => {
    const data = randomBytes(11, 3 * MIB)
    // BTYPE=11.
    const stream = gzipAround(Buffer.concat([storeBlocks(data, false), Uint8Array.of(7, 0, 0, 0)]))
    const pieces: Buffer[] = []
    const all = async () => {
      for await (const piece of new GzipDecompressor().push(stream)) pieces.push(Buffer.from(piece))
    }
    await assert.rejects(all(), DataError)
    assert(pieces.length >= 5, `${pieces.length} pieces`)
    const before = Buffer.concat(pieces)
    assertSameBytes(before, data.subarray(0, before.length))
  })

  it('a bomb comes in pieces of at most 1 MiB, all in the same memory', async () => {
    const bomb = zlib.gzipSync(zeros(100 * MIB), { level: 9 })
    const memory = new Set<ArrayBufferLike>()
    const decompressor = new GzipDecompressor()
    let length = 0
    for await (const piece of decompressor.push(bomb)) {
      assert(piece.length <= MIB)
      memory.add(piece.buffer)
      length += piece.length
    }
    decompressor.finish()
    assert.equal(length, 100 * MIB)
    assert.equal(memory.size, 1)
  })

  it('stopping early is no error', async () => {
    for await (const piece of new GzipDecompressor().push(zlib.gzipSync(zeros(10 * MIB)))) {
      assert(piece.length > 0)
      break
    }
  })

  it('what the compressor makes of 3 MB in random chunks comes back in random chunks', async () => {
    const data = Buffer.concat([textLike(12, MIB), randomBytes(13, MIB), KINDS.JSON(MIB)])
    const member = await compressed(cut(data, SIZES['random sizes'](14)), { level: 1 })
    assertSameBytes(await decompressed(new GzipDecompressor(), cut(member, SIZES['random sizes'](15))), data)
  })

  it('two at a time do not disturb each other', async () => {
    const [one, other] = [textLike(16, 400_000), textLike(17, 500_000)]
    const results = await Promise.all(
      [one, other].map((data) =>
        decompressed(
          new GzipDecompressor(),
          cut(zlib.gzipSync(data), () => 9000),
        ),
      ),
    )
    assertSameBytes(results[0], one)
    assertSameBytes(results[1], other)
  })
})
