// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { once } from 'node:events'
import zlib from 'node:zlib'

import * as nxzlib from '../../lib/index.js'
import type { StreamName } from '../../lib/zlib/streams.js'
import { randomBytes, textLike } from '../support/data.js'
import { LIBRARIES, makeStream, type Library } from './stream-log.js'
import { runProgram } from './stream-program.js'

const TEXT = Buffer.from(textLike(81, 5000))
const MEMBER = zlib.gzipSync(TEXT)
const DAMAGED = Buffer.from(MEMBER).fill(0xff, 1000, 1020)

/** Something that is not as with node:zlib. */
interface Difference {
  /** What it is. */
  readonly what: string
  /** Why it has to be. */
  readonly why: string
  /** Shows it for one of the libraries. */
  readonly show: (library: Library) => unknown
}

const functionsOf = (library: Library) => (library === 'ours' ? nxzlib : zlib)

/**
 * All that is not as with node:zlib. The differential tests leave out these and nothing else. Where Node's own order is decided
 * by a race (`reset()` or `params()` while its thread pool works on a chunk), there is nothing to be equal to.
 */
const DIFFERENCES: readonly Difference[] = [
  {
    what: 'compressed bytes between header and trailer, and so the number and the sizes of the pieces of output',
    why: 'NX finds other matches than zlib; both are right',
    show: (library) => functionsOf(library).gzipSync(TEXT).toString('hex'),
  },
  {
    what: 'after which write output comes, if more than zlib buffers (less with a small memLevel) comes without a flush',
    why: 'jobs are given more data at a time than zlib keeps; when a slow reader makes the stream wait follows from it',
    show: async (library) => {
      const noise = randomBytes(82, 200_000)
      const { output } = await runProgram(library, 'Gzip', undefined, [['write', noise], ['settle']])
      return output.length
    },
  },
  {
    what: 'bytesWritten of a decompressing stream while a chunk is under way',
    why: 'a job tells what it consumed at its end, not for each piece of its output; exact when the chunk is done or failed',
    show: async (library) => {
      const stream = makeStream(library, 'Gunzip', { chunkSize: 64 })
      const consumed: number[] = []
      stream.on('data', () => consumed.push(stream.bytesWritten))
      stream.end(MEMBER)
      await once(stream, 'end')
      return consumed
    },
  },
  {
    what: 'a stream is destroyed while it waits for a job with wrong data: the callback of that write never comes, with us it does',
    why: 'no more jobs are run for it, so the error is not found; nobody can depend on a callback that never comes',
    show: async (library) => {
      // A device whose jobs are not executed at once.
      nxzlib.configure({ engine: 'model' })
      try {
        const { events } = await runProgram(library, 'Gunzip', undefined, [['write', DAMAGED], ['destroy']])
        return events
      } finally {
        nxzlib.configure({ engine: undefined })
      }
    },
  },
  {
    what: 'getters of options run more than once',
    why: "only what node:zlib's constructor has checked tells whether jobs can serve the stream",
    show: (library) => {
      let reads = 0
      makeStream(library, 'Deflate', {
        get windowBits() {
          reads++
          return 15
        },
      })
      return reads
    },
  },
  {
    what: 'exports that do not show when they are listed: install(), configure(), status(), stats() and their like',
    why: 'whoever uses nxzlib has to set it up, and to see what it does',
    show: (library) => Reflect.ownKeys(functionsOf(library)),
  },
  {
    what: 'with info: true there is more in the result of a function than buffer and engine',
    why: 'it tells which device served the call, and how',
    show: (library) => Object.keys(functionsOf(library).gzipSync(TEXT, { info: true })),
  },
  {
    what: "whether the `constructor` of a stream is the library's own class",
    why: 'ours and that of node:zlib have one prototype, so that instanceof holds both ways',
    show: (library) => makeStream(library, 'Gzip').constructor === LIBRARIES[library].Gzip,
  },
  {
    what: '_handle is of another class, without init() and what async_hooks add',
    why: 'it is what takes the place of the engine; node:zlib is done with init() before, and nothing else calls it',
    show: (library) =>
      (makeStream(library, 'Gzip') as unknown as { _handle: object })._handle.constructor.name,
  },
]

describe('differential: what is different', () => {
  for (const { what, why, show } of DIFFERENCES) {
    it(what, async () => {
      assert.notDeepEqual(await show('ours'), await show('node'), `gone, though it had to be: ${why}`)
    })
  }

  it('both of two different compressed streams are right', () => {
    for (const name of ['Gzip', 'Deflate', 'DeflateRaw'] as const satisfies readonly StreamName[]) {
      const restore = name === 'DeflateRaw' ? zlib.inflateRawSync : zlib.unzipSync
      const call = { Gzip: 'gzipSync', Deflate: 'deflateSync', DeflateRaw: 'deflateRawSync' } as const
      assert.deepEqual(restore(nxzlib[call[name]](TEXT)), TEXT)
    }
  })
})
