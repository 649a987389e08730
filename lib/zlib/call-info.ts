// SPDX-License-Identifier: MIT
import type { ZlibOptions } from 'node:zlib'

import type { Direction } from '../configuration.js'
import type { Engine } from '../device/device.js'
import { servedByNode, type CallInfo } from '../job/call-jobs.js'
import { countCall } from './call-statistics.js'
import { joined } from './joined.js'
import type { NodeStream } from './node-engine.js'
import { serviceFor } from './shared-devices.js'
import { infoOf, streams, type StreamClass } from './streams.js'

/** What a convenience function gives with `info: true`: node:zlib's `buffer` and `engine`, and what it took. */
export interface ResultWithInfo {
  readonly buffer: Buffer
  /** The stream of node:zlib that the call went through; its `bytesWritten` is the number of bytes that were consumed. */
  readonly engine: object
  /** What did the work: the device that executed the last job, or Node's own zlib. */
  readonly device: Engine | 'node'
  /** Why it was not the device that should have; undefined: it was. */
  readonly reason: string | undefined
  /** Jobs that came to a completion code, the page faults that they met, and the pastes beyond each job's first. */
  readonly jobs: number
  readonly faults: number
  readonly retries: number
  /** Compressed blocks that were inflated again to see whether they restore the data, and the milliseconds it took. */
  readonly verifiedBlocks: number
  readonly verifyMs: number
}

/** The result of node:zlib for `info: true`. */
interface NodeResult {
  readonly buffer: Buffer
  readonly engine: object
}

/** A stream of node:zlib with the parts that its convenience functions use. */
interface OneShotStream extends NodeStream, NodeJS.ReadWriteStream {
  readonly _finishFlushFlag: number
  readonly _maxOutputLength: number
  _processChunk(chunk: Uint8Array, flush: number): Buffer
  close(): void
}

/** Adds what it took to node:zlib's result. */
function withInfo(result: NodeResult, { engine, ...took }: CallInfo): ResultWithInfo {
  return Object.assign(result, { device: engine, ...took })
}

/**
 * A stream for a call with `info: true`, as node:zlib makes one for each of its calls: options and errors are its own.
 *
 * @param className of node:zlib
 * @returns why Node's own zlib is to serve the call instead
 */
function streamFor(
  className: string,
  direction: Direction,
  bytes: number,
  options: ZlibOptions,
): OneShotStream | string {
  const Class = streams[className] as StreamClass | undefined
  const service = serviceFor(direction, bytes)
  if (!Class || typeof service === 'string') return typeof service === 'string' ? service : 'streams'
  return new Class(options) as unknown as OneShotStream
}

/** What a call with `info: true` is about. */
export interface InfoCall {
  /** The class of node:zlib that the function uses. */
  readonly className: string
  readonly direction: Direction
  readonly data: Uint8Array
  readonly options: ZlibOptions
}

/** A blocking call with `info: true`. @param original node:zlib's own call */
export function callWithInfo(
  { className, direction, data, options }: InfoCall,
  original: () => NodeResult,
): ResultWithInfo {
  const stream = streamFor(className, direction, data.length, options)
  if (typeof stream === 'string') {
    const result = original()
    countCall(className, direction, true, data.length, result.buffer.length)
    return withInfo(result, servedByNode(stream))
  }
  const buffer = stream._processChunk(data, stream._finishFlushFlag)
  return withInfo({ buffer, engine: stream }, infoOf(stream))
}

/** What a callback gets: an error, or a result. */
type Settle<Result> = (error: Error | null, result?: Result) => void

/** The same for a call with a callback. */
export function callBackWithInfo(
  { className, direction, data, options }: InfoCall,
  callback: Settle<ResultWithInfo>,
  original: (callback: Settle<NodeResult>) => void,
): void {
  const passOn = (reason: string) => {
    original(function (this: unknown, error, result) {
      countCall(className, direction, true, data.length, result?.buffer.length ?? 0)
      Reflect.apply(callback, this, result ? [error, withInfo(result, servedByNode(reason))] : [error])
    })
  }
  const stream = streamFor(className, direction, data.length, options)
  if (typeof stream === 'string') {
    passOn(stream)
    return
  }
  const pieces: Uint8Array[] = []
  let bytes = 0
  stream.on('data', (piece: Uint8Array) => {
    pieces.push(piece)
    bytes += piece.length
    if (bytes <= stream._maxOutputLength) return
    // node:zlib refuses it in its own words.
    stream.removeAllListeners()
    stream.close()
    passOn('output too large')
  })
  stream.on('error', callback)
  stream.on('end', () => {
    stream.close()
    const result = withInfo({ buffer: joined(pieces), engine: stream }, infoOf(stream))
    Reflect.apply(callback, stream, [null, result])
  })
  stream.end(data)
}
