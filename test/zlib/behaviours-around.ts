// SPDX-License-Identifier: MIT
import { addAbortSignal, Duplex, finished, pipeline, Readable, Writable } from 'node:stream'
import { once } from 'node:events'
import { finished as finishedLater, pipeline as pipelineLater } from 'node:stream/promises'
import type { ZlibOptions } from 'node:zlib'

import { cut, outcomeOf, type Behaviour } from './behaviour.js'
import { pieces } from './stream-log.js'

/** A stream that takes what it is given, slowly. */
const slowSink = () =>
  new Writable({
    highWaterMark: 1,
    write(_chunk, _encoding, callback) {
      setImmediate(callback)
    },
  })

const abortion = () => {
  const controller = new AbortController()
  return { controller, options: { signal: controller.signal } as ZlibOptions }
}

/** The last signal that options were made with. */
let current = abortion()
const withSignal = (): ZlibOptions => (current = abortion()).options

/** What is around a stream: signals, pipes, iteration. */
export const AROUND: Readonly<Record<string, Behaviour>> = {
  'a signal that is aborted before': {
    options: () => ({ signal: AbortSignal.abort() }) as ZlibOptions,
    show: ({ stream, input }) => stream.end(input),
  },
  'a signal that is aborted while a write is pending': {
    options: withSignal,
    show: ({ stream, input, observed }) => {
      const { controller } = current
      stream.write(input, observed.callback('write'))
      controller.abort(new Error('why'))
    },
  },
  'a signal that is aborted between writes': {
    options: withSignal,
    show: async ({ stream, input, observed }) => {
      const { controller } = current
      stream.write(input.subarray(0, 20))
      await observed.settle()
      controller.abort()
      stream.write(input.subarray(20), observed.callback('write'))
    },
  },
  'a signal that is aborted after the end': {
    options: withSignal,
    show: async ({ stream, input, observed }) => {
      const { controller } = current
      stream.end(input)
      await observed.settle()
      controller.abort()
    },
  },
  addAbortSignal: {
    show: async ({ stream, input, observed }) => {
      const controller = new AbortController()
      addAbortSignal(controller.signal, stream)
      stream.write(input.subarray(0, 20))
      await observed.settle()
      controller.abort()
    },
  },
  'pipe from many small chunks to a slow sink': {
    readsItself: true,
    show: async ({ stream, input }) => {
      const sink = Readable.from(pieces(input, 7)).pipe(stream).pipe(slowSink())
      await once(sink, 'finish')
    },
  },
  'pipe, with the source unpiped half way': {
    show: async ({ stream, input, observed }) => {
      const source = new Readable({ read: () => undefined })
      source.pipe(stream)
      source.push(input.subarray(0, 50))
      await observed.settle()
      source.unpipe(stream)
      source.push(input.subarray(50))
      await observed.settle()
      stream.end()
    },
  },
  'pipeline with a callback': {
    readsItself: true,
    show: ({ stream, input, observed }) =>
      new Promise<void>((resolve) => {
        pipeline(Readable.from(cut(input)), stream, slowSink(), (error) => {
          observed.callback('pipeline')(error)
          resolve()
        })
      }),
  },
  'pipeline of bad data': {
    readsItself: true,
    show: ({ stream, bad, observed }) =>
      outcomeOf(observed, 'pipeline', pipelineLater(Readable.from(cut(bad)), stream, slowSink())),
  },
  'pipeline whose source fails': {
    readsItself: true,
    show: async ({ stream, input, observed }) => {
      async function* source() {
        yield input.subarray(0, 10)
        await observed.settle()
        throw new Error('the source')
      }
      await outcomeOf(observed, 'pipeline', pipelineLater(source, stream, slowSink()))
    },
  },
  'pipeline whose sink fails': {
    readsItself: true,
    show: async ({ stream, input, observed }) => {
      const sink = new Writable({
        write: (_chunk, _encoding, callback) => {
          callback(new Error('the sink'))
        },
      })
      await outcomeOf(observed, 'pipeline', pipelineLater(Readable.from([input]), stream, sink))
    },
  },
  'pipeline with a signal': {
    readsItself: true,
    show: async ({ stream, input, observed }) => {
      const controller = new AbortController()
      async function* source() {
        yield input.subarray(0, 10)
        await observed.settle()
        controller.abort()
        await observed.settle()
        yield input.subarray(10)
      }
      const { signal } = controller
      await outcomeOf(observed, 'pipeline', pipelineLater(source, stream, slowSink(), { signal }))
    },
  },
  finished: {
    show: ({ stream, input, observed }) => {
      finished(stream, observed.callback('finished'))
      finished(stream, { readable: false }, observed.callback('finished writing'))
      finished(stream, { writable: false }, observed.callback('finished reading'))
      stream.end(input)
    },
  },
  'finished of a stream that is destroyed, before and after': {
    show: async ({ stream, observed }) => {
      const early = outcomeOf(observed, 'early', finishedLater(stream))
      stream.destroy()
      await early
      await outcomeOf(observed, 'late', finishedLater(stream))
    },
  },
  'asynchronous iteration': {
    readsItself: true,
    show: async ({ stream, input, observed }) => {
      stream.end(input)
      for await (const chunk of stream) observed.take('data', chunk as Buffer)
    },
  },
  'asynchronous iteration that breaks off': {
    readsItself: true,
    show: async ({ stream, input, observed }) => {
      stream.write(input)
      stream.flush()
      for await (const chunk of stream) {
        observed.take('data', chunk as Buffer)
        break
      }
    },
  },
  'asynchronous iteration that throws': {
    readsItself: true,
    show: async ({ stream, input, observed }) => {
      const iterate = async () => {
        for await (const chunk of stream) {
          observed.take('data', chunk as Buffer)
          throw new Error('the loop')
        }
      }
      stream.end(input)
      await outcomeOf(observed, 'loop', iterate())
    },
  },
  'asynchronous iteration over bad data': {
    readsItself: true,
    show: async ({ stream, bad, observed }) => {
      const iterate = async () => {
        for await (const chunk of stream) observed.take('data', chunk as Buffer)
      }
      stream.end(bad)
      await outcomeOf(observed, 'loop', iterate())
    },
  },
  'toArray, and map before it': {
    readsItself: true,
    show: async ({ stream, input, observed }) => {
      stream.end(input)
      const chunks = (await stream.map((chunk: Buffer) => chunk).toArray()) as Buffer[]
      observed.take('data', Buffer.concat(chunks))
    },
  },
  'as a pair of web streams': {
    readsItself: true,
    show: async ({ stream, input, observed }) => {
      const { readable, writable } = Duplex.toWeb(stream)
      const writer = writable.getWriter()
      const written = writer.write(input).then(() => writer.close())
      const reader = readable.getReader() as ReadableStreamDefaultReader<Uint8Array>
      const chunks: Uint8Array[] = []
      for (let next = await reader.read(); !next.done; next = await reader.read()) chunks.push(next.value)
      await written
      observed.take('data', Buffer.concat(chunks))
    },
  },
  'an asynchronous disposal': {
    show: async ({ stream, input, observed }) => {
      const dispose = (Symbol as { asyncDispose?: symbol }).asyncDispose
      const methods = stream as unknown as Record<symbol, () => Promise<void>>
      stream.write(input)
      if (dispose) await outcomeOf(observed, 'disposal', methods[dispose]())
    },
  },
}
