// SPDX-License-Identifier: MIT
import type { ZlibOptions } from 'node:zlib'

import { attempt, cut, type Behaviour, type Scene } from './behaviour.js'
import { describeError, type Observed } from './stream-program.js'

/** Notes what is thrown where nobody catches it, which otherwise ends the process, until nothing happens any more. */
async function catching(observed: Observed, act: () => unknown): Promise<void> {
  const others = process.listeners('uncaughtException')
  const note = (error: unknown) => {
    observed.note(`uncaught: ${describeError(error)}`)
  }
  process.removeAllListeners('uncaughtException')
  process.on('uncaughtException', note)
  try {
    await act()
    await observed.settle()
  } finally {
    process.off('uncaughtException', note)
    for (const listener of others) process.on('uncaughtException', listener)
  }
}

const thrower = (what: string) => () => {
  throw new Error(what)
}

/** A listener for an event of a whole stream's life throws. */
const listenerOf = (event: string): Behaviour => ({
  show: ({ stream, input, observed }) =>
    catching(observed, () => {
      stream.once(event, thrower(event))
      for (const chunk of cut(input)) stream.write(chunk, observed.callback('write'))
      stream.end(observed.callback('end'))
    }),
})

/** Something throws in a callback, and then the stream is to go on. */
const callbackOf = (act: (scene: Scene, callback: () => void) => unknown): Behaviour => ({
  show: (scene) =>
    catching(scene.observed, async () => {
      const { stream, input, observed } = scene
      stream.write(input.subarray(0, 40), observed.callback('first'))
      await act(scene, thrower('a callback'))
      await observed.settle()
      stream.write(input.subarray(40), observed.callback('second'))
      stream.end(observed.callback('end'))
    }),
})

/** What programs throw in callbacks and listeners. */
export const THROWN: Readonly<Record<string, Behaviour>> = {
  ...Object.fromEntries(
    ['end', 'finish', 'close', 'prefinish'].map((event) => [
      `a listener for '${event}' throws`,
      listenerOf(event),
    ]),
  ),
  // node:zlib leaves a stream in the middle of a chunk for good.
  "a listener for 'data' throws": {
    show: ({ stream, input, observed }) =>
      catching(observed, () => {
        stream.once('data', () => {
          setImmediate(() => {
            observed.note(`behind it: ${observed.state}`)
            observed.giveUp()
            stream.destroy()
          })
          throw new Error('data')
        })
        stream.write(input, observed.callback('write'))
        stream.end(observed.callback('end'))
      }),
  },
  "a listener for 'error' throws": {
    show: ({ stream, bad, observed }) =>
      catching(observed, () => {
        stream.once('error', thrower('error'))
        stream.end(bad, observed.callback('end'))
      }),
  },
  'the callback of a write throws': callbackOf(({ stream }, callback) =>
    stream.write(Buffer.alloc(0), callback),
  ),
  'the callback of a flush() throws': callbackOf(({ stream }, callback) => {
    stream.flush(callback)
  }),
  'the callback of params() throws': callbackOf(({ stream }, callback) => {
    stream.params(9, 0, callback)
  }),
  'the callback of end() throws': {
    show: ({ stream, input, observed }) => catching(observed, () => stream.end(input, thrower('a callback'))),
  },
  'the callback of close() throws': {
    show: ({ stream, input, observed }) =>
      catching(observed, () => {
        stream.write(input)
        stream.close(thrower('a callback'))
      }),
  },
  'a listener is asynchronous and rejects, with captureRejections': {
    options: () => ({ captureRejections: true }) as ZlibOptions,
    show: ({ stream, input, observed }) =>
      catching(observed, () => {
        const rejecting: () => unknown = () => Promise.reject(new Error('rejected'))
        stream.once('data', rejecting)
        stream.end(input, observed.callback('end'))
      }),
  },
  'everything behind a close()': {
    show: ({ stream, input, observed }) =>
      catching(observed, async () => {
        stream.close()
        const calls: Readonly<Record<string, () => unknown>> = {
          write: () => stream.write(input, observed.callback('write')),
          flush: () => {
            stream.flush(observed.callback('flush'))
          },
          params: () => {
            stream.params(3, 0, observed.callback('params'))
          },
          reset: () => {
            stream.reset()
          },
          end: () => stream.end(input, observed.callback('end')),
          close: () => {
            stream.close(observed.callback('close'))
          },
          destroy: () => stream.destroy(),
        }
        for (const [title, call] of Object.entries(calls)) {
          attempt(observed, title, call)
          await observed.settle()
        }
      }),
  },
}
