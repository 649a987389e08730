import { compressOneBlock, MOST_ONE_BLOCK_BYTES, type AtOnce } from '../deflate/one-block.js'
import { inflateInOneJob } from '../deflate/one-job.js'
import type { Steps } from '../deflate/steps.js'
import { inWorkspace } from '../deflate/workspace.js'
import { STAGED_SOURCE_BYTES, STAGED_TARGET_BYTES } from '../job/slot.js'
import {
  FIXED_HEADER_BYTES,
  GZIP_TRAILER_BYTES,
  isPlainGzipHeader,
  writeGzipHeader,
  writeGzipTrailer,
} from './gzip-format.js'
import type { CompressOptions, DecompressOptions, Format } from './one-shot.js'
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
 * Compresses few data into one stream or member.
 *
 * @returns undefined for data that are not few, or with which a job met something unusual: then the ordinary way is to be
 * gone
 */
export function* compressFew(
  format: Format,
  data: Uint8Array,
  options: Omit<CompressOptions, 'take'>,
): Steps<Buffer | undefined> {
  const { level, jobLimit } = options
  if (level === 0 || data.length === 0 || data.length > Math.min(MOST_ONE_BLOCK_BYTES, jobLimit)) {
    return undefined
  }
  const block = yield* inWorkspace((space) => compressOneBlock(data, options, space))
  return block && framed(format, data.length, options, block)
}

/** The stream between header and trailer. */
function framed(
  format: Format,
  size: number,
  options: CompressOptions,
  { bytes, adler, crc }: AtOnce,
): Buffer {
  const start = HEADER_BYTES[format]
  const end = start + bytes.length
  const all = Buffer.allocUnsafe(end + TRAILER_BYTES[format])
  all.set(bytes, start)
  if (format === 'gzip') {
    writeGzipHeader(all, options)
    writeGzipTrailer(all, end, crc, size)
  } else if (format === 'zlib') {
    writeZlibHeader(all, options)
    writeZlibTrailer(all, end, adler)
  }
  return all
}

/**
 * Decompresses one stream or member with an ordinary header whose data are few.
 *
 * @returns undefined for any other, for one that is not valid, and when a job met something unusual: then the ordinary way
 * is to be gone
 */
export function* decompressFew(
  format: Format,
  data: Uint8Array,
  options: Omit<DecompressOptions, 'take'>,
): Steps<Buffer | undefined> {
  const start = HEADER_BYTES[format]
  const end = data.length - TRAILER_BYTES[format]
  if (end <= start || end - start > STAGED_SOURCE_BYTES) return undefined
  if (!hasPlainHeader(format, data, options)) return undefined
  const view = new DataView(data.buffer, data.byteOffset, data.length)
  const size = format === 'gzip' ? view.getUint32(end + 4, true) : data.length * LIKELY_RATIO
  if (size > Math.min(STAGED_TARGET_BYTES, options.maxOutputLength)) return undefined
  const plain = yield* inWorkspace((space) => inflateInOneJob(data.subarray(start, end), space))
  if (!plain || plain.bytes.length > options.maxOutputLength) return undefined
  const fits =
    format === 'gzip'
      ? plain.bytes.length === size && plain.crc === view.getUint32(end, true)
      : format === 'raw' || plain.adler === view.getUint32(end)
  if (!fits) return undefined
  const all = Buffer.allocUnsafe(plain.bytes.length)
  all.set(plain.bytes)
  return all
}

function hasPlainHeader(format: Format, data: Uint8Array, { headerWindow }: DecompressOptions): boolean {
  if (format === 'gzip') return isPlainGzipHeader(data)
  return format === 'raw' || isPlainZlibHeader(data, headerWindow)
}
