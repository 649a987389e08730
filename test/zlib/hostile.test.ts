// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import type { Transform } from 'node:stream'
import zlib from 'node:zlib'

import { createInflateRaw, gunzipSync, inflateRawSync } from '../../lib/index.js'
import { BitWriter } from '../deflate/block-codec.js'
import { textLike, zeros } from '../support/data.js'
import { nodes, ours } from './formats.js'
import { assertSameBytes, assertSameOutcome, callbackOutcome, outcome } from './outcome.js'
import { servedBy } from './served-by.js'
import { gzipAround, zlibAround } from './streams.js'

/** The order in which code lengths of the code-length code are sent (RFC 1951 3.2.7). */
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

/** BFINAL=1, BTYPE=10, the three counts, and the lengths of the code-length code by symbol. */
function dynamicHeader(
  hlit: number,
  hdist: number,
  codeLengths: Readonly<Record<number, number>>,
): BitWriter {
  const bits = new BitWriter()
  bits.put(0b101, 3)
  bits.put(hlit, 5)
  bits.put(hdist, 5)
  bits.put(15, 4)
  for (const symbol of ORDER) bits.put(codeLengths[symbol] ?? 0, 3)
  return bits
}

/**
 * A dynamic block whose literal/length and distance code lengths are given one by one: each is sent with a 4-bit code,
 * so the canonical code of length n is n.
 */
function blockWith(ll: readonly number[], d: readonly number[]): BitWriter {
  const plain = Object.fromEntries(Array.from({ length: 16 }, (_, length) => [length, 4]))
  const bits = dynamicHeader(ll.length - 257, d.length - 1, plain)
  for (const length of [...ll, ...d]) bits.putCode(length, 4)
  return bits
}

/** Lengths of an alphabet: all 0 but these. */
function lengths(count: number, some: Readonly<Record<number, number>>): number[] {
  return Array.from({ length: count }, (_, symbol) => some[symbol] ?? 0)
}

function bytes(...parts: readonly (readonly [value: number, count: number])[]): Uint8Array {
  const bits = new BitWriter()
  for (const [value, count] of parts) bits.put(value, count)
  return bits.toBytes()
}

/** Bits behind which zlib has seen all that it wants to see. */
function padded(bits: BitWriter): Uint8Array {
  return Buffer.concat([bits.toBytes(), zeros(64)])
}

const HOSTILE: Readonly<Record<string, [stream: Uint8Array, message: string]>> = {
  'block type 11': [Uint8Array.of(7, 0, 0), 'invalid block type'],
  'LEN that is not the complement of NLEN': [
    Uint8Array.of(1, 5, 0, 0xfa, 0xfe, 1, 2, 3, 4, 5),
    'invalid stored block lengths',
  ],
  'HLIT 30': [padded(dynamicHeader(30, 0, {})), 'too many length or distance symbols'],
  'HDIST 30': [padded(dynamicHeader(0, 30, {})), 'too many length or distance symbols'],
  // zlib takes 1 bit for each length here, and all of them for 0.
  'no code-length codes': [padded(dynamicHeader(0, 0, {})), 'invalid code -- missing end-of-block'],
  'one code-length code': [padded(dynamicHeader(0, 0, { 0: 1 })), 'invalid code lengths set'],
  'too many code-length codes': [
    padded(dynamicHeader(0, 0, { 0: 1, 1: 1, 2: 1 })),
    'invalid code lengths set',
  ],
  'a repeat before any length': [
    (() => {
      const bits = dynamicHeader(0, 0, { 16: 1, 0: 1 })
      bits.putCode(1, 1)
      return padded(bits)
    })(),
    'invalid bit length repeat',
  ],
  'a repeat beyond the last symbol': [
    (() => {
      const bits = dynamicHeader(0, 0, { 18: 1, 0: 1 })
      for (let run = 0; run < 2; run++) {
        bits.putCode(1, 1)
        bits.put(127, 7)
      }
      return padded(bits)
    })(),
    'invalid bit length repeat',
  ],
  'no end-of-block code': [
    padded(blockWith(lengths(257, { 65: 1, 66: 1 }), [1, 1])),
    'invalid code -- missing end-of-block',
  ],
  'too many literal codes': [
    padded(blockWith(lengths(257, { 65: 1, 66: 1, 256: 1 }), [1, 1])),
    'invalid literal/lengths set',
  ],
  'too few literal codes': [
    padded(blockWith(lengths(257, { 65: 2, 256: 2 }), [1, 1])),
    'invalid literal/lengths set',
  ],
  'too many distance codes': [
    padded(blockWith(lengths(257, { 65: 1, 256: 1 }), [1, 1, 1])),
    'invalid distances set',
  ],
  'too few distance codes': [
    padded(blockWith(lengths(257, { 65: 1, 256: 1 }), [2, 2])),
    'invalid distances set',
  ],
  'the fixed length symbol 286': [
    (() => {
      const bits = new BitWriter()
      bits.put(0b011, 3)
      bits.putCode(0b11000110, 8)
      return padded(bits)
    })(),
    'invalid literal/length code',
  ],
  'the fixed distance symbol 30': [
    (() => {
      const bits = new BitWriter()
      bits.put(0b011, 3)
      bits.putCode(0b00110000 + 65, 8)
      bits.putCode(0b0000001, 7)
      bits.putCode(30, 5)
      return padded(bits)
    })(),
    'invalid distance code',
  ],
  'a length where there is no distance code': [
    (() => {
      const bits = blockWith(lengths(258, { 256: 1, 257: 1 }), [0])
      bits.putCode(1, 1)
      return padded(bits)
    })(),
    'invalid distance code',
  ],
  'the unused half of a single distance code': [
    (() => {
      const bits = blockWith(lengths(258, { 65: 2, 66: 2, 256: 2, 257: 2 }), [1])
      bits.putCode(0, 2)
      bits.putCode(3, 2)
      bits.putCode(1, 1)
      return padded(bits)
    })(),
    'invalid distance code',
  ],
  'a distance before the start': [
    bytes([0b011, 3], [0b10001110, 8], [0b1000000, 7], [0b01000, 5], [0, 30]),
    'invalid distance too far back',
  ],
}

describe('hand-made streams that break a rule: the error of node:zlib', () => {
  for (const [title, [stream, message]] of Object.entries(HOSTILE)) {
    it(`${title}: ${message}`, async () => {
      assert.throws(() => inflateRawSync(stream), { message, code: 'Z_DATA_ERROR', errno: -3 })
      for (const [name, data] of [
        ['inflateRaw', stream],
        ['inflate', zlibAround(stream)],
        ['gunzip', gzipAround(stream)],
        ['unzip', gzipAround(stream)],
      ] as const) {
        const expected = outcome(() => nodes(name).sync(data))
        assertSameOutcome(
          outcome(() => ours(name).sync(data)),
          expected,
          name,
        )
        const later = await callbackOutcome((callback) => {
          ours(name).async(data, callback)
        })
        assertSameOutcome(later, expected, name)
      }
    })
  }
})

describe('hand-made streams that break a rule: found by the same write as with node:zlib', () => {
  /** The error of a write that no other follows; undefined: it has none. */
  const errorOfWrite = async (stream: Transform, data: Uint8Array) => {
    const error = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
      stream.on('error', resolve)
      stream.resume()
      stream.write(data, () => {
        resolve(undefined)
      })
    })
    stream.destroy()
    return error && { message: error.message, code: error.code, errno: error.errno }
  }

  for (const [title, [stream]] of Object.entries(HOSTILE)) {
    it(title, async () => {
      let found = 0
      for (let length = 1; length <= stream.length; length++) {
        const data = stream.subarray(0, length)
        const expected = await errorOfWrite(zlib.createInflateRaw(), data)
        const actual = await errorOfWrite(createInflateRaw(), data)
        assert.deepEqual(actual, expected, `${length} of ${stream.length} bytes`)
        if (expected) found++
      }
      assert.notEqual(found, 0)
    })
  }
})

describe('hand-made streams that are odd but valid: restored', () => {
  const restores = (stream: Uint8Array, expected: Uint8Array) => {
    assertSameBytes(zlib.inflateRawSync(stream), expected, 'the control')
    assertSameBytes(inflateRawSync(stream), expected)
  }

  it('one distance code of one bit', () => {
    const bits = blockWith(lengths(258, { 65: 2, 66: 2, 256: 2, 257: 2 }), [1])
    // A, B, length 3 at distance 1, end of block.
    for (const [code, count] of [
      [0, 2],
      [1, 2],
      [3, 2],
      [0, 1],
      [2, 2],
    ])
      bits.putCode(code, count)
    restores(bits.toBytes(), Buffer.from('ABBBB'))
  })

  it('literals only, and no distance code', () => {
    const bits = blockWith(lengths(257, { 65: 1, 256: 1 }), [0])
    for (const code of [0, 0, 0, 1]) bits.putCode(code, 1)
    restores(bits.toBytes(), Buffer.from('AAA'))
  })

  it('nothing but an end-of-block code of one bit', () => {
    const bits = blockWith(lengths(257, { 256: 1 }), [0])
    bits.putCode(0, 1)
    restores(bits.toBytes(), zeros(0))
  })

  it('megabytes of empty stored blocks, and one byte behind them', () => {
    const empty = Buffer.alloc(5 * 600_000, Uint8Array.of(0, 0, 0, 0xff, 0xff))
    const stream = Buffer.concat([empty, Uint8Array.of(1, 1, 0, 0xfe, 0xff, 0x41)])
    const { result, nodeStreams } = servedBy(() => inflateRawSync(stream))
    assert.equal(nodeStreams, 0)
    assertSameBytes(result, Buffer.from('A'))
  })

  it('megabytes of empty stored blocks without an end: unexpected end of file', () => {
    const empty = Buffer.alloc(5 * 600_000, Uint8Array.of(0, 0, 0, 0xff, 0xff))
    assert.throws(() => inflateRawSync(empty), {
      message: 'unexpected end of file',
      code: 'Z_BUF_ERROR',
      errno: -5,
    })
    assert.throws(() => gunzipSync(gzipAround(empty)), { code: 'Z_DATA_ERROR' })
  })

  it('empty fixed blocks, 10 bits each', () => {
    const bits = new BitWriter()
    for (let block = 0; block < 20_000; block++) bits.put(0b010, 10)
    bits.put(0b011, 10)
    restores(bits.toBytes(), zeros(0))
  })

  it('stored blocks of one byte', () => {
    const text = textLike(101, 30_000)
    const blocks = [...text].map((byte) => Uint8Array.of(0, 1, 0, 0xfe, 0xff, byte))
    restores(Buffer.concat([...blocks, Uint8Array.of(3, 0)]), text)
  })

  it('a large stored block between short ones', () => {
    const text = textLike(102, 65_535)
    const large = Buffer.concat([Uint8Array.of(0, 0xff, 0xff, 0, 0), text])
    restores(
      Buffer.concat([large, large, Uint8Array.of(0, 0, 0, 0xff, 0xff), large, Uint8Array.of(3, 0)]),
      Buffer.concat([text, text, text]),
    )
  })
})

describe('bombs: 1032 bytes out of one', () => {
  const MIB = 1024 * 1024
  const bomb = zlib.gzipSync(zeros(64 * MIB), { level: 9 })

  const tooLarge = { name: 'RangeError', code: 'ERR_BUFFER_TOO_LARGE' }

  for (const limit of [1, 1000, 100_000, 10 * MIB, 64 * MIB - 1]) {
    it(`maxOutputLength ${limit} gives ERR_BUFFER_TOO_LARGE`, async () => {
      const options = { maxOutputLength: limit }
      assert.throws(() => gunzipSync(bomb, options), tooLarge)
      const expected = outcome(() => zlib.gunzipSync(bomb, options))
      assertSameOutcome(
        outcome(() => gunzipSync(bomb, options)),
        expected,
      )
      const later = await callbackOutcome((callback) => {
        ours('gunzip').async(bomb, options, callback)
      })
      assertSameOutcome(later, expected)
    })
  }

  it('exactly as long as maxOutputLength is not too long', () => {
    assert.equal(gunzipSync(bomb, { maxOutputLength: 64 * MIB }).length, 64 * MIB)
  })

  it('a low limit needs little memory and few jobs, whatever the trailer says', () => {
    for (const size of [0, 1, 100_000, 64 * MIB, 2 ** 32 - 1]) {
      const lying = Buffer.from(bomb)
      lying.writeUInt32LE(size, lying.length - 4)
      let most = 0
      const { jobs } = servedBy(() => {
        const before = process.memoryUsage().arrayBuffers
        assert.throws(() => gunzipSync(lying, { maxOutputLength: 100_000 }), tooLarge)
        most = process.memoryUsage().arrayBuffers - before
      })
      assert(jobs <= 8, `${jobs} jobs`)
      assert(most < 8 * MIB, `${most} bytes more`)
    }
  })

  it('raw, with no length to go by', () => {
    const raw = zlib.deflateRawSync(zeros(64 * MIB), { level: 9 })
    assert.throws(() => inflateRawSync(raw, { maxOutputLength: 5000 }), tooLarge)
    assert.equal(inflateRawSync(raw).length, 64 * MIB)
  })
})
