// SPDX-License-Identifier: MIT
import zlib, { constants, type ZlibOptions } from 'node:zlib'

import { CallJobs, servedByNode, type CallInfo } from '../job/call-jobs.js'
import { countCall } from './call-statistics.js'
import { DeflateEngine, isOurs } from './handle-deflate.js'
import type { HandleEngine } from './handle-engine.js'
import { InflateEngine } from './handle-inflate.js'
import { Handle } from './handle.js'
import {
  MODE,
  NodeEngine,
  nodeInternals,
  type NodeHandle,
  type NodeInternals,
  type NodeStream,
} from './node-engine.js'
import { serviceFor } from './shared-devices.js'

/** The classes of node:zlib that jobs can serve. */
export type StreamName = keyof typeof MODE

export const STREAM_NAMES = Object.keys(MODE) as StreamName[]

/** A class of node:zlib: also to be called without `new`, or on an object of a derived class. */
export type StreamClass = (new (options?: StreamOptions) => NodeStream) &
  ((this: unknown, options?: StreamOptions) => NodeStream)

/** node:zlib also takes null for none. */
type StreamOptions = ZlibOptions | null | undefined

/** What serves a stream. */
export interface StreamService {
  readonly engine: 'jobs' | 'node'
  /** Why it is node:zlib's own engine. */
  readonly reason?: string
}

/** zlib's largest window, and the one that jobs have: 32 KiB. */
const WINDOW_BITS = 15

/** What serves each stream: jobs, or Node's own engine for this reason. */
const services = new WeakMap<object, CallJobs | string>()

/**
 * Tells what serves a stream of one of our classes.
 *
 * @returns undefined for anything else
 */
export function serviceOf(stream: unknown): StreamService | undefined {
  const service = typeof stream === 'object' && stream ? services.get(stream) : undefined
  if (service === undefined) return undefined
  return typeof service === 'string' ? { engine: 'node', reason: service } : { engine: 'jobs' }
}

/** What it took to serve a stream of one of our classes, as far as it has come. */
export function infoOf(stream: object): CallInfo {
  const service = services.get(stream)
  return service instanceof CallJobs ? service.info : servedByNode(service)
}

/** Why no stream at all can be served by jobs: then the classes are node:zlib's own. Undefined: they can. */
export const streamsUnavailable = typeof nodeInternals === 'string' ? nodeInternals : undefined

/** Why Node's own engine has to compress with these options, which node:zlib has checked; undefined: jobs can. */
function compressionReason(stream: NodeStream, options: ZlibOptions): string | undefined {
  const { windowBits, dictionary } = options
  if (!isOurs(Math.trunc(stream._strategy))) return 'strategy'
  // Jobs refer back up to 32 KiB.
  if (typeof windowBits === 'number' && windowBits < WINDOW_BITS) return 'windowBits'
  return dictionary === undefined ? undefined : 'dictionary'
}

/** The same for decompression. */
function decompressionReason(options: ZlibOptions): string | undefined {
  const { windowBits, dictionary, flush, finishFlush } = options
  if (typeof windowBits === 'number' && windowBits > 0 && windowBits < WINDOW_BITS) return 'windowBits'
  // Jobs do not stop at the ends of blocks.
  if (flush === constants.Z_BLOCK || finishFlush === constants.Z_BLOCK) return 'flush'
  if ((options as { rejectGarbageAfterEnd?: unknown }).rejectGarbageAfterEnd) return 'rejectGarbageAfterEnd'
  return dictionary === undefined ? undefined : 'dictionary'
}

const COMPRESSION = { Deflate: 'zlib', Gzip: 'gzip', DeflateRaw: 'raw' } as const
const DECOMPRESSION = { Inflate: 'zlib', Gunzip: 'gzip', InflateRaw: 'raw', Unzip: 'any' } as const

const isCompression = (name: StreamName): name is keyof typeof COMPRESSION => name in COMPRESSION

/** Who runs the jobs of a new stream of node:zlib, or why it stays with its own engine. */
function jobsFor(stream: NodeStream, name: StreamName, options: StreamOptions): CallJobs | string {
  const given = options ?? {}
  if (isCompression(name)) return compressionReason(stream, given) ?? serviceFor('compress')
  return decompressionReason(given) ?? serviceFor('decompress')
}

/** What compresses or decompresses for a stream. */
function engineFor(
  stream: NodeStream,
  own: NodeHandle,
  name: StreamName,
  options: StreamOptions,
  internals: NodeInternals,
  jobs: CallJobs,
): HandleEngine {
  if (isCompression(name)) {
    const settings = { level: stream._level, strategy: stream._strategy }
    return new DeflateEngine(COMPRESSION[name], internals, jobs, settings)
  }
  // Without options node:zlib sets 15 bits, with options it leaves them to the header unless they are given.
  const headerWindow = Boolean(options && !options.windowBits)
  const node = new NodeEngine(own, stream._writeState)
  return new InflateEngine({ kind: DECOMPRESSION[name], headerWindow }, internals, node)
}

/** Puts our handle in the place of the one that node:zlib's constructor made, if jobs can serve the stream. */
function adopt(stream: NodeStream, name: StreamName, options: StreamOptions, internals: NodeInternals): void {
  const own = stream._handle as NodeHandle
  const { onerror } = own
  const jobs = jobsFor(stream, name, options)
  services.set(stream, jobs)
  const direction = isCompression(name) ? 'compress' : 'decompress'
  if (typeof jobs === 'string') {
    const { close } = own
    own.close = function (...values) {
      // How many bytes came out is not known.
      countCall(name, direction, true, stream.bytesWritten, 0)
      Reflect.apply(close, this, values)
    }
    return
  }
  const engine = engineFor(stream, own, name, options, internals, jobs)
  const { processCallback } = internals
  const closed = (bytesOut: number) => {
    countCall(name, direction, false, stream.bytesWritten, bytesOut)
  }
  const handle = new Handle({ engine, stream, processCallback, runner: jobs, closed })
  handle.onerror = onerror
  // By one of them a handle's callbacks find the stream.
  for (const symbol of Object.getOwnPropertySymbols(own)) {
    Object.defineProperty(handle, symbol, Object.getOwnPropertyDescriptor(own, symbol) ?? {})
  }
  stream._handle = handle
}

/** A class that does what node:zlib's of this name does, with our handle. Both have the same prototype. */
function classOf(name: StreamName, internals: NodeInternals): StreamClass {
  const original = zlib[name] as unknown as StreamClass
  function construct(this: unknown, options?: StreamOptions): unknown {
    if (!(this instanceof original)) {
      // Without `new` the original makes the object, and warns as this version of Node does.
      const stream: NodeStream = Reflect.apply(original, undefined, [options])
      adopt(stream, name, options, internals)
      return stream
    }
    Reflect.apply(original, this, [options])
    adopt(this, name, options, internals)
    return undefined
  }
  Object.setPrototypeOf(construct, Object.getPrototypeOf(original) as object)
  const prototype: unknown = Reflect.get(original, 'prototype')
  Object.defineProperties(construct, {
    name: { value: name },
    prototype: { value: prototype },
  })
  return construct as unknown as StreamClass
}

/** The function that makes a stream, by the name that this version of Node gives to it. */
function createOf(name: StreamName, Class: StreamClass): (options?: StreamOptions) => NodeStream {
  // node:zlib's can be called with `new` as well.
  const create = function (options?: StreamOptions) {
    return new Class(options)
  }
  const { name: value } = zlib[`create${name}`]
  return Object.defineProperty(create, 'name', { value, configurable: true })
}

/** Our stream classes and the functions that make them, by their names in node:zlib; none where jobs cannot serve. */
export const streams: Readonly<Record<string, unknown>> = makeStreams()

function makeStreams(): Record<string, unknown> {
  const made: Record<string, unknown> = {}
  if (typeof nodeInternals === 'string') return made
  for (const name of STREAM_NAMES) {
    const Class = classOf(name, nodeInternals)
    made[name] = Class
    made[`create${name}`] = createOf(name, Class)
  }
  return made
}
