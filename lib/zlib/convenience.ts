// SPDX-License-Identifier: MIT
import zlib, { type CompressCallback, type InputType, type ZlibOptions } from 'node:zlib'

import type { Direction } from '../configuration.js'
import { runAtOnce, runAtOnceSync } from '../deflate/at-once.js'
import { DataError } from '../deflate/job-failure.js'
import { runSteps, runStepsSync, type ForkingSteps } from '../deflate/steps.js'
import { NxError, NxUsageError } from '../errors.js'
import type { CallJobs } from '../job/call-jobs.js'
import { countCall } from './call-statistics.js'
import { callBackWithInfo, callWithInfo } from './call-info.js'
import { ZlibError } from './errors.js'
import { fewToCompress, fewToDecompress, type FewCall } from './few.js'
import { joined, joinedInTurns, lengthOf } from './joined.js'
import {
  compressPieces,
  decompressPieces,
  OutputTooLarge,
  WindowTooSmall,
  type Format,
  type Take,
} from './one-shot.js'
import { plainOptions } from './options.js'
import { plainBytes, readableBytes } from './plain-bytes.js'
import { fellBackToNode, serviceFor } from './shared-devices.js'
import { nextTick, setImmediate } from '../timers.js'

/** A node:zlib convenience function that blocks. Its types do not know what `info` makes of the result. */
type SyncFunction = (buffer: InputType, options?: ZlibOptions) => Buffer

/** A node:zlib convenience function with a callback. */
interface CallbackFunction {
  (buffer: InputType, callback: CompressCallback): void
  (buffer: InputType, options: ZlibOptions, callback: CompressCallback): void
}

/** Bytes of output that a job of a blocking call should make: as much as there is. */
export const SYNC_JOB_BYTES = Infinity

/** Bytes of output that a job of a callback call should make, so that the event loop is not held up for long. */
export const ASYNC_JOB_BYTES = 1024 * 1024

/**
 * Most bytes of input that a callback call copies at once, so that they may change from then on. Of a larger one each part is
 * copied when its turn comes, so that the event loop is not held up. More: longer stalls.
 */
const MOST_COPIED_BYTES = 4 * 1024 * 1024

/** Bytes of such a part: several jobs, so that their sizes stay even. */
const PART_BYTES = 1024 * 1024

/** Copies the parts of `bytes` bytes. They throw where the caller took some away meanwhile. */
const copiesOf =
  (bytes: number): Take =>
  (data, at) => {
    if (data.length !== bytes) throw new NxUsageError('ERR_NX_MEMORY_LOST')
    return new Uint8Array(data.subarray(at, at + PART_BYTES))
  }

/** node:zlib's own functions, taken before anything can replace them. */
const node = { ...zlib }

/** The formats that the decompressing functions take. */
type Source = Format | 'any'

/** The bytes of an input, to be read; what is done with parts of them needs `plainBytes`. */
function bytesOf(buffer: InputType): Uint8Array | undefined {
  if (typeof buffer === 'string') return Buffer.from(buffer)
  if (ArrayBuffer.isView(buffer)) return readableBytes(buffer)
  return buffer instanceof ArrayBuffer ? new Uint8Array(buffer) : undefined
}

/** What `unzip` finds at the start of the data. */
function formatOf(source: Source, data: Uint8Array): Format {
  if (source !== 'any') return source
  return data[0] === 0x1f && data[1] === 0x8b ? 'gzip' : 'zlib'
}

/** What a call is for, and how it is counted. */
interface Call {
  readonly name: string
  /** The class of node:zlib that does the same. */
  readonly className: string
  readonly direction: Direction
}

/** Work for a call, as jobs. */
interface Work {
  /** Where the data are few. */
  readonly few: (data: Uint8Array, jobs: CallJobs) => FewCall | undefined
  /** The ordinary way. Undefined for a result that node:zlib refuses, in its own words. */
  readonly steps: (data: Uint8Array, jobs: CallJobs, take?: Take) => ForkingSteps<Uint8Array[] | undefined>
}

/** Jobs for these data, with the options of a call; undefined if jobs do not have such options. */
type Planner = (options: ZlibOptions | undefined, jobBytes: number) => Work | undefined

const compressing =
  (format: Format): Planner =>
  (options) => {
    const plain = plainOptions(options, false)
    if (!plain) return undefined
    const { level, fixed, maxOutputLength } = plain
    return {
      few: (data, { jobLimit }) => fewToCompress(format, data, { level, fixed, jobLimit, maxOutputLength }),
      *steps(data, { jobLimit, ignoresHints }, take) {
        const pieces = yield* compressPieces(format, data, { level, fixed, jobLimit, ignoresHints, take })
        return lengthOf(pieces) > maxOutputLength ? undefined : pieces
      },
    }
  }

const decompressing =
  (source: Source): Planner =>
  (options, jobBytes) => {
    const plain = plainOptions(options, true)
    if (!plain) return undefined
    return {
      few: (data, { jobLimit }) => fewToDecompress(formatOf(source, data), data, plain, jobLimit),
      steps: (data, _, take) => decompressPieces(formatOf(source, data), data, { ...plain, jobBytes, take }),
    }
  }

/** The jobs that serve a call on these data, with options that jobs have; undefined: node:zlib serves it. */
function jobsFor({ direction }: Call, data: Uint8Array, work: Work | undefined): CallJobs | undefined {
  if (!work) return undefined
  const service = serviceFor(direction, data.length)
  return typeof service === 'string' ? undefined : service
}

/** Why node:zlib serves a call although jobs made a result. */
const TOO_LARGE = 'output too large'

/** Tells that node:zlib serves a call that jobs began. */
function leaveToNode(jobs: CallJobs, reason: string): void {
  const { engine } = jobs
  jobs.leftToNode(reason)
  // Where no job was executed, the trouble of the device was told already.
  if (engine !== undefined && engine !== 'node') fellBackToNode(engine, reason)
}

function syncFunction(call: Call, plan: Planner, original: SyncFunction): SyncFunction {
  // Most calls have no options: what that means is found out once.
  const plainWork = plan(undefined, SYNC_JOB_BYTES)
  return function syncBufferWrapper(buffer, options) {
    const data = bytesOf(buffer)
    if (data && options?.info) {
      const result = callWithInfo({ ...call, data, options }, () => original(buffer, options) as never)
      return result as never
    }
    const work = options ? data && plan(options, SYNC_JOB_BYTES) : plainWork
    const jobs = data && jobsFor(call, data, work)
    const done = (result: Buffer, byNode: boolean) => {
      countCall(call.name, call.direction, byNode, data?.length ?? 0, bytesOf(result)?.length ?? 0)
      return result
    }
    if (jobs && work) {
      try {
        const few = work.few(data, jobs)
        const short = few && runAtOnceSync(jobs, few.work) ? few.finish() : undefined
        if (short) return done(short, false)
        const result = runStepsSync(jobs, work.steps(plainBytes(data), jobs))
        if (result) return done(joined(result), false)
        leaveToNode(jobs, TOO_LARGE)
      } catch (error) {
        leaveToNode(jobs, reasonToLeave(error))
      }
    }
    return done(original(buffer, options), true)
  }
}

function callbackFunction(call: Call, plan: Planner, original: CallbackFunction): CallbackFunction {
  // Three parameters, as node:zlib's own have.
  return function asyncBufferWrapper(
    buffer: InputType,
    first: ZlibOptions | CompressCallback | undefined,
    second?: CompressCallback,
  ) {
    const [callback, options] = typeof first === 'function' ? [first, undefined] : [second, first]
    const data = bytesOf(buffer)
    const bytesIn = data?.length ?? 0
    if (data && options?.info && typeof callback === 'function') {
      callBackWithInfo({ ...call, data, options }, callback as never, (settle) => {
        original(buffer, options, settle as never)
      })
      return
    }
    const work = data && typeof callback === 'function' ? plan(options, ASYNC_JOB_BYTES) : undefined
    const jobs = data && jobsFor(call, data, work)
    // As node:zlib calls it: on an error without a second argument, and the stream is its `this`, where there is one.
    const counted = (byNode: boolean) =>
      function (this: unknown, ...outcome: [error: Error | null, result?: Buffer]) {
        const [, result] = outcome
        const bytesOut = result === undefined ? 0 : (bytesOf(result)?.length ?? 0)
        countCall(call.name, call.direction, byNode, bytesIn, bytesOut)
        if (callback) Reflect.apply(callback, byNode ? this : undefined, outcome)
      }
    if (!data || !work || !jobs || !callback) {
      const last = typeof callback === 'function' ? counted(true) : callback
      Reflect.apply(original, undefined, typeof first === 'function' ? [buffer, last] : [buffer, first, last])
      return
    }
    const few = work.few(data, jobs)
    const isBrief = few?.work.job !== undefined && jobs.admitBrief(few.work.job)
    const brief = isBrief && runAtOnceSync(jobs, few.work) ? few.finish() : undefined
    if (brief) {
      // Not before what the caller does next, in a tick or behind a promise: node:zlib calls back in a later turn.
      setImmediate(counted(false), null, brief)
      return
    }
    // The caller may change, detach or resize the input meanwhile.
    const isLarge = bytesIn > MOST_COPIED_BYTES
    const input = isLarge ? plainBytes(data) : new Uint8Array(data)
    const passOn = () => {
      try {
        Reflect.apply(original, undefined, [isLarge ? buffer : input, options, counted(true)])
      } catch (error) {
        Reflect.apply(callback, undefined, [error])
      }
    }
    const waiting = isBrief ? undefined : few
    waiting?.moveTo(input)
    // Ticks are outside of the promise, so that what the callback throws is an uncaught exception, as with node:zlib.
    const succeeded = (result: Buffer | undefined) => {
      if (result) nextTick(counted(false), null, result)
      else {
        leaveToNode(jobs, TOO_LARGE)
        nextTick(passOn)
      }
    }
    const failed = (error: unknown) => {
      try {
        leaveToNode(jobs, reasonToLeave(error))
        nextTick(passOn)
      } catch (defect) {
        nextTick(callback, defect)
      }
    }
    runWork(jobs, work, waiting, input, isLarge ? copiesOf(bytesIn) : undefined).then(succeeded, failed)
  }
}

/**
 * Does the work without blocking the event loop. Undefined for a result that node:zlib refuses.
 *
 * @param few the same where the data are few, none of whose jobs was run yet
 */
async function runWork(
  jobs: CallJobs,
  work: Work,
  few: FewCall | undefined,
  input: Uint8Array,
  take: Take | undefined,
): Promise<Buffer | undefined> {
  const short = few && (await runAtOnce(jobs, few.work)) ? few.finish() : undefined
  if (short) return short
  const pieces = await runSteps(jobs, work.steps(input, jobs, take))
  return pieces && joinedInTurns(pieces)
}

/**
 * For faults of the data, of the device, or of the options, node:zlib serves the call: it finds the same fault in its own
 * words, or does what the device could not. Anything else must be seen: a defect of ours, or input that went away.
 *
 * @returns what the fault is
 */
function reasonToLeave(error: unknown): string {
  if (error instanceof NxError && error.code !== 'ERR_NX_MEMORY_LOST') return error.code
  if (error instanceof OutputTooLarge) return TOO_LARGE
  if (error instanceof WindowTooSmall) return 'windowBits'
  if (error instanceof ZlibError || error instanceof DataError) return 'data'
  throw error
}

const call = (name: string, direction: Direction): Call => {
  const [first, ...rest] = name.replace(/Sync$/, '')
  return { name, className: `${first.toUpperCase()}${rest.join('')}`, direction }
}
const compress = (name: string): Call => call(name, 'compress')
const decompress = (name: string): Call => call(name, 'decompress')

export const gzipSync = syncFunction(compress('gzipSync'), compressing('gzip'), node.gzipSync)
export const deflateSync = syncFunction(compress('deflateSync'), compressing('zlib'), node.deflateSync)
export const deflateRawSync = syncFunction(
  compress('deflateRawSync'),
  compressing('raw'),
  node.deflateRawSync,
)
export const gunzipSync = syncFunction(decompress('gunzipSync'), decompressing('gzip'), node.gunzipSync)
export const inflateSync = syncFunction(decompress('inflateSync'), decompressing('zlib'), node.inflateSync)
export const inflateRawSync = syncFunction(
  decompress('inflateRawSync'),
  decompressing('raw'),
  node.inflateRawSync,
)
export const unzipSync = syncFunction(decompress('unzipSync'), decompressing('any'), node.unzipSync)

export const gzip = callbackFunction(compress('gzip'), compressing('gzip'), node.gzip)
export const deflate = callbackFunction(compress('deflate'), compressing('zlib'), node.deflate)
export const deflateRaw = callbackFunction(compress('deflateRaw'), compressing('raw'), node.deflateRaw)
export const gunzip = callbackFunction(decompress('gunzip'), decompressing('gzip'), node.gunzip)
export const inflate = callbackFunction(decompress('inflate'), decompressing('zlib'), node.inflate)
export const inflateRaw = callbackFunction(decompress('inflateRaw'), decompressing('raw'), node.inflateRaw)
export const unzip = callbackFunction(decompress('unzip'), decompressing('any'), node.unzip)
