// SPDX-License-Identifier: MIT
import { Compressor } from '../deflate/compressor.js'
import { OutputWindow } from '../deflate/output-window.js'
import { runSteps } from '../deflate/steps.js'
import { CallJobs, type CallInfo } from '../job/call-jobs.js'
import { GunzipStream } from './gunzip-stream.js'
import { gzipHeader, gzipTrailer, type GzipHeader } from './gzip-format.js'
import { plainBytes } from './plain-bytes.js'
import { jobsOf } from './shared-devices.js'

export type { GzipHeader } from './gzip-format.js'

/** Room for the plain data of a stream in bytes: a job's output and the history before it. */
const STREAM_ROOM_BYTES = 1024 * 1024

/** Bytes of output that a job of a stream should make. */
const STREAM_JOB_BYTES = 512 * 1024

/** zlib's default level. */
const DEFAULT_LEVEL = 6

/** Compresses a gzip member of any length piece by piece. */
export class GzipCompressor {
  readonly #jobs: CallJobs
  readonly #compressor: Compressor
  readonly #header: Uint8Array
  #headerWritten = false
  #size = 0

  /**
   * @param options level 0..9 (default 6); name and time for the header
   * @param jobs runs the jobs, if not the devices that are shared
   */
  constructor(
    { level = DEFAULT_LEVEL, header }: { level?: number; header?: { name?: string; mtime?: number } } = {},
    jobs?: CallJobs,
  ) {
    this.#jobs = jobs ?? jobsOf('compress')
    this.#compressor = new Compressor({
      level,
      jobLimit: this.#jobs.jobLimit,
      ignoresHints: this.#jobs.ignoresHints,
    })
    this.#header = gzipHeader({ level }, header)
  }

  /** Compresses the next bytes. They may be reused once the promise is settled; the pieces are the caller's. */
  async push(chunk: Uint8Array): Promise<Uint8Array[]> {
    return this.#compress(chunk, false)
  }

  /** Compresses the last bytes, if there are any left, and ends the member. */
  async finish(chunk: Uint8Array = new Uint8Array(0)): Promise<Uint8Array[]> {
    const pieces = await this.#compress(chunk, true)
    pieces.push(gzipTrailer(this.#compressor.crc, this.#size))
    return pieces
  }

  get statistics(): CallInfo {
    return this.#jobs.info
  }

  async #compress(chunk: Uint8Array, final: boolean): Promise<Uint8Array[]> {
    this.#size += chunk.length
    const pieces = await runSteps(this.#jobs, this.#compressor.compressInParallel(plainBytes(chunk), final))
    if (!this.#headerWritten) pieces.unshift(this.#header)
    this.#headerWritten = true
    return pieces
  }
}

/** Decompresses gzip members of any length piece by piece. */
export class GzipDecompressor {
  readonly #jobs: CallJobs
  readonly #stream = new GunzipStream({
    window: new OutputWindow(STREAM_ROOM_BYTES, false),
    jobBytes: STREAM_JOB_BYTES,
    roomBytes: STREAM_JOB_BYTES,
    garbage: 'ignore',
  })

  /** @param jobs runs the jobs, if not the devices that are shared */
  constructor(jobs?: CallJobs) {
    this.#jobs = jobs ?? jobsOf('decompress')
  }

  /**
   * Decompresses the next bytes. Each piece is valid until the next one is asked for.
   *
   * @throws ZlibError with node:zlib's messages; DataError for compressed data that cannot be decoded
   */
  async *push(chunk: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
    const bytes = plainBytes(chunk)
    for (let at = 0; at < bytes.length;) {
      const { output, consumed } = await runSteps(this.#jobs, this.#stream.next(bytes.subarray(at)))
      at += consumed
      if (output.length > 0) yield output
    }
  }

  /** The input has ended. @throws ZlibError 'unexpected end of file' if a member is not complete */
  finish(): void {
    this.#stream.finish()
  }

  /** The first member's header, once it was read. */
  get header(): GzipHeader | undefined {
    return this.#stream.header
  }

  /** Complete members so far. */
  get members(): number {
    return this.#stream.members
  }

  /** What follows the last member; it is not decompressed. */
  get trailing(): 'none' | 'zeros' | 'garbage' {
    return this.#stream.trailing
  }

  get statistics(): CallInfo {
    return this.#jobs.info
  }
}
