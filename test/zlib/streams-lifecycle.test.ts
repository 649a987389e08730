// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { AsyncLocalStorage } from 'node:async_hooks'
import { inherits } from 'node:util'
import zlib, { constants } from 'node:zlib'

import { NxTimeoutError } from '../../lib/errors.js'
import { CallJobs } from '../../lib/job/call-jobs.js'
import type { Job } from '../../lib/job/job.js'
import { serviceOf, streamsUnavailable, type StreamName } from '../../lib/zlib/streams.js'
import { textLike } from '../support/data.js'
import {
  LIBRARIES,
  logOf,
  makeStream,
  pieces,
  writeAll,
  type Library,
  type ZlibStream,
} from './stream-log.js'

const TEXT = Buffer.from(textLike(51, 300_000))
const NAMES = Object.keys(LIBRARIES.ours).filter((name) => !name.startsWith('create')) as StreamName[]

/** What a stream of each class can be given. */
const INPUT: Readonly<Record<StreamName, Buffer>> = {
  Deflate: TEXT,
  Gzip: TEXT,
  DeflateRaw: TEXT,
  Inflate: zlib.deflateSync(TEXT),
  Gunzip: zlib.gzipSync(TEXT),
  InflateRaw: zlib.deflateRawSync(TEXT),
  Unzip: zlib.gzipSync(TEXT),
}

const isCompression = (name: StreamName) =>
  name.endsWith('eflate') || name === 'Gzip' || name === 'DeflateRaw'

/** The events of both libraries' streams must be the same; of compressing ones without the pieces of their output. */
async function assertSameEvents(
  name: StreamName,
  drive: (stream: ZlibStream, note: (event: string) => void) => unknown,
  what: string,
) {
  const [ours, node] = await Promise.all(
    (['ours', 'node'] as const).map(async (library) => {
      const { events } = await logOf(makeStream(library, name), drive)
      return events.filter((event) => !isCompression(name) || !event.startsWith('data'))
    }),
  )
  assert.deepEqual(ours, node, `${name}, ${what}`)
}

describe('stream classes', () => {
  it('can be used with this version of Node', () => {
    assert.equal(streamsUnavailable, undefined)
    assert.equal(NAMES.length, 7)
  })

  for (const name of NAMES) {
    it(`${name}: with new, without, and derived in both ways`, async () => {
      const Class = LIBRARIES.ours[name]
      class Derived extends Class {}
      function Inherited(this: object) {
        Reflect.apply(Class, this, [])
      }
      inherits(Inherited, Class)
      const made: [string, object][] = [
        ['new', new Class()],
        ['called', Class()],
        ['class', new Derived()],
        ['inherits', Reflect.construct(Inherited, []) as object],
      ]
      for (const [how, stream] of made) {
        assert(stream instanceof Class && stream instanceof zlib[name], how)
        assert.deepEqual(serviceOf(stream), { engine: 'jobs' }, how)
        const { output } = await logOf(stream as unknown as ZlibStream, writeAll([INPUT[name]], 'at once'))
        assert(isCompression(name) ? output.length > 0 : output.equals(TEXT), how)
      }
      assert(made[2][1] instanceof Derived)
      assert(new zlib[name]() instanceof Class)
    })

    it(`${name}: bad options are refused with node:zlib's errors`, () => {
      for (const options of [
        { level: 10 },
        { windowBits: 99 },
        { chunkSize: 1 },
        { flush: 9 },
        { dictionary: 5 },
      ]) {
        const [ours, node] = (['ours', 'node'] as const).map((library) => {
          try {
            makeStream(library, name, options as object)
            return 'made'
          } catch (error) {
            return `${(error as Error).name} ${(error as Error).message}`
          }
        })
        assert.equal(ours, node)
      }
    })

    it(`${name}: close and destroy at every moment`, async () => {
      const chunks = pieces(INPUT[name], Math.ceil(INPUT[name].length / 4))
      const ends: Record<string, (stream: ZlibStream, note: (event: string) => void) => void> = {
        'close()': (stream, note) => {
          stream.close(() => {
            note('closed')
          })
        },
        'destroy()': (stream) => stream.destroy(),
        'destroy(error)': (stream) => stream.destroy(new Error('enough')),
      }
      /** Writes all, and calls back for each. The promise is for the last callback. */
      const writes = (stream: ZlibStream, note: (event: string) => void, then: (index: number) => void) =>
        new Promise<void>((resolve) => {
          chunks.forEach((chunk, index) =>
            stream.write(chunk, (error) => {
              note(`write ${index} ${(error as { code?: string } | undefined)?.code ?? ''}`)
              then(index)
              if (index === chunks.length - 1) resolve()
            }),
          )
        })
      for (const [how, end] of Object.entries(ends)) {
        await assertSameEvents(name, end, `${how} at once`)
        const behindWrites = (stream: ZlibStream, note: (event: string) => void) => {
          const written = writes(stream, note, () => undefined)
          end(stream, note)
          return written
        }
        await assertSameEvents(name, behindWrites, `${how} behind writes`)
        for (let when = 0; when < chunks.length; when++) {
          const inCallback = (stream: ZlibStream, note: (event: string) => void) =>
            writes(stream, note, (index) => {
              if (index === when) end(stream, note)
            })
          await assertSameEvents(name, inCallback, `${how} in callback ${when}`)
        }
        for (const count of isCompression(name) ? [] : [1, 5, 10]) {
          const inPiece = (stream: ZlibStream, note: (event: string) => void) => {
            let data = 0
            stream.on('data', () => {
              if (++data === count) end(stream, note)
            })
            return writes(stream, note, () => undefined)
          }
          await assertSameEvents(name, inPiece, `${how} in piece ${count}`)
        }
      }
    })

    it(`${name}: callbacks run in the context in which the stream was made`, async () => {
      const storage = new AsyncLocalStorage<string>()
      const stream = storage.run('made here', () => makeStream('ours', name))
      const seen = new Set<string | undefined>()
      stream.on('data', () => seen.add(storage.getStore()))
      await storage.run('written here', () =>
        logOf(stream, writeAll(pieces(INPUT[name], 50_000), 'one by one')),
      )
      const node = storage.run('made here', () => makeStream('node', name))
      const control = new Set<string | undefined>()
      node.on('data', () => control.add(storage.getStore()))
      await storage.run('written here', () =>
        logOf(node, writeAll(pieces(INPUT[name], 50_000), 'one by one')),
      )
      assert.deepEqual(seen, control)
    })

    it(`${name}: a chunk may be changed or detached as soon as its write is done`, async () => {
      const { output } = await logOf(makeStream('ours', name), (stream) => {
        const chunks = pieces(INPUT[name], 10_000)
        const next = (index: number) => {
          if (index === chunks.length) {
            stream.end()
            return
          }
          const own = new Uint8Array(chunks[index])
          stream.write(own, () => {
            own.fill(0x55)
            structuredClone(own.buffer, { transfer: [own.buffer] })
            next(index + 1)
          })
        }
        next(0)
      })
      const inflate = name === 'DeflateRaw' ? zlib.inflateRawSync : zlib.unzipSync
      assert((isCompression(name) ? inflate(output) : output).equals(TEXT))
    })
  }
})

describe('streams: a device that fails', () => {
  const { prototype } = CallJobs
  const own = Object.getOwnPropertyDescriptors(prototype)
  /** Lets so many jobs run, all of them at once or none. Returns what tells how many were to be run. */
  const failAfter = (good: number, areBrief: boolean) => {
    let jobs = 0
    const failing = <R>(run: ((job: Job) => R) | undefined) =>
      function (this: CallJobs, job: Job): R {
        if (!run || jobs++ >= good) throw new NxTimeoutError('ERR_NX_BUSY')
        return run.call(this, job)
      }
    const runOwned = failing(own.runOwned.value)
    prototype.admitBrief = () => areBrief
    prototype.runSync = failing(own.runSync.value)
    prototype.runOwned = async function (job) {
      return runOwned.call(this, job)
    }
    return () => jobs
  }

  for (const name of NAMES) {
    it(`${name}: zlib goes on where the jobs ended, whichever of them fails`, async () => {
      for (const [good, areBrief] of [0, 1, 2, 3].flatMap((n) => [[n, false] as const, [n, true] as const])) {
        const jobs = failAfter(good, areBrief)
        try {
          const { output, events } = await logOf(
            makeStream('ours', name),
            writeAll(pieces(INPUT[name], 9000), 'at once'),
          )
          assert.equal(jobs(), good + 1)
          assert(!events.some((event) => event.startsWith('Error')), events.join())
          const inflate = name === 'DeflateRaw' ? zlib.inflateRawSync : zlib.unzipSync
          assert((isCompression(name) ? inflate(output) : output).equals(TEXT), `${good} jobs`)
        } finally {
          Object.defineProperties(prototype, own)
        }
      }
    })
  }
})

describe('streams: what packages do with them', () => {
  const both = (use: (library: Library) => unknown) => {
    assert.deepEqual(use('ours'), use('node'))
  }

  it('_processChunk again and again, with the handle kept (minizlib)', () => {
    both((library) => {
      const stream = makeStream(library, 'Gunzip') as unknown as {
        _handle: { close: () => void } | null
        close: () => void
        _processChunk(chunk: Uint8Array, flush: number): Buffer
      }
      const results: Buffer[] = []
      for (const chunk of pieces(INPUT.Gunzip, 20_000)) {
        const handle = stream._handle!
        const { close } = handle
        handle.close = () => undefined
        const { close: closeStream } = stream
        stream.close = () => undefined
        results.push(stream._processChunk(chunk, constants.Z_NO_FLUSH))
        stream._handle = handle
        handle.close = close
        stream.close = closeStream
      }
      assert(Buffer.concat(results).equals(TEXT))
      return results.length
    })
  })

  it('_processChunk throws what node:zlib throws', () => {
    both((library) => {
      const stream = makeStream(library, 'Inflate') as unknown as {
        _processChunk(chunk: Uint8Array, flush: number): Buffer
      }
      try {
        return stream._processChunk(Buffer.from('garbage'), constants.Z_FINISH)
      } catch (error) {
        return (error as Error).message
      }
    })
  })

  it('writing after Z_FINISH is an error', async () => {
    for (const name of ['Gzip', 'Deflate', 'DeflateRaw'] as const) {
      const drive = (stream: ZlibStream) => {
        stream.write('one')
        stream.flush(constants.Z_FINISH, () => stream.write('two'))
      }
      await assertSameEvents(name, drive, 'write behind Z_FINISH')
    }
  })

  it('reset() begins another stream', async () => {
    for (const name of NAMES) {
      const stream = makeStream('ours', name)
      const output: Buffer[] = []
      stream.on('data', (chunk: Buffer) => output.push(chunk))
      await new Promise((resolve) => stream.write(INPUT[name].subarray(0, 2000), resolve))
      stream.reset()
      output.length = 0
      stream.end(INPUT[name])
      await new Promise((resolve) => stream.once('end', resolve))
      const all = Buffer.concat(output)
      if (!isCompression(name)) assert(all.equals(TEXT), name)
      else assert((name === 'DeflateRaw' ? zlib.inflateRawSync(all) : zlib.unzipSync(all)).equals(TEXT), name)
    }
  })
})
