// SPDX-License-Identifier: MIT
import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { Transform } from 'node:stream'
import { inspect } from 'node:util'
import type { ZlibOptions } from 'node:zlib'

import type { StreamName } from '../../lib/zlib/streams.js'
import { makeStream, type Library, type ZlibStream } from './stream-log.js'

/** Something that a program does with a stream; the arguments are those of its method. */
export type Step =
  | readonly ['write', (Uint8Array | string)?, BufferEncoding?]
  | readonly ['end', Uint8Array?]
  | readonly ['flush', (number | undefined)?]
  | readonly ['params', number, number]
  | readonly [
      'close' | 'destroy' | 'destroy with an error' | 'reset' | 'pause' | 'resume' | 'cork' | 'uncork',
    ]
  | readonly ['read', (number | undefined)?]
  /** Waits until nothing happens any more. */
  | readonly ['settle']

/** What came of a program. */
export interface Run {
  readonly events: readonly string[]
  readonly output: Buffer
}

/** A stream with what node:zlib keeps on it. */
type Inside = ZlibStream & {
  readonly _handle: { onerror: (...values: unknown[]) => void } | null
  readonly _closed: boolean
}

const EVENTS = ['end', 'finish', 'close', 'drain', 'pause', 'resume', 'prefinish', 'pipe', 'unpipe'] as const

const FLAGS = [
  '_closed',
  'destroyed',
  'closed',
  'errored',
  'writableNeedDrain',
  'writableEnded',
  'writableFinished',
  'readableEnded',
  'readableAborted',
  'readableFlowing',
] as const

/** Rounds in which nothing happened, until events that are under way are over. */
const QUIET_ROUNDS = 4

const digest = (bytes: Uint8Array) => createHash('sha1').update(bytes).digest('hex').slice(0, 8)

/** An error by all that callers look at. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return error ? inspect(error) : 'done'
  const { name, message, code, errno, cause } = error as Error & { code?: unknown; errno?: unknown }
  return [name, message, code, errno, cause, Reflect.ownKeys(error)].map(String).join(' | ')
}

/** A stream whose events are written down. */
export class Observed {
  readonly events: string[] = []
  readonly #output: Buffer[] = []
  readonly #stream: Inside
  /** Chunks that zlib works on. */
  #pending = 0

  constructor(stream: ZlibStream) {
    this.#stream = stream as Inside
    this.#watch(this.#stream)
    for (const event of EVENTS) stream.on(event, () => this.events.push(`${event}: ${this.state}`))
    stream.on('error', (error) => this.events.push(`error: ${describeError(error)}: ${this.state}`))
  }

  get run(): Run {
    return { events: this.events, output: Buffer.concat(this.#output) }
  }

  /** What of a stream's state is the same after the same steps. */
  get state(): string {
    const stream = this.#stream
    return [
      `${stream.bytesWritten} consumed`,
      `${stream.writableLength} queued`,
      ...(stream._handle ? ['handle'] : []),
      ...FLAGS.filter((name) => stream[name]),
    ].join(', ')
  }

  note(what: string): void {
    this.events.push(what)
  }

  /** A callback that notes what it is given. */
  callback(title: string): (error?: unknown) => void {
    return (error) => {
      this.note(`${title} calls back: ${describeError(error)}`)
    }
  }

  /** Notes what comes out of the stream, as it comes. */
  listen(): void {
    this.#stream.on('data', (chunk: Buffer) => {
      this.take('data', chunk)
    })
  }

  take(title: string, chunk: Buffer | null): void {
    if (chunk) this.#output.push(chunk)
    this.note(`${title} ${chunk ? `${chunk.length} ${digest(chunk)}` : 'null'}`)
  }

  /** Nobody is to wait for the chunk that is under way: a program keeps node:zlib from ending it. */
  giveUp(): void {
    this.#pending = 0
  }

  /**
   * Waits until zlib has done all that it was given, or waits for a reader, and the events of that are over. A stream of
   * node:zlib that waits has another `_read`.
   */
  async settle(): Promise<void> {
    const works = () => this.#pending > 0 && this.#stream._read === Transform.prototype._read
    for (let quiet = 0; quiet < QUIET_ROUNDS; quiet = works() ? 0 : quiet + 1) {
      // Does not keep a processor from who works, in the thread pool or elsewhere.
      if (works()) await stat('/')
      await new Promise((resolve) => {
        setImmediate(resolve)
      })
    }
  }

  /** Sees where each chunk begins and ends: with its callback, or with an error, of which not everybody is told. */
  #watch(stream: Inside): void {
    const { _handle: handle } = stream
    const transform = Reflect.get(stream, '_transform')
    stream._transform = (chunk, encoding, callback) => {
      this.#pending++
      transform.call(stream, chunk, encoding, (...values) => {
        this.#pending--
        callback(...values)
      })
    }
    if (!handle) return
    const { onerror } = handle
    handle.onerror = (...values) => {
      this.giveUp()
      Reflect.apply(onerror, handle, values)
    }
  }
}

/** Runs a program; the log has all events, all callbacks with their errors, what steps throw, and the state after settling. */
export async function runProgram(
  library: Library,
  name: StreamName,
  options: ZlibOptions | undefined,
  steps: readonly Step[],
): Promise<Run> {
  const stream = makeStream(library, name, options && { ...options })
  const observed = new Observed(stream)
  if (!steps.some(([kind]) => kind === 'read')) observed.listen()
  for (const [index, step] of steps.entries()) {
    const title = `${index} ${step[0]}`
    try {
      if (step[0] === 'settle') {
        await observed.settle()
        observed.note(`${title}: ${observed.state}`)
      } else if (step[0] === 'read') {
        observed.take(`${title}:`, stream.read(step[1]) as Buffer | null)
      } else {
        const result = perform(stream, step, observed.callback(title))
        if (typeof result === 'boolean') observed.note(`${title}: ${result}`)
      }
    } catch (error) {
      observed.note(`${title} throws: ${describeError(error)}`)
    }
  }
  await observed.settle()
  observed.note(`at last: ${observed.state}`)
  const { run } = observed
  stream.destroy()
  return { ...run, events: [...run.events] }
}

function perform(stream: ZlibStream, step: Step, callback: (error?: unknown) => void): unknown {
  switch (step[0]) {
    case 'write':
      return stream.write(step[1], step[2] ?? 'utf8', callback)
    case 'end':
      return stream.end(step[1], callback)
    case 'flush':
      if (step[1] === undefined) stream.flush(callback)
      else stream.flush(step[1], callback)
      return undefined
    case 'params':
      // Node would throw where nobody can catch it.
      if (stream.destroyed || stream.writableEnded) return false
      stream.params(step[1], step[2], callback)
      return undefined
    case 'close':
      stream.close(callback)
      return undefined
    case 'destroy with an error':
      return stream.destroy(new Error('enough'))
    case 'read':
    case 'settle':
      return undefined
    default:
      stream[step[0]]()
      return undefined
  }
}

export const isCompression = (name: StreamName): boolean =>
  name === 'Gzip' || name === 'Deflate' || name === 'DeflateRaw'

const isData = (event: string) => event === 'data'

/**
 * What can be compared, given what is different (differential-differences.test.ts). Of a decompressing stream: what is consumed only when no chunk is under way.
 * Of a compressing one: that there was output, not how much in how many pieces; `when`: also between which other events.
 */
export function comparable(name: StreamName, { events }: Run, { when = true } = {}): readonly string[] {
  if (!isCompression(name)) return events.map((event) => event.replace(/\d+ consumed, (?!0 queued)/, ''))
  const sizeless = events.map((event) => event.replace(/^(data|\d+ read:) \d.*/, '$1'))
  return sizeless.filter((event, index) => !isData(event) || (when && !isData(sizeless[index - 1])))
}
