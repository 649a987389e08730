// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import zlib, { constants, type ZlibOptions } from 'node:zlib'

import { serviceOf, type StreamName } from '../../lib/zlib/streams.js'
import { makeRandom, randomBytes, samples, textLike, type Random } from '../support/data.js'
import { logOf, makeStream, MANNERS, pieces, writeAll, type Library, type StreamLog } from './stream-log.js'

/** The compressing classes, how to undo them, and the bytes of their headers. */
const CLASSES = [
  { name: 'Gzip', restore: zlib.gunzipSync, header: 10 },
  { name: 'Deflate', restore: zlib.inflateSync, header: 2 },
  { name: 'DeflateRaw', restore: zlib.inflateRawSync, header: 0 },
] as const

const FLUSHES = [
  constants.Z_NO_FLUSH,
  constants.Z_PARTIAL_FLUSH,
  constants.Z_SYNC_FLUSH,
  constants.Z_FULL_FLUSH,
  constants.Z_FINISH,
  constants.Z_BLOCK,
]

const MARKER = Uint8Array.of(0, 0, 0xff, 0xff)
const endsInMarker = (bytes: Uint8Array) => Buffer.compare(bytes.subarray(-4), MARKER) === 0

/** Something that is done to a stream. */
type Operation =
  | { readonly kind: 'write'; readonly data: Uint8Array }
  | { readonly kind: 'flush'; readonly flush: number }
  | { readonly kind: 'params'; readonly level: number; readonly strategy: number }

/** Does one operation after another; after each it notes what came of it. */
async function perform(
  library: Library,
  name: StreamName,
  options: ZlibOptions,
  operations: readonly Operation[],
): Promise<StreamLog> {
  const stream = makeStream(library, name, options)
  let since: Buffer[] = []
  const log = await logOf(stream, (_, note) => {
    stream.on('data', (chunk: Buffer) => {
      since.push(chunk)
    })
    const next = (index: number) => {
      if (stream.destroyed) return
      if (index === operations.length) {
        stream.end()
        return
      }
      const operation = operations[index]
      const done = () => {
        const bytes = Buffer.concat(since)
        since = []
        if (operation.kind === 'flush')
          note(`flush ${operation.flush}: ${describeFlushed(operation.flush, bytes)}`)
        note(`${operation.kind} done, ${stream.bytesWritten} consumed`)
        setImmediate(next, index + 1)
      }
      if (operation.kind === 'write') stream.write(operation.data, done)
      else if (operation.kind === 'flush') stream.flush(operation.flush, done)
      else stream.params(operation.level, operation.strategy, done)
    }
    next(0)
  })
  // Only the sizes of the pieces differ.
  return { ...log, events: log.events.filter((event) => !event.startsWith('data')) }
}

/** What can be compared of the output of a flush: whether there is any, and whether it has a marker. */
function describeFlushed(flush: number, bytes: Buffer): string {
  if (flush !== constants.Z_SYNC_FLUSH && flush !== constants.Z_FULL_FLUSH) return ''
  return bytes.length === 0 ? 'nothing' : endsInMarker(bytes) ? 'marker' : 'no marker'
}

function randomOperation(random: Random, seed: number): Operation {
  const kind = random.below(10)
  if (kind < 5) {
    const length = random.pick([0, 1, 10, 1000, 30_000, 300_000])
    const data = random.below(4) > 0 ? textLike(seed, length) : randomBytes(seed, length)
    return { kind: 'write', data }
  }
  if (kind < 9) {
    const isEnd = random.below(20) === 0
    return { kind: 'flush', flush: isEnd ? constants.Z_FINISH : random.pick([0, 1, 2, 2, 2, 3, 3, 5]) }
  }
  return { kind: 'params', level: random.below(10), strategy: random.pick([0, 2, 3, 4]) }
}

const restored = (restore: (data: Uint8Array) => Buffer, { output }: StreamLog) => {
  try {
    return restore(output)
  } catch (error) {
    return (error as Error).message
  }
}

describe('compressing streams', () => {
  for (const { name, restore, header } of CLASSES) {
    for (const [kind, data] of Object.entries(samples(700_000))) {
      it(`${name}: ${kind} comes back, in pieces of every size`, async () => {
        for (const cut of [1000, 16_384, 2 ** 20]) {
          for (const manner of MANNERS) {
            const { output } = await logOf(makeStream('ours', name), writeAll(pieces(data, cut), manner))
            assert(restore(output).equals(data), `pieces of ${cut} ${manner}`)
          }
        }
      })
    }

    it(`${name}: every level, the same header as node:zlib's, in the first piece`, async () => {
      const data = textLike(31, 100_000)
      for (let level = -1; level <= 9; level++) {
        for (const strategy of [constants.Z_DEFAULT_STRATEGY, constants.Z_FIXED]) {
          const run = async (library: Library) => {
            const stream = makeStream(library, name, { level, strategy })
            let first: Buffer | undefined
            stream.once('data', (chunk: Buffer) => {
              first = chunk
            })
            const { output } = await logOf(stream, writeAll([data], 'at once'))
            assert(first && first.length >= header)
            return output
          }
          const [ours, node] = [await run('ours'), await run('node')]
          assert.deepEqual(ours.subarray(0, header), node.subarray(0, header), `level ${level}`)
          assert(restore(ours).equals(data), `level ${level}`)
        }
      }
    })

    it(`${name}: writes, flushes and params in any order do what node:zlib's do`, async () => {
      for (let seed = 1; seed <= 60; seed++) {
        const random = makeRandom(seed)
        const options = { level: random.between(-1, 9), strategy: random.pick([0, 0, 4]) }
        const operations = Array.from({ length: random.between(1, 10) }, (_, index) =>
          randomOperation(random, seed * 100 + index),
        )
        const [ours, node] = await Promise.all(
          (['ours', 'node'] as const).map((library) => perform(library, name, options, operations)),
        )
        assert.deepEqual(ours.events, node.events, `seed ${seed}`)
        assert.deepEqual(restored(restore, ours), restored(restore, node), `seed ${seed}`)
      }
    })

    it(`${name}: what was written before a flush can be restored from the output so far`, async () => {
      for (const flush of FLUSHES.filter((value) => value !== constants.Z_NO_FLUSH)) {
        for (const data of [textLike(32, 500), randomBytes(33, 70_000), textLike(34, 262_144)]) {
          const stream = makeStream('ours', name)
          const output: Buffer[] = []
          stream.on('data', (chunk: Buffer) => output.push(chunk))
          stream.write(data)
          await new Promise<void>((resolve) => {
            stream.flush(flush, resolve)
          })
          await new Promise(setImmediate)
          const options = { finishFlush: constants.Z_SYNC_FLUSH }
          const [soFar, all] = [restore(Buffer.concat(output), options), Buffer.from(data)]
          assert(soFar.equals(all), `flush ${flush}, ${data.length} bytes`)
          stream.destroy()
        }
      }
    })
  }

  it('after a full flush, what follows can be restored without what came before', async () => {
    const stream = makeStream('ours', 'DeflateRaw')
    const output: Buffer[] = []
    stream.on('data', (chunk: Buffer) => output.push(chunk))
    const text = textLike(35, 5000)
    stream.write(text)
    await new Promise<void>((resolve) => {
      stream.flush(constants.Z_FULL_FLUSH, resolve)
    })
    await new Promise(setImmediate)
    output.length = 0
    const { output: rest } = await logOf(stream, writeAll([text], 'at once'))
    assert(zlib.inflateRawSync(rest).equals(text))
  })

  for (const takeover of [true, false]) {
    it(`messages of a WebSocket, ${takeover ? 'with one window for all' : 'each after a reset()'}`, async () => {
      const [deflate, inflate] = [makeStream('ours', 'DeflateRaw'), makeStream('ours', 'InflateRaw')]
      const sizes: number[] = []
      for (let index = 0; index < 20; index++) {
        // Random, so that only what was in the messages before makes one shorter.
        const message = Buffer.from(randomBytes(36, 1000 + index))
        const sent = (await through(deflate, message)).subarray(0, -4)
        sizes.push(sent.length)
        const received = await through(inflate, Buffer.concat([sent, MARKER]))
        assert(received.equals(message), `message ${index}`)
        if (takeover) continue
        deflate.reset()
        inflate.reset()
      }
      assert.equal(sizes[19] < 100, takeover)
      deflate.destroy()
      inflate.destroy()
    })
  }

  it('no output for a second flush without input, whatever it is', async () => {
    for (const flush of [
      constants.Z_PARTIAL_FLUSH,
      constants.Z_SYNC_FLUSH,
      constants.Z_FULL_FLUSH,
      constants.Z_BLOCK,
    ]) {
      const stream = makeStream('ours', 'DeflateRaw')
      assert((await through(stream, textLike(37, 100), flush)).length > 0)
      assert.equal((await through(stream, new Uint8Array(0), flush)).length, 0)
      stream.destroy()
    }
  })

  it('options that jobs do not have are left to node:zlib, which is told; the others are not', () => {
    const cases: [StreamName, ZlibOptions, string | undefined][] = [
      ['Gzip', {}, undefined],
      ['Deflate', { level: 0, memLevel: 1, strategy: constants.Z_FIXED, windowBits: 15 }, undefined],
      ['Deflate', { strategy: constants.Z_RLE }, 'strategy'],
      ['Deflate', { windowBits: 14 }, 'windowBits'],
      ['DeflateRaw', { windowBits: 8 }, 'windowBits'],
      ['DeflateRaw', { dictionary: Buffer.from('a') }, 'dictionary'],
      ['InflateRaw', { windowBits: 9 }, 'windowBits'],
      ['Inflate', { windowBits: 0 }, undefined],
      ['Inflate', { dictionary: Buffer.from('a') }, 'dictionary'],
      ['Gunzip', { finishFlush: constants.Z_SYNC_FLUSH }, undefined],
      ['Unzip', { flush: constants.Z_BLOCK }, 'flush'],
    ]
    for (const [name, options, reason] of cases) {
      const stream = makeStream('ours', name, options)
      assert.deepEqual(
        serviceOf(stream),
        reason === undefined ? { engine: 'jobs' } : { engine: 'node', reason },
      )
      stream.destroy()
    }
    assert.equal(serviceOf(makeStream('node', 'Gzip')), undefined)
  })

  it('with a window of 512 bytes no distance is longer', async () => {
    const half = randomBytes(38, 2000)
    const data = Buffer.concat([half, half])
    const { output } = await logOf(
      makeStream('ours', 'DeflateRaw', { windowBits: 9 }),
      writeAll([data], 'at once'),
    )
    const inflate = makeStream('node', 'InflateRaw', { windowBits: 9, chunkSize: 64 })
    assert((await logOf(inflate, writeAll([output], 'at once'))).output.equals(data))
  })
})

/** Writes data, flushes, and gives what came out. */
async function through(
  stream: ReturnType<typeof makeStream>,
  data: Uint8Array,
  flush: number = constants.Z_SYNC_FLUSH,
): Promise<Buffer> {
  const output: Buffer[] = []
  const onData = (chunk: Buffer) => {
    output.push(chunk)
  }
  stream.on('data', onData)
  if (data.length > 0) stream.write(data)
  await new Promise<void>((resolve) => {
    stream.flush(flush, resolve)
  })
  stream.off('data', onData)
  return Buffer.concat(output)
}
