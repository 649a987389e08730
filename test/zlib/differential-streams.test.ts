import assert from 'node:assert/strict'
import zlib from 'node:zlib'

import type { StreamName } from '../../lib/zlib/streams.js'
import { textLike } from '../support/data.js'
import type { Behaviour } from './behaviour.js'
import { AROUND } from './behaviours-around.js'
import { CALLS } from './behaviours-calls.js'
import { makeStream, type Library } from './stream-log.js'
import { comparable, describeError, Observed, type Run } from './stream-program.js'

const TEXT = Buffer.from(textLike(71, 1500))

/** What is right for each class. */
const INPUT: Readonly<Record<StreamName, Buffer>> = {
  Gzip: TEXT,
  Deflate: TEXT,
  DeflateRaw: TEXT,
  Gunzip: zlib.gzipSync(TEXT),
  Inflate: zlib.deflateSync(TEXT),
  InflateRaw: zlib.deflateRawSync(TEXT),
  Unzip: zlib.deflateSync(TEXT),
}

/** The same with an error in the middle. */
function spoilt(input: Buffer): Buffer {
  return Buffer.from(input).fill(0xff, input.length / 2, input.length / 2 + 20)
}

async function show(
  library: Library,
  name: StreamName,
  { options, readsItself, show: act }: Behaviour,
): Promise<Run> {
  // Both begin in the same phase of the event loop.
  await new Promise(setImmediate)
  const stream = makeStream(library, name, options?.())
  const observed = new Observed(stream)
  if (!readsItself) observed.listen()
  try {
    await act({ stream, observed, input: INPUT[name], bad: spoilt(INPUT[name]) })
  } catch (error) {
    observed.note(`throws ${describeError(error)}`)
  }
  await observed.settle()
  observed.note(`at last: ${observed.state}`)
  const { events, output } = observed.run
  stream.destroy()
  return { events: [...events], output }
}

describe('differential: behaviours of streams', () => {
  for (const [title, behaviour] of Object.entries({ ...AROUND, ...CALLS })) {
    it(title, async () => {
      for (const name of Object.keys(INPUT) as StreamName[]) {
        const [ours, node] = [await show('ours', name, behaviour), await show('node', name, behaviour)]
        assert.deepEqual(comparable(name, ours), comparable(name, node), name)
      }
    })
  }
})
