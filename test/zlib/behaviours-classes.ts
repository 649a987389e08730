// SPDX-License-Identifier: MIT
import { AsyncLocalStorage } from 'node:async_hooks'
import { inherits } from 'node:util'
import { constants, type ZlibOptions } from 'node:zlib'

import type { StreamClass } from '../../lib/zlib/streams.js'
import { cut, type Behaviour, type Scene } from './behaviour.js'
import type { ZlibStream } from './stream-log.js'

type Method = (this: ZlibStream, ...values: unknown[]) => unknown

/** A method that tells that it was called before it does what the original does. */
function telling(name: string, original: Method): Method {
  return function (...values) {
    this.emit('called', name)
    return Reflect.apply(original, this, values)
  }
}

/** A stream of a derived class with such a method. */
function withMethod(name: string, Class: StreamClass, options?: ZlibOptions): object {
  class Derived extends Class {}
  const { [name]: original } = Class.prototype as Record<string, Method>
  Object.defineProperty(Derived.prototype, name, { value: telling(name, original), writable: true })
  return new Derived(options)
}

/** Everything that calls methods of the stream itself. */
async function useAll({ stream, input, observed }: Scene): Promise<void> {
  stream.on('called', (name: string) => {
    observed.note(`${name} is called`)
  })
  stream.write(input.subarray(0, 40), observed.callback('write'))
  stream.flush(constants.Z_SYNC_FLUSH, observed.callback('flush'))
  await observed.settle()
  stream.params(9, 0, observed.callback('params'))
  await observed.settle()
  stream.reset()
  stream.write(input, observed.callback('write'))
  stream.end(observed.callback('end'))
}

/** The methods of a stream that node:zlib or a program calls on it. */
const METHODS = [
  '_transform',
  '_flush',
  '_final',
  '_destroy',
  '_processChunk',
  'flush',
  'push',
  'close',
  'reset',
  'params',
  'end',
]

const storage = new AsyncLocalStorage<string>()

/** Makes a stream in a context of its own, and shows the contexts of all its events and callbacks. */
const CONTEXTS: Behaviour = {
  make: (Class, options) => storage.run('made', () => new Class(options)),
  show: async ({ stream, input, observed }) => {
    const noteContext = (what: string) => () => {
      observed.note(`${what} in ${storage.getStore()}`)
    }
    for (const event of ['data', 'end', 'finish', 'close', 'drain']) stream.on(event, noteContext(event))
    for (const [index, chunk] of cut(input).entries()) {
      storage.run(`write ${index}`, () => stream.write(chunk, noteContext(`write ${index}`)))
    }
    storage.run('flush', () => {
      stream.flush(noteContext('flush'))
    })
    await observed.settle()
    storage.run('params', () => {
      stream.params(1, 0, noteContext('params'))
    })
    await observed.settle()
    storage.run('end', () => stream.end(noteContext('end()')))
  },
}

/** Derived classes, and what else programs do when they make streams. */
export const CLASSES: Readonly<Record<string, Behaviour>> = {
  ...Object.fromEntries(
    METHODS.map((name) => [
      `a derived class with its own ${name}`,
      { make: (Class, options) => withMethod(name, Class, options), show: useAll } satisfies Behaviour,
    ]),
  ),
  'a derived class that keeps what comes before the end for itself': {
    make: (Class, options) =>
      new (class extends Class {
        _flush(callback: (error: Error | null, rest: Buffer) => void) {
          callback(null, Buffer.from('the rest'))
        }
      })(options),
    show: ({ stream, input, observed }) => stream.end(input, observed.callback('end')),
  },
  'a derived class that refuses a chunk': {
    make: (Class, options) =>
      new (class extends Class {
        _transform(_chunk: Buffer, _encoding: string, callback: (error: Error) => void) {
          callback(new Error('refused'))
        }
      })(options),
    show: ({ stream, input, observed }) => stream.end(input, observed.callback('end')),
  },
  'a derived class that takes its time to destroy': {
    make: (Class, options) =>
      new (class extends Class {
        _destroy(error: Error | null, callback: (error: Error | null) => void) {
          setImmediate(callback, error)
        }
      })(options),
    show: async ({ stream, input, observed }) => {
      stream.write(input, observed.callback('write'))
      await observed.settle()
      stream.destroy(new Error('enough'))
    },
  },
  'a class that inherits by util.inherits and calls the one above it': {
    make: (Class, options) => {
      function Inherited(this: object) {
        Reflect.apply(Class, this, [options])
      }
      inherits(Inherited, Class)
      return Reflect.construct(Inherited, []) as object
    },
    show: useAll,
  },
  'called without new': {
    make: (Class, options) => Class(options),
    show: useAll,
  },
  'methods replaced on the stream itself': {
    show: async (scene) => {
      const { stream } = scene
      for (const name of ['flush', 'push'] as const) {
        Object.defineProperty(stream, name, { value: telling(name, Reflect.get(stream, name) as Method) })
      }
      await useAll(scene)
    },
  },
  'the context of every event and callback': CONTEXTS,
}
