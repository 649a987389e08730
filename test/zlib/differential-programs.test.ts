// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import zlib, { type ZlibOptions } from 'node:zlib'

import type { StreamName } from '../../lib/zlib/streams.js'
import { makeRandom, randomBytes, textLike, type Random } from '../support/data.js'
import { outcome } from './outcome.js'
import { LIBRARIES } from './stream-log.js'
import { comparable, isCompression, runProgram, type Run, type Step } from './stream-program.js'

const NAMES = Object.keys(LIBRARIES.ours).filter((name) => !name.startsWith('create')) as StreamName[]

/** Programs for each class. */
const PROGRAMS = 120

interface Program {
  readonly options: ZlibOptions | undefined
  readonly steps: readonly Step[]
}

/** What a class takes: plain data, or a stream that may be damaged, cut, or followed by something. */
function makeInput(name: StreamName, random: Random, seed: number): Buffer {
  const length = random.pick([0, 1, 50, 700, 3000])
  const plain = Buffer.from(random.below(3) > 0 ? textLike(seed, length) : randomBytes(seed, length))
  if (isCompression(name)) return plain
  const compressed = {
    Gunzip: zlib.gzipSync,
    Inflate: zlib.deflateSync,
    InflateRaw: zlib.deflateRawSync,
    Unzip: random.pick([zlib.gzipSync, zlib.deflateSync]),
  }[name as string]!(plain)
  switch (random.below(8)) {
    case 0:
      return compressed.subarray(0, random.below(compressed.length))
    case 1:
      compressed[random.below(compressed.length)] ^= 1 << random.below(8)
      return compressed
    case 2:
      return Buffer.concat([compressed, randomBytes(seed, 20)])
    case 3:
      return Buffer.concat([compressed, compressed])
    case 4:
      return Buffer.concat([compressed, Buffer.alloc(9)])
    default:
      return compressed
  }
}

function makeOptions(name: StreamName, random: Random, lateWrites: boolean): ZlibOptions | undefined {
  if (random.below(3) > 0) return undefined
  const some = <T>(chance: number, values: readonly T[]) =>
    random.below(chance) === 0 ? random.pick(values) : undefined
  const options = {
    chunkSize: some(2, [64, 100, 1000]),
    level: some(3, [0, 1, 4, 9]),
    strategy: some(9, [2, 3, 4]),
    flush: some(5, [0, 1, 2, 3, 5]),
    finishFlush: some(4, [0, 2, 3, 4]),
    emitClose: some(4, [false]),
    // How far a compressing stream gets before it waits depends on the sizes of its output.
    highWaterMark: isCompression(name) ? undefined : some(2, [0, 1, 64, 1000]),
    // With it a write behind the end ends Node's process by an assertion.
    autoDestroy: lateWrites ? undefined : some(4, [false]),
  }
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
}

/** A program that has one outcome with node:zlib, whose thread pool races with some steps (differential-differences.test.ts). */
function makeProgram(name: StreamName, seed: number): Program {
  const random = makeRandom(seed)
  const steps: Step[] = []
  const calm = () => steps.push(['uncork'], ['uncork'], ['uncork'], ['settle'])
  const isReading = random.below(4) === 0
  const input = makeInput(name, random, seed)
  // params() of a stream that is finished throws where nobody can catch it.
  const isFinishing = random.below(3) === 0
  let at = 0
  let ends = 0
  const take = (length: number) => input.subarray(at, (at = Math.min(input.length, at + length)))
  const end = () => {
    steps.push(['end', take(input.length)])
    ends++
  }
  for (let count = random.between(1, 9); count > 0; count--) {
    const kind = random.below(30)
    if (kind < 12) steps.push(['write', take(random.pick([0, 1, 10, 100, 1000, 5000]))])
    else if (kind < 17) steps.push(['flush', random.pick([undefined, 0, 1, 2, 3, isFinishing ? 4 : 2, 5])])
    else if (kind === 17 && !isFinishing) {
      calm()
      steps.push(['params', random.below(10), random.pick([0, 0, 2, 3, 4])], ['settle'])
    } else if (kind === 18) {
      calm()
      steps.push(['reset'], ['settle'])
    } else if (kind === 19) {
      if (!isCompression(name)) calm()
      steps.push([random.pick(['close', 'destroy', 'destroy with an error'] as const)])
    } else if (kind < 22) {
      if (!isReading) steps.push([random.pick(['pause', 'resume'] as const)])
      else steps.push(['read', isCompression(name) ? undefined : random.pick([undefined, 1, 100])])
    } else if (kind === 22) steps.push([random.pick(['cork', 'uncork'] as const)])
    else if (kind === 23) {
      end()
      if (!isCompression(name)) calm()
    } else steps.push(['settle'])
  }
  if (random.below(4) > 0) {
    steps.push(['uncork'])
    end()
  }
  if (!isReading && random.below(2) === 0) steps.push(['resume'])
  if (isReading) for (let reads = 0; reads < 3; reads++) steps.push(['settle'], ['read'])
  return { options: makeOptions(name, random, ends > 1 || steps.at(-1)?.[0] === 'write'), steps }
}

const RESTORE: Partial<Record<StreamName, (data: Uint8Array, options: object) => Buffer>> = {
  Gzip: zlib.gunzipSync,
  Deflate: zlib.inflateSync,
  DeflateRaw: zlib.inflateRawSync,
}

/** What a compressing stream put out, as far as it goes; what a decompressing one did is in its events. */
function restored(name: StreamName, { output }: Run): unknown {
  const restore = RESTORE[name]
  return restore && outcome(() => restore(output, { finishFlush: zlib.constants.Z_SYNC_FLUSH }))
}

const brief = ([kind, ...values]: Step) =>
  [kind, ...values.map((value) => (value instanceof Uint8Array ? `<${value.length}>` : value))].join(' ')

describe('differential: random programs', () => {
  for (const name of NAMES) {
    it(`${name}: the same events, results, errors and states after every step, seeds 1 to ${PROGRAMS}`, async () => {
      for (let seed = 1; seed <= PROGRAMS; seed++) {
        const { options, steps } = makeProgram(name, seed)
        const [ours, node] = await Promise.all(
          (['ours', 'node'] as const).map((library) => runProgram(library, name, options, steps)),
        )
        const what = `${name}, seed ${seed}, ${JSON.stringify(options)}: ${steps.map(brief).join('; ')}`
        assert.deepEqual(comparable(name, ours), comparable(name, node), what)
        // What a reset() cuts off is in the way of what follows.
        if (steps.some(([kind]) => kind === 'reset')) continue
        assert.deepEqual(restored(name, ours), restored(name, node), what)
      }
    })
  }
})
