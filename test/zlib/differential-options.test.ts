// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import zlib, { constants } from 'node:zlib'

import type { StreamName } from '../../lib/zlib/streams.js'
import { makeRandom, textLike, type Random } from '../support/data.js'
import { assertSameOutcome, callbackOutcome, outcome } from './outcome.js'
import { nodes, ours, type DecompressName } from './formats.js'
import { LIBRARIES, makeStream } from './stream-log.js'
import { comparable, isCompression, runProgram, type Step } from './stream-program.js'

const TEXT = textLike(61, 2000)
const DICTIONARY = Buffer.from(textLike(61, 300))

const NAMES = Object.keys(LIBRARIES.ours).filter((name) => !name.startsWith('create')) as StreamName[]

const INPUT: Readonly<Record<StreamName, Uint8Array>> = {
  Gzip: TEXT,
  Deflate: TEXT,
  DeflateRaw: TEXT,
  Gunzip: zlib.gzipSync(TEXT),
  Inflate: zlib.deflateSync(TEXT),
  InflateRaw: zlib.deflateRawSync(TEXT),
  Unzip: zlib.gzipSync(TEXT),
}

/** How to undo what a compressing class made, whatever its options were. */
const RESTORE: Partial<Record<StreamName, (data: Uint8Array, options: object) => Buffer>> = {
  Gzip: zlib.gunzipSync,
  Deflate: zlib.inflateSync,
  DeflateRaw: zlib.inflateRawSync,
}

/** Values of every type, and numbers on both sides of every bound. */
const ODD = [
  undefined,
  null,
  NaN,
  Infinity,
  -Infinity,
  -0,
  1.5,
  '6',
  '',
  true,
  false,
  {},
  [],
  [6],
  1n,
  Symbol('s'),
  () => 1,
]
const BOUNDS = [
  -2,
  -1,
  0,
  1,
  2,
  3,
  4,
  5,
  6,
  7,
  8,
  9,
  10,
  14,
  15,
  16,
  31,
  63,
  64,
  65,
  2 ** 31,
  2 ** 32,
  2 ** 53,
]

const VALUES: Readonly<Record<string, readonly unknown[]>> = {
  level: [...ODD, ...BOUNDS, 0.5, 9.5, -1.5],
  windowBits: [...ODD, ...BOUNDS, 8.5, 9.9, 15.5],
  memLevel: [...ODD, ...BOUNDS, 8.5],
  strategy: [...ODD, ...BOUNDS, 2.5, 4.5],
  chunkSize: [...ODD, -1, 0, 63, 63.9, 64, 64.5, 65, 1000, 2 ** 20, 2 ** 53],
  flush: [...ODD, ...BOUNDS, 2.5],
  finishFlush: [...ODD, ...BOUNDS, 2.5],
  maxOutputLength: [...ODD, ...BOUNDS, 2 ** 32 + 1, 2 ** 53 - 1],
  dictionary: [
    ...ODD,
    DICTIONARY,
    new Uint16Array(20),
    new DataView(new ArrayBuffer(20), 3),
    new ArrayBuffer(8),
    new SharedArrayBuffer(8),
    new Uint8Array(new SharedArrayBuffer(8)),
    Buffer.alloc(0),
    Buffer.alloc(40_000, 'long'),
  ],
  info: [...ODD, 1],
  rejectGarbageAfterEnd: [...ODD, 1],
  highWaterMark: [0, 1, 1000, -1, NaN, 1.5, 'x', null, undefined],
  readableHighWaterMark: [1, -1],
  writableHighWaterMark: [1, -1],
  signal: [undefined, null, 1, {}, AbortSignal.abort(), AbortSignal.abort(new Error('why'))],
  objectMode: [true, false, 1],
  readableObjectMode: [true],
  writableObjectMode: [true],
  encoding: ['utf8', 'latin1', 'nonsense', 5],
  defaultEncoding: ['hex', 'nonsense'],
  decodeStrings: [true, false],
  autoDestroy: [true, false],
  emitClose: [true, false],
  allowHalfOpen: [false],
  construct: [(callback: () => void) => setImmediate(callback)],
  somethingElse: [1],
}

/** What is put on a stream when it is made. */
function stateOf(name: StreamName, library: keyof typeof LIBRARIES, options: unknown): unknown {
  const stream = makeStream(library, name, options as object) as unknown as Record<string, unknown>
  const state = Object.fromEntries(
    Object.keys(stream)
      .filter((key) => key.startsWith('_') && !/State$|Buffer$|_handle|_events/.test(key))
      .map((key) => [key, stream[key]]),
  )
  const { readableHighWaterMark, writableHighWaterMark, readableObjectMode, writableObjectMode } = stream
  const { readableEncoding, destroyed } = stream
  Reflect.apply(stream.on as (...values: unknown[]) => void, stream, ['error', () => undefined])
  Reflect.apply(stream.destroy as () => void, stream, [])
  return [
    state,
    readableHighWaterMark,
    writableHighWaterMark,
    readableObjectMode,
    writableObjectMode,
    readableEncoding,
    destroyed,
  ]
}

const STEPS = (data: Uint8Array): Step[] => [
  ['write', data.subarray(0, 700)],
  ['settle'],
  ['write', data.subarray(700)],
  ['flush'],
  ['end'],
]

/** Both libraries refuse the options with the same error, or make streams that do the same. */
async function assertSameStreams(name: StreamName, make: () => unknown, what: string): Promise<void> {
  const [actual, expected] = (['ours', 'node'] as const).map((library) => {
    const options = make()
    return { outcome: outcome(() => stateOf(name, library, options)), options }
  })
  // Node changes some options that it is given, ours does the same.
  assert.deepEqual(actual, expected, `${name}, ${what}`)
  if ('error' in expected.outcome) return
  const [our, node] = await Promise.all(
    (['ours', 'node'] as const).map((library) =>
      runProgram(library, name, make() as object, STEPS(INPUT[name])),
    ),
  )
  // With little memory zlib buffers less, and its output comes earlier.
  const when = !Object.hasOwn(Object(make()) as object, 'memLevel')
  assert.deepEqual(comparable(name, our, { when }), comparable(name, node, { when }), `${name}, ${what}`)
  if (!isCompression(name)) return
  const { dictionary } = Object(make()) as { dictionary?: unknown }
  const settings = { dictionary, finishFlush: constants.Z_SYNC_FLUSH }
  const [ourText, nodeText] = [our, node].map(({ output }) => outcome(() => RESTORE[name]!(output, settings)))
  assertSameOutcome(ourText, nodeText, `${name}, ${what}`)
  const header = { Gzip: 10, Deflate: dictionary === undefined ? 2 : 6 }[name as string] ?? 0
  assert.deepEqual(our.output.subarray(0, header), node.output.subarray(0, header), `${name}, ${what}`)
}

describe('differential: options of streams', () => {
  for (const name of NAMES) {
    for (const [option, values] of Object.entries(VALUES)) {
      it(`${name}: ${option}`, async () => {
        for (const value of values) {
          await assertSameStreams(
            name,
            () => ({ [option]: value }),
            `${option}: ${inspect(value).slice(0, 80)}`,
          )
        }
      })
    }

    it(`${name}: options as a whole, of every type`, async () => {
      for (const whole of [
        ...ODD,
        0,
        6,
        null,
        Object.create({ level: 11 }),
        Object.create({ chunkSize: 64 }),
      ]) {
        await assertSameStreams(name, () => whole, inspect(whole))
      }
    })

    it(`${name}: several options at a time`, async () => {
      const random = makeRandom(62)
      for (let round = 0; round < 120; round++) {
        const chosen = Array.from({ length: random.between(2, 5) }, () => randomOption(random))
        const what = inspect(chosen).slice(0, 300)
        await assertSameStreams(name, () => Object.fromEntries(chosen), `round ${round} (seed 62): ${what}`)
      }
    })
  }
})

function randomOption(random: Random): [string, unknown] {
  const name = random.pick(Object.keys(VALUES))
  return [name, random.pick(VALUES[name])]
}

describe('differential: options of functions', () => {
  const FUNCTIONS = [
    ['gzip', 'gunzip'],
    ['deflate', 'inflate'],
    ['deflateRaw', 'inflateRaw'],
    ['gzip', 'unzip'],
  ] as const

  for (const [compress, decompress] of FUNCTIONS) {
    it(`${compress} and ${decompress}: several options at a time`, async () => {
      const random = makeRandom(63)
      for (let round = 0; round < 250; round++) {
        const chosen = Array.from({ length: random.between(1, 5) }, () => randomOption(random))
        const options = () => Object.fromEntries(chosen) as { dictionary?: unknown }
        const what = `round ${round} (seed 63): ${inspect(chosen).slice(0, 300)}`
        const { dictionary } = options()
        for (const call of [syncCall, callbackCall]) {
          const [our, node] = [
            await call(ours(compress), TEXT, options()),
            await call(nodes(compress), TEXT, options()),
          ]
          const restored = (value: unknown) => restore(decompress, value, dictionary)
          assertSameOutcome(restored(our), restored(node), `${compress}, ${what}`)
          const streams = [nodes(compress).sync(TEXT), nodes(compress).sync(TEXT).subarray(0, 400)]
          for (const stream of streams) {
            const [actual, expected] = [
              await call(ours(decompress), stream, options()),
              await call(nodes(decompress), stream, options()),
            ]
            assertSameOutcome(plain(actual), plain(expected), `${decompress}, ${what}`)
          }
        }
      }
    })
  }
})

type Functions = ReturnType<typeof ours>
type Outcome = ReturnType<typeof outcome>

const syncCall = (functions: Functions, data: Uint8Array, options: unknown): Promise<Outcome> =>
  Promise.resolve(outcome(() => functions.sync(data, options)))

const callbackCall = (functions: Functions, data: Uint8Array, options: unknown): Promise<Outcome> =>
  callbackOutcome((callback) => {
    functions.async(data, options, callback)
  })

/** With `info: true` there is the engine beside the buffer. */
function plain(value: Outcome): Outcome {
  if ('error' in value || value.result instanceof Uint8Array) return value
  const { buffer, engine } = value.result as { buffer: Buffer; engine: { bytesWritten: number } }
  assert.equal(typeof engine, 'object')
  return { result: Buffer.concat([buffer, Buffer.from(`${engine.bytesWritten} consumed`)]) }
}

function restore(decompress: DecompressName, value: unknown, dictionary: unknown): Outcome {
  const compressed = value as Outcome
  if ('error' in compressed) return compressed
  const { result } = compressed
  const bytes = result instanceof Uint8Array ? result : (result as { buffer: Buffer }).buffer
  return outcome(() => nodes(decompress).sync(bytes, { dictionary, finishFlush: constants.Z_SYNC_FLUSH }))
}
