// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import { constants } from 'node:zlib'

import { gzipSync } from '../../lib/index.js'
import { textLike } from '../support/data.js'
import {
  COMPRESS_NAMES,
  DECOMPRESS_NAMES,
  FORMATS,
  nodes,
  ours,
  type CompressName,
  type DecompressName,
} from './formats.js'
import { assertSameOutcome, callbackOutcome, outcome, type Outcome } from './outcome.js'
import { servedBy } from './served-by.js'

const TEXT = textLike(41, 3000)

/** Options that are neither own properties nor enumerable. */
class ByGetters {
  constructor(private readonly value: unknown) {}

  get level(): unknown {
    return this.value
  }
}

const SEVERAL = [
  undefined,
  null,
  NaN,
  Infinity,
  -Infinity,
  -1,
  0,
  1,
  1.5,
  2 ** 31,
  2 ** 53,
  '6',
  '',
  true,
  {},
  [],
  1n,
]

/** For each option values that are good, bad and in between. */
const VALUES: Readonly<Record<string, readonly unknown[]>> = {
  level: [...SEVERAL, -2, 5, 9, 10],
  windowBits: [...SEVERAL, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 31],
  memLevel: [...SEVERAL, 9, 10],
  strategy: [...SEVERAL, 2, 3, 4, 5],
  chunkSize: [...SEVERAL, 63, 64, 100, 100.5, 16384].filter(
    (value) => value !== 2 ** 31 && value !== 2 ** 53,
  ),
  flush: [...SEVERAL, 2, 3, 4, 5, 6],
  finishFlush: [...SEVERAL, 2, 3, 4, 5, 6],
  maxOutputLength: [...SEVERAL, 10, 2999, 3000, 3001, 2 ** 32, 2 ** 32 + 1],
  info: [...SEVERAL, false],
  dictionary: [
    ...SEVERAL,
    Buffer.from('the of and'),
    new Uint8Array(40),
    new ArrayBuffer(8),
    Buffer.alloc(0),
  ],
  highWaterMark: [0, 100, -1, 'x'],
  objectMode: [true, false],
  encoding: ['utf8', 'nonsense'],
  rejectGarbageAfterEnd: [true, false],
  something: [undefined, 1],
}

const WHOLE: readonly unknown[] = [
  null,
  undefined,
  0,
  5,
  '',
  'level',
  false,
  true,
  [],
  [6],
  {},
  Object.create(null),
  Object.create({ level: 9 }),
  Object.create({ level: '6' }),
  Object.create({ level: 10 }),
  Object.create({ windowBits: 9 }),
  Object.create({ windowBits: 7 }),
  Object.create({ maxOutputLength: 10 }),
  Object.create({ dictionary: Buffer.from('the of and') }),
  Object.create({ dictionary: 5 }),
  Object.create({ info: true }),
  Object.create({ chunkSize: 10 }),
  Object.create({ strategy: 2 }),
  Object.create({ something: 2 }),
  new ByGetters(11),
  new ByGetters(9),
  { level: 3, memLevel: 9, chunkSize: 64 },
  { level: 3, windowBits: 9, strategy: constants.Z_RLE },
  { level: 10, chunkSize: 1, windowBits: 99 },
]

/** `info: true` gives the engine beside the buffer; only that it does can be compared. */
function comparable(value: Outcome): Outcome {
  if ('error' in value || value.result instanceof Uint8Array) return value
  const { buffer, engine } = value.result as { buffer: Buffer; engine: object }
  assert.equal(typeof engine, 'object')
  return { result: buffer }
}

/** The plain data of what a compressor made, so that two compressors can be compared. */
function restored(name: DecompressName, value: Outcome, options: unknown): Outcome {
  const compressed = comparable(value)
  if ('error' in compressed) return compressed
  const { dictionary } = (options ?? {}) as { dictionary?: unknown }
  const finishFlush = constants.Z_SYNC_FLUSH
  return outcome(() => nodes(name).sync(compressed.result, { dictionary, finishFlush }))
}

/** Options are made anew for each call: node:zlib may change them. */
type MakeOptions = () => unknown

async function compareCompress(
  name: CompressName,
  decompress: DecompressName,
  options: MakeOptions,
  what: string,
) {
  const expected = restored(
    decompress,
    outcome(() => nodes(name).sync(TEXT, options())),
    options(),
  )
  const actual = restored(
    decompress,
    outcome(() => ours(name).sync(TEXT, options())),
    options(),
  )
  assertSameOutcome(actual, expected, `${name}Sync, ${what}`)
  const [later, laterExpected] = await Promise.all(
    [ours, nodes].map((library) =>
      callbackOutcome((callback) => {
        library(name).async(TEXT, options(), callback)
      }),
    ),
  )
  assertSameOutcome(
    restored(decompress, later, options()),
    restored(decompress, laterExpected, options()),
    `${name}, ${what}`,
  )
}

async function compareDecompress(name: DecompressName, data: Uint8Array, options: MakeOptions, what: string) {
  const expected = comparable(outcome(() => nodes(name).sync(data, options())))
  assertSameOutcome(
    comparable(outcome(() => ours(name).sync(data, options()))),
    expected,
    `${name}Sync, ${what}`,
  )
  const [later, laterExpected] = await Promise.all(
    [ours, nodes].map((library) =>
      callbackOutcome((callback) => {
        library(name).async(data, options(), callback)
      }),
    ),
  )
  assertSameOutcome(comparable(later), comparable(laterExpected), `${name}, ${what}`)
}

const cases: [title: string, options: { make: MakeOptions; what: string }[]][] = [
  ...Object.entries(VALUES).map(([option, values]): [string, { make: MakeOptions; what: string }[]] => [
    option,
    values.map((value) => ({ make: () => ({ [option]: value }), what: `${option}: ${inspect(value)}` })),
  ]),
  [
    'options as a whole',
    WHOLE.map((whole, index) => ({
      make: () => whole,
      what: `whole ${index}: ${inspect(whole)}`,
    })),
  ],
]

describe('options of the compressing functions: same result or error as node:zlib', () => {
  for (const [title, options] of cases) {
    for (const { compress, decompress } of FORMATS) {
      it(`${compress}: ${title}`, async () => {
        for (const { make, what } of options) await compareCompress(compress, decompress, make, what)
      })
    }
  }
})

describe('options of the decompressing functions: same result or error as node:zlib', () => {
  const member = nodes('gzip').sync(TEXT)
  const streams: Readonly<Record<DecompressName, readonly Uint8Array[]>> = {
    gunzip: [member, member.subarray(0, 500), Buffer.concat([member, member])],
    inflate: [
      nodes('deflate').sync(TEXT),
      nodes('deflate').sync(TEXT, { dictionary: Buffer.from('the of and') }),
      nodes('deflate').sync(TEXT).subarray(0, 500),
    ],
    inflateRaw: [nodes('deflateRaw').sync(TEXT), nodes('deflateRaw').sync(TEXT).subarray(0, 500)],
    unzip: [member, nodes('deflate').sync(TEXT), nodes('deflate').sync(TEXT).subarray(0, 500)],
  }
  for (const [title, options] of cases) {
    for (const name of DECOMPRESS_NAMES) {
      it(`${name}: ${title}`, async () => {
        for (const [index, data] of streams[name].entries()) {
          for (const { make, what } of options)
            await compareDecompress(name, data, make, `stream ${index}, ${what}`)
        }
      })
    }
  }

  it('Z_SYNC_FLUSH as finishFlush gives what there is of a truncated stream', () => {
    const options = { finishFlush: constants.Z_SYNC_FLUSH }
    const part = ours('gunzip').sync(member.subarray(0, 600), options)
    assert(part.length > 0 && part.length < TEXT.length)
    assert.deepEqual(part, Buffer.from(TEXT.subarray(0, part.length)))
  })

  it('a distance beyond the window of the zlib header: with and without options, for every chunkSize', () => {
    // 40000 bytes that repeat after 30000, in a stream whose header claims a window of 256 bytes.
    const data = Buffer.alloc(40_000, textLike(42, 30_000))
    const stream = nodes('deflate').sync(data)
    stream[0] = 0x08
    stream[1] = 31 - ((stream[0] * 256) % 31)
    for (const options of [
      undefined,
      {},
      { windowBits: 0 },
      { windowBits: 15 },
      { chunkSize: 64 },
      { chunkSize: 1e6 },
    ]) {
      assertSameOutcome(
        outcome(() => ours('inflate').sync(stream, options)),
        outcome(() => nodes('inflate').sync(stream, options)),
        inspect(options),
      )
    }
  })
})

describe('who serves a call', () => {
  const plain = [
    undefined,
    null,
    {},
    { level: 9 },
    { memLevel: 9, chunkSize: 1024 },
    { windowBits: 15 },
    { info: false },
  ]
  for (const options of plain) {
    it(`jobs: ${inspect(options)}`, () => {
      for (const name of COMPRESS_NAMES) {
        const { jobs, nodeStreams } = servedBy(() => ours(name).sync(TEXT, options))
        assert(jobs > 0 && nodeStreams === 0, name)
      }
    })
  }

  for (const options of [{ windowBits: 14 }, { strategy: constants.Z_RLE }, { dictionary: TEXT }]) {
    it(`node:zlib: ${Object.keys(options).join()} ${String(Object.values(options)[0]).slice(0, 10)}`, () => {
      const { jobs, nodeStreams } = servedBy(() => ours('deflate').sync(TEXT, options))
      assert(jobs === 0 && nodeStreams === 1)
    })
  }

  it("jobs, behind the stream of node:zlib's that the result has: info true", () => {
    const { jobs, nodeStreams } = servedBy(() => ours('deflate').sync(TEXT, { info: true }))
    assert(jobs > 0 && nodeStreams === 1)
  })

  it('Z_FIXED makes one fixed block of a short text', () => {
    const { result, nodeStreams } = servedBy(() =>
      ours('deflateRaw').sync(TEXT, { strategy: constants.Z_FIXED }),
    )
    assert.equal(nodeStreams, 0)
    // BFINAL=1, BTYPE=01.
    assert.equal(result[0] & 7, 0b011)
    assertSameOutcome({ result: nodes('inflateRaw').sync(result) }, { result: TEXT })
  })

  it('memLevel and chunkSize change nothing in the output', () => {
    assertSameOutcome({ result: gzipSync(TEXT, { memLevel: 1, chunkSize: 64 }) }, { result: gzipSync(TEXT) })
  })
})
