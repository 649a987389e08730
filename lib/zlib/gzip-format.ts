import { crc32 } from '../model/nx/checksums.js'
import { dataError } from './errors.js'

/** What a gzip member's header says (RFC 1952). */
export interface GzipHeader {
  /** Original file name, ISO 8859-1. */
  name?: string
  comment?: string
  /** Modification time in seconds since 1970; 0: none. */
  mtime: number
  /** Operating system; 3: Unix. */
  os: number
  /** Extra flags: 2 best compression, 4 fastest. */
  xfl: number
  /** The data is probably text. */
  text: boolean
}

/** Bits of FLG (RFC 1952 2.3.1). */
const FTEXT = 1
const FHCRC = 2
const FEXTRA = 4
const FNAME = 8
const FCOMMENT = 16
const RESERVED_FLAGS = 0xe0

const ID1 = 0x1f
const ID2 = 0x8b
const CM_DEFLATE = 8
const FIXED_HEADER_BYTES = 10
const OS_UNIX = 3

/** Bytes of a gzip trailer: CRC-32 and ISIZE, least significant byte first. */
export const GZIP_TRAILER_BYTES = 8

/** Settings of a compression that show in a header. */
export interface HeaderSettings {
  /** 0..9. */
  readonly level: number
  /** Z_FIXED, which zlib takes for one of its fast strategies. */
  readonly fixed?: boolean
}

/** XFL as zlib sets it. */
function xflOf({ level, fixed = false }: HeaderSettings): number {
  if (level === 9) return 2
  return level < 2 || fixed ? 4 : 0
}

/** The header that zlib writes, with a name and a time if they are given. */
export function gzipHeader(
  settings: HeaderSettings,
  { name, mtime = 0 }: Partial<GzipHeader> = {},
): Uint8Array {
  const nameBytes = name === undefined ? Buffer.alloc(0) : Buffer.from(`${name}\0`, 'latin1')
  const header = Buffer.alloc(FIXED_HEADER_BYTES)
  header.set([ID1, ID2, CM_DEFLATE, nameBytes.length > 0 ? FNAME : 0])
  header.writeUInt32LE(mtime >>> 0, 4)
  header.set([xflOf(settings), OS_UNIX], 8)
  return nameBytes.length > 0 ? Buffer.concat([header, nameBytes]) : header
}

/** The trailer of a member. `size` is taken modulo 2^32. */
export function gzipTrailer(crc: number, size: number): Uint8Array {
  const trailer = Buffer.alloc(GZIP_TRAILER_BYTES)
  trailer.writeUInt32LE(crc, 0)
  trailer.writeUInt32LE(size % 2 ** 32, 4)
  return trailer
}

/** True if these bytes cannot be the start of a gzip member. */
export function isNotGzip(bytes: Uint8Array): boolean {
  return (bytes.length > 0 && bytes[0] !== ID1) || (bytes.length > 1 && bytes[1] !== ID2)
}

/**
 * Reads a member's header from the start of `bytes`.
 *
 * @returns the header and its length, or undefined if more bytes are needed
 * @throws ZlibError with zlib's message if it is not a valid header
 */
export function parseGzipHeader(bytes: Uint8Array): { header: GzipHeader; length: number } | undefined {
  if (isNotGzip(bytes)) throw dataError('incorrect header check')
  if (bytes.length > 2 && bytes[2] !== CM_DEFLATE) throw dataError('unknown compression method')
  if (bytes.length > 3 && (bytes[3] & RESERVED_FLAGS) !== 0) throw dataError('unknown header flags set')
  if (bytes.length < FIXED_HEADER_BYTES) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const flags = bytes[3]
  const header: GzipHeader = {
    mtime: view.getUint32(4, true),
    xfl: bytes[8],
    os: bytes[9],
    text: (flags & FTEXT) !== 0,
  }
  let at = FIXED_HEADER_BYTES
  if (flags & FEXTRA) {
    if (bytes.length < at + 2) return undefined
    at += 2 + view.getUint16(at, true)
  }
  for (const [flag, field] of [
    [FNAME, 'name'],
    [FCOMMENT, 'comment'],
  ] as const) {
    if (!(flags & flag)) continue
    const end = bytes.indexOf(0, at)
    if (end < 0) return undefined
    header[field] = Buffer.from(bytes.subarray(at, end)).toString('latin1')
    at = end + 1
  }
  if (flags & FHCRC) {
    if (bytes.length < at + 2) return undefined
    if ((crc32(bytes.subarray(0, at)) & 0xffff) !== view.getUint16(at, true))
      throw dataError('header crc mismatch')
    at += 2
  }
  return bytes.length < at ? undefined : { header, length: at }
}

/**
 * Checks a member's trailer.
 *
 * @throws ZlibError with zlib's message if it does not fit the data
 */
export function checkGzipTrailer(trailer: Uint8Array, crc: number, size: number): void {
  const view = new DataView(trailer.buffer, trailer.byteOffset, GZIP_TRAILER_BYTES)
  if (view.getUint32(0, true) !== crc) throw dataError('incorrect data check')
  if (view.getUint32(4, true) !== size % 2 ** 32) throw dataError('incorrect length check')
}
