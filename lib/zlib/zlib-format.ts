// SPDX-License-Identifier: MIT
import { dataError } from './errors.js'
import type { HeaderSettings } from './gzip-format.js'

const CM_DEFLATE = 8
/** CINFO of a 32 KiB window. */
const CINFO_32K = 7
const FDICT = 0x20
/** FLEVEL by level as zlib sets it: fastest, fast, default, best (RFC 1950 2.2). */
const FLEVEL_BY_LEVEL = [0, 0, 1, 1, 1, 1, 2, 3, 3, 3] as const

export const ZLIB_HEADER_BYTES = 2
/** Bytes of a zlib trailer: Adler-32, most significant byte first. */
export const ZLIB_TRAILER_BYTES = 4

/** The header that zlib writes for a 32 KiB window (RFC 1950). */
export function zlibHeader(settings: HeaderSettings): Uint8Array {
  const header = new Uint8Array(ZLIB_HEADER_BYTES)
  writeZlibHeader(header, settings)
  return header
}

/** Writes that header at the start of `bytes`. */
export function writeZlibHeader(bytes: Uint8Array, { level, fixed = false }: HeaderSettings): void {
  const cmf = (CINFO_32K << 4) | CM_DEFLATE
  const flags = (fixed ? 0 : FLEVEL_BY_LEVEL[level]) << 6
  bytes[0] = cmf
  bytes[1] = flags + 31 - ((cmf * 256 + flags) % 31)
}

/** The trailer of a zlib stream. */
export function zlibTrailer(adler: number): Uint8Array {
  const trailer = Buffer.alloc(ZLIB_TRAILER_BYTES)
  writeZlibTrailer(trailer, 0, adler)
  return trailer
}

/** Writes that trailer at `at`. */
export function writeZlibTrailer(bytes: Buffer, at: number, adler: number): void {
  bytes.writeUInt32BE(adler, at)
}

/** True for a valid header without a dictionary, whose window may be used in full. */
export function isPlainZlibHeader(bytes: Uint8Array, keepsToWindow: boolean): boolean {
  const [cmf, flags] = [bytes[0], bytes[1]]
  const isValid = (cmf * 256 + flags) % 31 === 0 && (cmf & 15) === CM_DEFLATE && cmf >>> 4 <= CINFO_32K
  return isValid && (flags & FDICT) === 0 && !(keepsToWindow && cmf >>> 4 < CINFO_32K)
}

/**
 * Checks a zlib header; preset dictionaries are not handled here.
 *
 * @throws ZlibError with zlib's message
 */
export function checkZlibHeader([cmf, flags]: Uint8Array): void {
  if ((cmf * 256 + flags) % 31 !== 0) throw dataError('incorrect header check')
  if ((cmf & 15) !== CM_DEFLATE) throw dataError('unknown compression method')
  if (cmf >>> 4 > CINFO_32K) throw dataError('invalid window size')
  if (flags & FDICT) throw dataError('Missing dictionary')
}

/** True if a checked header names a window of less than 32 KiB. */
export function hasSmallWindow([cmf]: Uint8Array): boolean {
  return cmf >>> 4 < CINFO_32K
}

/** @throws ZlibError with zlib's message if the trailer does not fit the data */
export function checkZlibTrailer(trailer: Uint8Array, adler: number): void {
  const stored = new DataView(trailer.buffer, trailer.byteOffset, ZLIB_TRAILER_BYTES).getUint32(0)
  if (stored !== adler) throw dataError('incorrect data check')
}
