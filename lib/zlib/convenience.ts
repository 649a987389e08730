import zlib, { type CompressCallback, type InputType, type ZlibOptions } from 'node:zlib'

import { DataError } from '../deflate/job-failure.js'
import { runSteps, runStepsSync } from '../deflate/steps.js'
import { NxError } from '../errors.js'
import { ZlibError } from './errors.js'
import { compressAll, decompressAll, OutputTooLarge, WindowTooSmall, type Format } from './one-shot.js'
import { plainOptions } from './options.js'
import { plainBytes } from './plain-bytes.js'
import { sharedWindow } from './shared-window.js'

/** A node:zlib convenience function that blocks. */
type SyncFunction = (buffer: InputType, options?: ZlibOptions) => Buffer

/** A node:zlib convenience function with a callback. */
interface CallbackFunction {
  (buffer: InputType, callback: CompressCallback): void
  (buffer: InputType, options: ZlibOptions, callback: CompressCallback): void
}

/** Bytes of output that a job of a blocking call should make: as much as there is. */
const SYNC_JOB_BYTES = Infinity

/** Bytes of output that a job of a callback call should make, so that the event loop is not held up for long. */
const ASYNC_JOB_BYTES = 1024 * 1024

/** node:zlib's own functions, taken before anything can replace them. */
const node = { ...zlib }

/** The formats that the decompressing functions take. */
type Source = Format | 'any'

function bytesOf(buffer: InputType): Uint8Array | undefined {
  if (typeof buffer === 'string') return plainBytes(Buffer.from(buffer))
  if (ArrayBuffer.isView(buffer)) return plainBytes(buffer)
  return buffer instanceof ArrayBuffer ? new Uint8Array(buffer) : undefined
}

/** What `unzip` finds at the start of the data. */
function formatOf(source: Source, data: Uint8Array): Format {
  if (source !== 'any') return source
  return data[0] === 0x1f && data[1] === 0x8b ? 'gzip' : 'zlib'
}

function compressSync(format: Format, original: SyncFunction): SyncFunction {
  return function syncBufferWrapper(buffer, options) {
    const data = bytesOf(buffer)
    const plain = plainOptions(options, false)
    if (!data || !plain) return original(buffer, options)
    const { window } = sharedWindow()
    try {
      const steps = compressAll(format, data, { ...plain, jobLimit: window.jobLimit })
      const result = runStepsSync(window, steps)
      // Its error for a result that is too large is exactly what is wanted.
      return result.length > plain.maxOutputLength ? original(buffer, options) : result
    } catch (error) {
      rethrowUnexpected(error)
      return original(buffer, options)
    }
  }
}

function decompressSync(source: Source, original: SyncFunction): SyncFunction {
  return function syncBufferWrapper(buffer, options) {
    const data = bytesOf(buffer)
    const plain = plainOptions(options, true)
    if (!data || !plain) return original(buffer, options)
    try {
      const steps = decompressAll(formatOf(source, data), data, { ...plain, jobBytes: SYNC_JOB_BYTES })
      return runStepsSync(sharedWindow().window, steps)
    } catch (error) {
      rethrowUnexpected(error)
      return original(buffer, options)
    }
  }
}

function compressCallback(format: Format, original: CallbackFunction): CallbackFunction {
  return callbackFunction(original, (data, options) => {
    const plain = plainOptions(options, false)
    if (!plain) return undefined
    const { window } = sharedWindow()
    const steps = compressAll(format, data(), { ...plain, jobLimit: window.jobLimit })
    return runSteps(window, steps).then((result) =>
      result.length > plain.maxOutputLength ? undefined : result,
    )
  })
}

function decompressCallback(source: Source, original: CallbackFunction): CallbackFunction {
  return callbackFunction(original, (data, options) => {
    const plain = plainOptions(options, true)
    if (!plain) return undefined
    const bytes = data()
    const steps = decompressAll(formatOf(source, bytes), bytes, { ...plain, jobBytes: ASYNC_JOB_BYTES })
    return runSteps(sharedWindow().window, steps)
  })
}

/**
 * Work that is done by jobs; undefined, at once or later, for a call that node:zlib has to serve. `data` gives a copy of
 * the input.
 */
type Offload = (
  data: () => Uint8Array,
  options: ZlibOptions | undefined,
) => Promise<Buffer | undefined> | undefined

function callbackFunction(original: CallbackFunction, offload: Offload): CallbackFunction {
  // Three parameters, as node:zlib's own have.
  return function asyncBufferWrapper(
    buffer: InputType,
    first: ZlibOptions | CompressCallback | undefined,
    second?: CompressCallback,
  ) {
    const [callback, options] = typeof first === 'function' ? [first, undefined] : [second, first]
    const data = bytesOf(buffer)
    let copy: Uint8Array | undefined
    // Blocks refer back to earlier input, and the caller may change, detach or resize it while they are made.
    const work =
      data && typeof callback === 'function' && offload(() => (copy = new Uint8Array(data)), options)
    if (!work) {
      Reflect.apply(original, undefined, [buffer, first, second])
      return
    }
    const passOn = () => {
      try {
        Reflect.apply(original, undefined, [copy, first, second])
      } catch (error) {
        callback(error as Error, Buffer.alloc(0))
      }
    }
    work.catch(rethrowUnexpected).then(
      (result) => {
        // Outside of the promise, so that what the callback throws is an uncaught exception, as with node:zlib.
        if (result) process.nextTick(callback, null, result)
        else process.nextTick(passOn)
      },
      (defect: unknown) => {
        process.nextTick(callback, defect)
      },
    )
  }
}

/**
 * For faults of the data, of the device, or of the options, node:zlib serves the call: it finds the same fault in its own
 * words, or does what the device could not. Anything else is a defect of ours and must be seen.
 */
function rethrowUnexpected(error: unknown): undefined {
  const expected = [ZlibError, DataError, OutputTooLarge, WindowTooSmall, NxError]
  if (!expected.some((kind) => error instanceof kind)) throw error
}

export const gzipSync = compressSync('gzip', node.gzipSync)
export const deflateSync = compressSync('zlib', node.deflateSync)
export const deflateRawSync = compressSync('raw', node.deflateRawSync)
export const gunzipSync = decompressSync('gzip', node.gunzipSync)
export const inflateSync = decompressSync('zlib', node.inflateSync)
export const inflateRawSync = decompressSync('raw', node.inflateRawSync)
export const unzipSync = decompressSync('any', node.unzipSync)

export const gzip = compressCallback('gzip', node.gzip)
export const deflate = compressCallback('zlib', node.deflate)
export const deflateRaw = compressCallback('raw', node.deflateRaw)
export const gunzip = decompressCallback('gzip', node.gunzip)
export const inflate = decompressCallback('zlib', node.inflate)
export const inflateRaw = decompressCallback('raw', node.inflateRaw)
export const unzip = decompressCallback('any', node.unzip)
