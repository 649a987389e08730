// SPDX-License-Identifier: MIT
import { Compressor } from '../deflate/compressor.js'
import { Decompressor } from '../deflate/decompressor.js'
import { OutputWindow } from '../deflate/output-window.js'
import type { ForkingSteps, Steps } from '../deflate/steps.js'
import { MAX_RATIO } from '../format/deflate.js'
import { joined } from './joined.js'
import { unexpectedEnd } from './errors.js'
import { GunzipStream } from './gunzip-stream.js'
import { GZIP_TRAILER_BYTES, gzipHeader, gzipTrailer } from './gzip-format.js'
import {
  checkZlibHeader,
  checkZlibTrailer,
  hasSmallWindow,
  ZLIB_HEADER_BYTES,
  ZLIB_TRAILER_BYTES,
  zlibHeader,
  zlibTrailer,
} from './zlib-format.js'

/** The formats around DEFLATE. */
export type Format = 'gzip' | 'zlib' | 'raw'

/** The checksum in a format's trailer. */
export const CHECKSUM_OF = { gzip: 'crc', zlib: 'adler', raw: 'none' } as const

/**
 * Most bytes of room that the size in a gzip trailer is trusted for at once. The trailer may lie; a stream that is really
 * longer gets its room as it goes.
 */
const MOST_TRUSTED_BYTES = 1024 * 1024 * 1024

/**
 * Room to begin with, as a multiple of the compressed size, where the size of the output is not known. Larger: data of higher
 * ratio comes out in one job. Smaller: less memory is set aside, though pages that are not written cost nothing. Below 7 the
 * first job would not get all of the source.
 */
const ROOM_RATIO = 8

/** Most bytes of room to begin with where the size of the output is not known. */
const MOST_FIRST_ROOM_BYTES = 64 * 1024 * 1024

/** Settings of a compression in one go. */
export interface CompressOptions {
  readonly level: number
  /** Only the fixed Huffman table. */
  readonly fixed: boolean
  readonly jobLimit: number
  /** The device does not look at hints. Default false. */
  readonly ignoresHints?: boolean | undefined
  /** How the steps get at the data. Default: all of it, where it is. */
  readonly take?: Take | undefined
}

/** Gives the bytes from `at` on, or the first of them, in memory that nobody changes until the steps ask for more. */
export type Take = (data: Uint8Array, at: number) => Uint8Array

const takeAll: Take = (data, at) => (at === 0 ? data : data.subarray(at))

/** Compresses all of the data into one stream or member. */
export function* compressAll(
  format: Format,
  data: Uint8Array,
  options: CompressOptions,
): ForkingSteps<Buffer> {
  return joined(yield* compressPieces(format, data, options))
}

/** The same in pieces. */
export function* compressPieces(
  format: Format,
  data: Uint8Array,
  { take = takeAll, ...options }: CompressOptions,
): ForkingSteps<Uint8Array[]> {
  const compressor = new Compressor(options)
  const pieces: Uint8Array[] = []
  if (format === 'gzip') pieces.push(gzipHeader(options))
  if (format === 'zlib') pieces.push(zlibHeader(options))
  const { length } = data
  let at = 0
  for (let final = false; !final;) {
    const part = take(data, at)
    at += part.length
    final = at >= length
    pieces.push(...(yield* compressor.compressInParallel(part, final)))
  }
  if (format === 'gzip') pieces.push(gzipTrailer(compressor.crc, at))
  if (format === 'zlib') pieces.push(zlibTrailer(compressor.adler))
  return pieces
}

/** Settings of a decompression in one go. */
export interface DecompressOptions {
  /** Bytes of output above which `OutputTooLarge` is thrown. */
  readonly maxOutputLength: number
  /** Distances may not exceed the window size in a zlib header. */
  readonly headerWindow: boolean
  /** Bytes of output that a job should make. */
  readonly jobBytes: number
  /** How the steps get at the data. Default: all of it, where it is. */
  readonly take?: Take | undefined
}

/** Distances would have to be held to less than 32 KiB, which a job cannot do. */
export class WindowTooSmall extends Error {}

/** The output is longer than `maxOutputLength`. */
export class OutputTooLarge extends Error {}

/**
 * Decompresses all of the data.
 *
 * @throws ZlibError or DataError for data that is not valid, OutputTooLarge, WindowTooSmall
 */
export function* decompressAll(format: Format, data: Uint8Array, options: DecompressOptions): Steps<Buffer> {
  return joined(yield* decompressPieces(format, data, options))
}

/** The same in pieces. */
export function* decompressPieces(
  format: Format,
  data: Uint8Array,
  options: DecompressOptions,
): Steps<Uint8Array[]> {
  return format === 'gzip' ? yield* gunzipAll(data, options) : yield* inflateAll(format, data, options)
}

function* gunzipAll(data: Uint8Array, options: DecompressOptions): Steps<Uint8Array[]> {
  const { take = takeAll } = options
  const size = sizeInTrailer(data)
  const exact = size > 0 && size <= Math.min(options.maxOutputLength, MOST_TRUSTED_BYTES)
  const window = new OutputWindow(exact ? size : firstRoom(data.length, options), true)
  const stream = new GunzipStream({
    window,
    roomIsExact: exact,
    jobBytes: options.jobBytes,
    garbage: 'throw',
  })
  const output = new Collected(options.maxOutputLength)
  const { length } = data
  for (let at = 0; at < length;) {
    const next = yield* stream.next(take(data, at))
    at += next.consumed
    output.add(next.output)
  }
  stream.finish()
  return output.pieces
}

function* inflateAll(
  format: 'zlib' | 'raw',
  data: Uint8Array,
  options: DecompressOptions,
): Steps<Uint8Array[]> {
  const { take = takeAll } = options
  const window = new OutputWindow(firstRoom(data.length, options), true)
  const decompressor = new Decompressor({
    window,
    jobBytes: options.jobBytes,
    checksum: CHECKSUM_OF[format],
  })
  const output = new Collected(options.maxOutputLength)
  const { length } = data
  let at = 0
  if (format === 'zlib') {
    if (data.length < ZLIB_HEADER_BYTES) throw unexpectedEnd()
    checkZlibHeader(data)
    if (options.headerWindow && hasSmallWindow(data)) throw new WindowTooSmall()
    at = ZLIB_HEADER_BYTES
  }
  for (let finished = false; !finished;) {
    if (at >= length) throw unexpectedEnd()
    const next = yield* decompressor.decompress(take(data, at))
    at += next.consumed
    output.add(next.output)
    finished = next.finished
  }
  if (format === 'zlib') {
    const trailer = data.subarray(at, at + ZLIB_TRAILER_BYTES)
    if (trailer.length < ZLIB_TRAILER_BYTES) throw unexpectedEnd()
    checkZlibTrailer(trailer, decompressor.adler)
  }
  return output.pieces
}

/** The size that the last gzip trailer gives, or 0 if it cannot be true. */
function sizeInTrailer(data: Uint8Array): number {
  if (data.length < GZIP_TRAILER_BYTES) return 0
  const size = new DataView(data.buffer, data.byteOffset + data.length - 4, 4).getUint32(0, true)
  return size <= data.length * MAX_RATIO ? size : 0
}

function firstRoom(compressedBytes: number, { maxOutputLength, jobBytes }: DecompressOptions): number {
  return Math.min(compressedBytes * ROOM_RATIO, maxOutputLength, jobBytes * 2, MOST_FIRST_ROOM_BYTES)
}

/** The output of a decompression: pieces that lie one behind the other in memory are one. */
class Collected {
  readonly pieces: Uint8Array[] = []
  #length = 0

  constructor(private readonly maxOutputLength: number) {}

  add(piece: Uint8Array): void {
    if (piece.length === 0) return
    this.#length += piece.length
    if (this.#length > this.maxOutputLength) throw new OutputTooLarge()
    const last = this.pieces.at(-1)
    const continues = last?.buffer === piece.buffer && last.byteOffset + last.length === piece.byteOffset
    if (last && continues) {
      this.pieces[this.pieces.length - 1] = new Uint8Array(
        last.buffer,
        last.byteOffset,
        last.length + piece.length,
      )
    } else {
      this.pieces.push(piece)
    }
  }
}
