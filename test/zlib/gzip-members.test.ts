// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import zlib from 'node:zlib'

import { gunzipSync } from '../../lib/index.js'
import { randomBytes, textLike, zeros } from '../support/data.js'
import { nodes, ours } from './formats.js'
import { assertSameBytes, assertSameOutcome, callbackOutcome, outcome } from './outcome.js'
import { servedBy } from './served-by.js'
import { FLAG, gzipAround, memberWith, spoilt } from './streams.js'

/** Both functions, blocking and with a callback, for gunzip and unzip. */
async function assertLikeNode(data: Uint8Array, what: string): Promise<void> {
  for (const name of ['gunzip', 'unzip'] as const) {
    const expected = outcome(() => nodes(name).sync(data))
    assertSameOutcome(
      outcome(() => ours(name).sync(data)),
      expected,
      `${name}Sync, ${what}`,
    )
    const later = await callbackOutcome((callback) => {
      ours(name).async(data, callback)
    })
    assertSameOutcome(later, expected, `${name}, ${what}`)
  }
}

describe('gzip headers', () => {
  const data = textLike(71, 2000)
  for (let flags = 0; flags < 32; flags++) {
    const names = Object.entries(FLAG).filter(([, bit]) => flags & bit)
    it(`with ${names.map(([name]) => name).join(' ') || 'no flag'}`, () => {
      const member = memberWith(flags, data)
      assertSameBytes(zlib.gunzipSync(member), data, 'the control')
      const { result, nodeStreams } = servedBy(() => gunzipSync(Buffer.concat([member, member])))
      assert.equal(nodeStreams, 0)
      assertSameBytes(result, Buffer.concat([data, data]))
    })
  }

  it('a wrong header CRC: header crc mismatch', async () => {
    const member = memberWith(FLAG.FHCRC | FLAG.FNAME, data, { wrongCrc: true })
    assert.throws(() => gunzipSync(member), {
      message: 'header crc mismatch',
      code: 'Z_DATA_ERROR',
      errno: -3,
    })
    await assertLikeNode(member, 'wrong FHCRC')
  })

  it('a bad magic number, method, or flag gives the error that node:zlib gives', async () => {
    for (const [at, value, message] of [
      [0, 0x1e, 'incorrect header check'],
      [1, 0x8a, 'incorrect header check'],
      [2, 7, 'unknown compression method'],
      [3, 0x20, 'unknown header flags set'],
      [3, 0x80, 'unknown header flags set'],
    ] as const) {
      const member = zlib.gzipSync(data)
      member[at] = value
      assert.throws(() => gunzipSync(member), { message, code: 'Z_DATA_ERROR', errno: -3 })
      await assertLikeNode(member, `byte ${at} = ${value}`)
    }
  })

  it('a header that ends anywhere: unexpected end of file', async () => {
    const member = memberWith(31, data)
    for (let length = 0; length < 340; length++)
      await assertLikeNode(member.subarray(0, length), `${length} bytes`)
  })
})

describe('gzip members', () => {
  const parts = [
    textLike(72, 100_000),
    zeros(0),
    zeros(300_000),
    randomBytes(73, 5000),
    textLike(74, 1),
    textLike(75, 700),
  ]
  const members = parts.map((part) => zlib.gzipSync(part))

  const restoresByJobs = (pieces: readonly Uint8Array[], expected: readonly Uint8Array[]) => {
    const { result, nodeStreams } = servedBy(() => gunzipSync(Buffer.concat(pieces)))
    assert.equal(nodeStreams, 0, 'node:zlib did the work')
    assertSameBytes(result, Buffer.concat(expected))
  }

  it('of different sizes, with empty ones between', () => {
    restoresByJobs(members, parts)
    restoresByJobs(members.toReversed(), parts.toReversed())
  })

  it('of which each is the last one once', () => {
    parts.forEach((_, last) => {
      restoresByJobs([...members, members[last]], [...parts, parts[last]])
    })
  })

  it('hundreds of empty ones', () => {
    restoresByJobs(
      Array.from({ length: 500 }, () => members[1]),
      [],
    )
  })

  it('hundreds of short ones', () => {
    const short = Array.from({ length: 300 }, (_, index) => textLike(index, index))
    restoresByJobs(
      short.map((part) => zlib.gzipSync(part)),
      short,
    )
  })

  it('distances do not reach into the member before', async () => {
    const text = textLike(76, 1000)
    // A fixed block: the length 3 at the distance 1 before any literal. The trailer fits what it would refer to.
    const wrong = gzipAround(Uint8Array.of(0x03, 0x02, 0), new Uint8Array(3).fill(text[999]))
    const stream = Buffer.concat([zlib.gzipSync(text), wrong])
    assert.throws(() => gunzipSync(stream), { message: 'invalid distance too far back' })
    await assertLikeNode(stream, 'distance into the member before')
  })

  it('our own compressor makes them too', () => {
    restoresByJobs(
      parts.map((part, level) => ours('gzip').sync(part, { level })),
      parts,
    )
  })
})

describe('behind gzip, zlib and raw streams', () => {
  const data = textLike(77, 3000)
  const behind: Readonly<Record<string, Uint8Array>> = {
    'one zero': zeros(1),
    'many zeros': zeros(70_000),
    'zeros and garbage': Buffer.concat([zeros(20), randomBytes(78, 20)]),
    'zeros and another stream': Buffer.concat([zeros(9), zlib.gzipSync('second')]),
    'one byte of garbage': Uint8Array.of(0x55),
    garbage: Uint8Array.from(randomBytes(79, 100), (byte) => byte | 1),
    'much garbage': Uint8Array.from(randomBytes(80, 100_000), (byte) => byte | 1),
    'the first byte of a member': Uint8Array.of(0x1f),
    'the magic number of a member': Uint8Array.of(0x1f, 0x8b),
    'half a magic number and garbage': Uint8Array.of(0x1f, 0x55, 0x55),
    'half a member': zlib.gzipSync(data).subarray(0, 600),
    'a zlib stream': zlib.deflateSync(data),
    'a member whose CRC is wrong': spoilt(zlib.gzipSync(data), 8, 4),
    'a member whose length is wrong': spoilt(zlib.gzipSync(data), 4, 4),
  }
  for (const [title, more] of Object.entries(behind)) {
    it(`${title}: same result or error as node:zlib`, async () => {
      await assertLikeNode(Buffer.concat([zlib.gzipSync(data), more]), 'behind gzip')
      for (const name of ['inflate', 'inflateRaw', 'unzip'] as const) {
        const stream = name === 'inflateRaw' ? zlib.deflateRawSync(data) : zlib.deflateSync(data)
        const whole = Buffer.concat([stream, more])
        assertSameOutcome(
          outcome(() => ours(name).sync(whole)),
          outcome(() => nodes(name).sync(whole)),
          name,
        )
      }
    })
  }
})

describe('a length in the gzip trailer that lies', () => {
  const data = textLike(81, 90_000)
  for (const size of [0, 1, 1000, 89_999, 90_001, 1_000_000, 2 ** 31, 2 ** 32 - 1]) {
    it(`${size} instead of 90000: incorrect length check`, async () => {
      const member = zlib.gzipSync(data)
      member.writeUInt32LE(size, member.length - 4)
      assert.throws(() => gunzipSync(member), { message: 'incorrect length check', code: 'Z_DATA_ERROR' })
      await assertLikeNode(member, `${size}`)
      await assertLikeNode(Buffer.concat([member, zlib.gzipSync('more')]), `${size}, not in the last member`)
    })
  }

  it('an honest one of a shorter member behind a longer one is no lie', async () => {
    await assertLikeNode(Buffer.concat([zlib.gzipSync(data), zlib.gzipSync('short')]), 'long, short')
    await assertLikeNode(Buffer.concat([zlib.gzipSync('short'), zlib.gzipSync(data)]), 'short, long')
  })
})
