// SPDX-License-Identifier: MIT
import { once } from 'node:events'
import { inspect } from 'node:util'
import { constants, type ZlibOptions } from 'node:zlib'

import { attempt, cut, type Behaviour } from './behaviour.js'
import { pieces, type ZlibStream } from './stream-log.js'

/** The first output is there, or none is to come. */
const firstOutput = (stream: ZlibStream) =>
  new Promise<void>((resolve) => {
    stream.once('data', () => {
      resolve()
    })
    stream.once('close', resolve)
  })

/** What is called, at which moment. */
export const CALLS: Readonly<Record<string, Behaviour>> = {
  "destroy() from a 'data' listener": {
    show: ({ stream, input, observed }) => {
      stream.once('data', () => stream.destroy())
      stream.write(input, observed.callback('write'))
      stream.flush(observed.callback('flush'))
    },
  },
  "close() from a 'data' listener": {
    show: ({ stream, input, observed }) => {
      stream.once('data', () => {
        stream.close(observed.callback('close'))
      })
      stream.end(input, observed.callback('end'))
    },
  },
  "close() from 'end'": {
    show: ({ stream, input, observed }) => {
      stream.once('end', () => {
        stream.close(observed.callback('close'))
      })
      stream.end(input)
    },
  },
  "close() from 'finish'": {
    show: ({ stream, input, observed }) => {
      stream.once('finish', () => {
        stream.close(observed.callback('close'))
      })
      stream.end(input)
    },
  },
  "a write from a 'data' listener": {
    show: async ({ stream, input, observed }) => {
      stream.once('data', () => stream.write(input.subarray(50), observed.callback('second')))
      stream.write(input.subarray(0, 50), observed.callback('first'))
      stream.flush(observed.callback('flush'))
      await observed.settle()
      stream.end(observed.callback('end'))
    },
  },
  "pause() and resume() from 'data' listeners": {
    options: () => ({ chunkSize: 64 }),
    show: ({ stream, input }) => {
      stream.on('data', () => {
        stream.pause()
        setImmediate(() => stream.resume())
      })
      stream.end(input)
    },
  },
  "'readable' and read()": {
    readsItself: true,
    show: async ({ stream, input, observed }) => {
      const chunks: Buffer[] = []
      stream.on('readable', () => {
        for (let chunk; (chunk = stream.read() as Buffer | null) !== null;) chunks.push(chunk)
      })
      stream.end(input)
      await once(stream, 'end')
      observed.take('data', Buffer.concat(chunks))
    },
  },
  unshift: {
    show: async ({ stream, input, observed }) => {
      stream.write(input)
      stream.flush()
      await firstOutput(stream)
      attempt(observed, 'unshift', () => {
        stream.unshift(Buffer.from('back'))
      })
      stream.end()
    },
  },
  'chunks of types that are no bytes': {
    show: ({ stream, observed }) => {
      for (const chunk of [5, {}, [], true, undefined, null, Symbol('s'), new ArrayBuffer(4)]) {
        attempt(observed, `write ${inspect(chunk)}`, () => stream.write(chunk, observed.callback('write')))
      }
    },
  },
  'strings in several encodings': {
    show: ({ stream, input, observed }) => {
      stream.write(input.toString('hex', 0, 30), 'hex', observed.callback('hex'))
      stream.write(input.toString('base64', 30, 60), 'base64', observed.callback('base64'))
      attempt(observed, 'nonsense', () => stream.write('x', 'nonsense' as BufferEncoding))
      stream.end(input.toString('latin1', 60), 'latin1', observed.callback('latin1'))
    },
  },
  'views of several kinds': {
    show: ({ stream, input, observed }) => {
      const bytes = Uint8Array.from(input.subarray(0, 16))
      attempt(observed, 'Uint8Array', () => stream.write(bytes.subarray(0, 8)))
      attempt(observed, 'Uint16Array', () => stream.write(new Uint16Array(bytes.buffer, 8, 2)))
      attempt(observed, 'DataView', () => stream.write(new DataView(bytes.buffer, 12, 4)))
      stream.end(input.subarray(16))
    },
  },
  'a view of shared memory': {
    show: ({ stream, input }) => {
      const shared = new Uint8Array(new SharedArrayBuffer(input.length))
      shared.set(input)
      stream.end(shared)
    },
  },
  'an end without data': {
    show: ({ stream, observed }) => stream.end(observed.callback('end')),
  },
  'an end of an empty chunk': {
    show: ({ stream, observed }) => stream.end(Buffer.alloc(0), observed.callback('end')),
  },
  'two ends': {
    show: ({ stream, input, observed }) => {
      stream.end(input, observed.callback('first'))
      stream.end(observed.callback('second'))
    },
  },
  'an end behind the end': {
    show: async ({ stream, input, observed }) => {
      stream.end(input)
      await observed.settle()
      stream.end(observed.callback('second'))
    },
  },
  'two close() with callbacks': {
    show: ({ stream, observed }) => {
      stream.close(observed.callback('first'))
      stream.close(observed.callback('second'))
    },
  },
  'close() behind the end': {
    show: async ({ stream, input, observed }) => {
      stream.end(input)
      await observed.settle()
      stream.close(observed.callback('close'))
    },
  },
  'flush() of every kind at every moment': {
    show: async ({ stream, input, observed }) => {
      const kinds = [0, 1, 2, 3, 5, undefined]
      const flushAll = async (moment: string) => {
        for (const kind of kinds) {
          const title = `${moment}, kind ${kind}`
          if (kind === undefined) stream.flush(observed.callback(title))
          else stream.flush(kind, observed.callback(title))
          stream.flush(kind, observed.callback(`${title} again`))
          await observed.settle()
        }
      }
      await flushAll('before data')
      stream.write(input.subarray(0, 40))
      await flushAll('behind data')
      stream.end(input.subarray(40))
      await flushAll('after the end')
    },
  },
  'flush() of kinds that are none': {
    show: async ({ stream, observed }) => {
      for (const kind of [-1, 6, 1.5, '2', null, NaN, {}]) {
        attempt(observed, `flush ${inspect(kind)}`, () => {
          stream.flush(kind as number, observed.callback('flush'))
        })
        await observed.settle()
      }
    },
  },
  'Z_FINISH twice, and a write behind it': {
    show: async ({ stream, input, observed }) => {
      stream.write(input)
      stream.flush(constants.Z_FINISH, observed.callback('first'))
      await observed.settle()
      stream.flush(constants.Z_FINISH, observed.callback('second'))
      await observed.settle()
      stream.write(input, observed.callback('write'))
    },
  },
  'params() with values that are none': {
    show: async ({ stream, observed }) => {
      for (const [level, strategy] of [
        [10, 0],
        [-2, 0],
        ['6', 0],
        [1, 5],
        [1, '0'],
        [undefined, undefined],
        [NaN, NaN],
        [1.5, 0.5],
      ]) {
        attempt(observed, `params ${level} ${strategy}`, () => {
          stream.params(level as number, strategy as number, observed.callback('params'))
        })
        await observed.settle()
      }
    },
  },
  'params() with the same values': {
    show: async ({ stream, observed }) => {
      attempt(observed, 'with a callback', () => {
        stream.params(-1, 0, observed.callback('params'))
      })
      attempt(observed, 'without', () => {
        stream.params(-1, 0, undefined as unknown as () => void)
      })
      await observed.settle()
    },
  },
  'params() with data pending, and more data behind': {
    show: async ({ stream, input, observed }) => {
      for (const [level, strategy] of [
        [9, 0],
        [1, 4],
        [0, 0],
        [6, 2],
        [6, 0],
      ] as const) {
        stream.write(input.subarray(0, 30), observed.callback('write'))
        stream.params(level, strategy, observed.callback('params'))
        await observed.settle()
        if (stream.destroyed) return
      }
      stream.end()
    },
  },
  'reset() before, between and after': {
    show: async ({ stream, input, observed }) => {
      stream.reset()
      stream.write(input.subarray(0, 30))
      await observed.settle()
      stream.reset()
      stream.write(input.subarray(0, 30))
      await observed.settle()
      stream.reset()
      stream.end(input)
      await observed.settle()
      attempt(observed, 'reset', () => {
        stream.reset()
      })
    },
  },
  'an error, then a write, a flush, an end and a close()': {
    show: async ({ stream, bad, observed }) => {
      stream.write(bad, observed.callback('bad'))
      await observed.settle()
      stream.write(bad, observed.callback('write'))
      stream.flush(observed.callback('flush'))
      stream.end(observed.callback('end'))
      stream.close(observed.callback('close'))
    },
  },
  'an error in one of many writes': {
    show: ({ stream, bad, observed }) => {
      cut(bad).forEach((chunk, index) => stream.write(chunk, observed.callback(`write ${index}`)))
      stream.end(observed.callback('end'))
    },
  },
  'destroy() in the callback of a write': {
    show: ({ stream, input, observed }) => {
      stream.write(input, (error) => {
        observed.callback('write')(error)
        stream.destroy(new Error('enough'))
      })
    },
  },
  'bytesWritten after each chunk': {
    show: ({ stream, input, observed }) => {
      const next = (chunks: Uint8Array[]) => {
        const [first, ...rest] = chunks
        if (chunks.length === 0) stream.end()
        else
          stream.write(first, () => {
            observed.note(`${stream.bytesWritten} consumed`)
            next(rest)
          })
      }
      next(cut(input))
    },
  },
  'byte by byte, at once': {
    show: ({ stream, input }) => {
      for (const byte of pieces(input, 1)) stream.write(byte)
      stream.end()
    },
  },
  'cork() around many writes': {
    show: ({ stream, input, observed }) => {
      stream.cork()
      cut(input).forEach((chunk, index) => stream.write(chunk, observed.callback(`write ${index}`)))
      process.nextTick(() => {
        stream.uncork()
      })
      stream.once('drain', () => stream.end())
      setImmediate(() => stream.end())
    },
  },
  'small highWaterMarks, and a slow reader that asks for few bytes': {
    options: () => ({ readableHighWaterMark: 1, writableHighWaterMark: 1, chunkSize: 64 }) as ZlibOptions,
    readsItself: true,
    show: async ({ stream, input, observed }) => {
      const chunks: Buffer[] = []
      stream.end(input.subarray(0, 200))
      for (let size = 1; !stream.destroyed; size++) {
        const chunk = stream.read(size) as Buffer | null
        if (chunk) chunks.push(chunk)
        await observed.settle()
      }
      observed.take('data', Buffer.concat(chunks))
    },
  },
  'objectMode, and objects': {
    options: () =>
      ({ objectMode: true, readableObjectMode: true, writableObjectMode: true }) as unknown as ZlibOptions,
    show: ({ stream, input, observed }) => {
      attempt(observed, 'an object', () => stream.write({ some: 'thing' }, observed.callback('object')))
      stream.end(input, observed.callback('end'))
    },
  },
  'setEncoding() in the middle of the data': {
    options: () => ({ chunkSize: 64 }),
    readsItself: true,
    show: ({ stream, input, observed }) => {
      const texts: string[] = []
      stream.once('data', () => stream.setEncoding('hex'))
      stream.on('data', (chunk: Buffer | string) => texts.push(chunk.toString('hex')))
      stream.on('end', () => {
        observed.take('data', Buffer.from(texts.join(''), 'hex'))
      })
      stream.end(input)
    },
  },
  '_processChunk with a limit of the output': {
    options: () => ({ maxOutputLength: 10 }),
    show: ({ stream, input, observed }) => {
      const inside = stream as unknown as { _processChunk(chunk: Uint8Array, flush: number): Buffer }
      attempt(observed, '_processChunk', () => inside._processChunk(input, constants.Z_FINISH))
      attempt(observed, 'again', () => inside._processChunk(input, constants.Z_FINISH))
    },
  },
  '_processChunk and _transform, called from outside': {
    show: async ({ stream, input, bad, observed }) => {
      const inside = stream as unknown as {
        _processChunk(chunk: Uint8Array, flush: number): Buffer
        _transform(chunk: Uint8Array, encoding: string, callback: (error?: Error) => void): void
      }
      attempt(observed, '_transform', () => {
        inside._transform(input.subarray(0, 20), '', observed.callback('_transform'))
      })
      await observed.settle()
      attempt(observed, '_processChunk', () => {
        inside._processChunk(input.subarray(20), constants.Z_SYNC_FLUSH)
      })
      attempt(observed, 'again', () => inside._processChunk(bad, constants.Z_FINISH))
      attempt(observed, 'once more', () => inside._processChunk(bad, constants.Z_FINISH))
    },
  },
}
