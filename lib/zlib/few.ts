// SPDX-License-Identifier: MIT
import type { Buffer } from 'node:buffer'

import type { AtOnce, Outcome } from '../deflate/at-once.js'
import { DeflateAtOnce, MOST_AT_ONCE_BYTES } from '../deflate/deflate-at-once.js'
import { InflateAtOnce } from '../deflate/inflate-at-once.js'
import { giveWorkspace, takeWorkspace, type Workspace } from '../deflate/workspace.js'
import { MAX_RATIO } from '../format/deflate.js'
import { STAGED_SOURCE_BYTES, STAGED_TARGET_BYTES } from '../job/slot.js'
import {
  FIXED_HEADER_BYTES,
  GZIP_TRAILER_BYTES,
  isPlainGzipHeader,
  writeGzipHeader,
  writeGzipTrailer,
} from './gzip-format.js'
import { CHECKSUM_OF, type CompressOptions, type DecompressOptions, type Format } from './one-shot.js'
import { resultBuffer } from './small-results.js'
import {
  isPlainZlibHeader,
  writeZlibHeader,
  writeZlibTrailer,
  ZLIB_HEADER_BYTES,
  ZLIB_TRAILER_BYTES,
} from './zlib-format.js'

/** Bytes before and behind a DEFLATE stream. */
const HEADER_BYTES: Readonly<Record<Format, number>> = {
  gzip: FIXED_HEADER_BYTES,
  zlib: ZLIB_HEADER_BYTES,
  raw: 0,
}
const TRAILER_BYTES: Readonly<Record<Format, number>> = {
  gzip: GZIP_TRAILER_BYTES,
  zlib: ZLIB_TRAILER_BYTES,
  raw: 0,
}

/** How many times as long as the data the output of a decompression may be, where its size is not known. */
const LIKELY_RATIO = 4

/**
 * Most bytes of a gzip member, which a callback call copies, and of what its trailer says that it makes. More: less time for
 * larger calls, some tens of microseconds each. Fewer: less is done in vain where several members follow each other, or a
 * trailer lies.
 */
const MOST_GZIP_BYTES = 1024 * 1024
const MOST_GUNZIPPED_BYTES = 4 * 1024 * 1024

/** A call whose data are few: jobs that are run at once, and what is around their result. */
export interface FewCall {
  readonly work: AtOnce
  /** Lets the jobs, of which none was run yet, read a copy of the data: who made the call may change them. */
  moveTo(copy: Uint8Array): void
  /**
   * Makes the result when the jobs have been run, and gives their memory back.
   *
   * @returns undefined where the ordinary way is to be gone
   */
  finish(): Buffer | undefined
}

/** Compresses few data into one stream or member. */
class FewToCompress implements FewCall {
  readonly work: DeflateAtOnce
  readonly #space = takeWorkspace()
  readonly #length: number

  constructor(
    private readonly format: Format,
    data: Uint8Array,
    private readonly options: FewOptions,
  ) {
    this.#length = data.length
    this.work = new DeflateAtOnce(data, options, this.#space)
  }

  moveTo(copy: Uint8Array): void {
    this.work.moveTo(copy)
  }

  finish(): Buffer | undefined {
    const { outcome } = this.work
    const result = outcome && this.#framed(outcome)
    giveWorkspace(this.#space)
    return result
  }

  /** The stream between header and trailer. */
  #framed({ bytes, adler, crc }: Outcome): Buffer | undefined {
    const { format, options } = this
    const start = HEADER_BYTES[format]
    const end = start + bytes.length
    const length = end + TRAILER_BYTES[format]
    if (length > options.maxOutputLength) return undefined
    const all = resultBuffer(length)
    all.set(bytes, start)
    if (format === 'gzip') {
      writeGzipHeader(all, options)
      writeGzipTrailer(all, end, crc, this.#length)
    } else if (format === 'zlib') {
      writeZlibHeader(all, options)
      writeZlibTrailer(all, end, adler)
    }
    return all
  }
}

/** Decompresses one stream or member: into the result, where its size is known, or into a workspace. */
class FewToDecompress implements FewCall {
  readonly work: InflateAtOnce
  #result: Buffer | undefined
  #space: Workspace | undefined

  /** @param size bytes of output, if they are known */
  constructor(
    private readonly format: Format,
    private data: Uint8Array,
    private readonly maxOutputLength: number,
    size: number | undefined,
  ) {
    let target: Uint8Array
    if (size) target = this.#result = resultBuffer(size)
    else ({ target } = this.#space = takeWorkspace())
    this.work = new InflateAtOnce(streamIn(format, data), target, CHECKSUM_OF[format])
  }

  moveTo(copy: Uint8Array): void {
    this.data = copy
    this.work.moveTo(streamIn(this.format, copy))
  }

  finish(): Buffer | undefined {
    const { outcome } = this.work
    const isGood = outcome && outcome.bytes.length <= this.maxOutputLength && this.#fitsTrailer(outcome)
    const result = isGood ? (this.#result ?? copyOf(outcome.bytes)) : undefined
    if (this.#space) giveWorkspace(this.#space)
    return result
  }

  #fitsTrailer({ bytes, adler, crc }: Outcome): boolean {
    const { format, data } = this
    const at = data.length - TRAILER_BYTES[format]
    if (format === 'gzip') return littleWord(data, at) === crc && littleWord(data, at + 4) === bytes.length
    return format === 'raw' || bigWord(data, at) === adler
  }
}

/** What a compression has to be told. */
export type FewOptions = Omit<CompressOptions, 'take'> & Pick<DecompressOptions, 'maxOutputLength'>

/** The compression of these data if they are few; otherwise undefined. */
export function fewToCompress(format: Format, data: Uint8Array, options: FewOptions): FewCall | undefined {
  const { length } = data
  const areFew = length > 0 && length <= MOST_AT_ONCE_BYTES && length <= options.jobLimit
  return areFew && options.level > 0 ? new FewToCompress(format, data, options) : undefined
}

/**
 * The decompression of one stream or member with an ordinary header whose data are few; undefined for any other.
 *
 * @param jobLimit bytes of target after which the device suspends a job
 */
export function fewToDecompress(
  format: Format,
  data: Uint8Array,
  { maxOutputLength, headerWindow }: Omit<DecompressOptions, 'take' | 'jobBytes'>,
  jobLimit: number,
): FewCall | undefined {
  const end = data.length - TRAILER_BYTES[format]
  const bytes = end - HEADER_BYTES[format]
  const [mostIn, mostOut] =
    format === 'gzip' ? [MOST_GZIP_BYTES, MOST_GUNZIPPED_BYTES] : [STAGED_SOURCE_BYTES, STAGED_TARGET_BYTES]
  if (bytes <= 0 || bytes > mostIn || !hasPlainHeader(format, data, headerWindow)) return undefined
  const size = format === 'gzip' ? littleWord(data, end + 4) : undefined
  const likelySize = size ?? data.length * LIKELY_RATIO
  const most = Math.min(mostOut, maxOutputLength, bytes * MAX_RATIO)
  const areFew = likelySize <= most && likelySize < jobLimit
  return areFew ? new FewToDecompress(format, data, maxOutputLength, size) : undefined
}

function hasPlainHeader(format: Format, data: Uint8Array, headerWindow: boolean): boolean {
  if (format === 'gzip') return isPlainGzipHeader(data)
  return format === 'raw' || isPlainZlibHeader(data, headerWindow)
}

/** The DEFLATE stream between header and trailer. */
function streamIn(format: Format, { buffer, byteOffset, length }: Uint8Array): Uint8Array {
  const start = HEADER_BYTES[format]
  return new Uint8Array(buffer, byteOffset + start, length - start - TRAILER_BYTES[format])
}

function copyOf(bytes: Uint8Array): Buffer {
  const copy = resultBuffer(bytes.length)
  copy.set(bytes)
  return copy
}

function littleWord(bytes: Uint8Array, at: number): number {
  return (bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)) >>> 0
}

function bigWord(bytes: Uint8Array, at: number): number {
  return ((bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]) >>> 0
}
