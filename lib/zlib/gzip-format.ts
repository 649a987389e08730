// SPDX-License-Identifier: MIT
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
export const FLG = { FTEXT: 1, FHCRC: 2, FEXTRA: 4, FNAME: 8, FCOMMENT: 16, RESERVED: 0xe0 } as const

export const ID1 = 0x1f
export const ID2 = 0x8b
export const CM_DEFLATE = 8
export const FIXED_HEADER_BYTES = 10
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
  header.set([ID1, ID2, CM_DEFLATE, nameBytes.length > 0 ? FLG.FNAME : 0])
  header.writeUInt32LE(mtime >>> 0, 4)
  header.set([xflOf(settings), OS_UNIX], 8)
  return nameBytes.length > 0 ? Buffer.concat([header, nameBytes]) : header
}

/** Writes the header of a member without name and time at the start of `bytes`. */
export function writeGzipHeader(bytes: Uint8Array, settings: HeaderSettings): void {
  bytes.fill(0, 0, FIXED_HEADER_BYTES)
  bytes[0] = ID1
  bytes[1] = ID2
  bytes[2] = CM_DEFLATE
  bytes[8] = xflOf(settings)
  bytes[9] = OS_UNIX
}

/** True for a header of `FIXED_HEADER_BYTES` bytes: one without name and the like. There must be as many. */
export function isPlainGzipHeader(bytes: Uint8Array): boolean {
  return bytes[0] === ID1 && bytes[1] === ID2 && bytes[2] === CM_DEFLATE && bytes[3] === 0
}

/** The trailer of a member. `size` is taken modulo 2^32. */
export function gzipTrailer(crc: number, size: number): Uint8Array {
  const trailer = Buffer.alloc(GZIP_TRAILER_BYTES)
  writeGzipTrailer(trailer, 0, crc, size)
  return trailer
}

/** Writes that trailer at `at`. */
export function writeGzipTrailer(bytes: Buffer, at: number, crc: number, size: number): void {
  bytes.writeUInt32LE(crc, at)
  bytes.writeUInt32LE(size % 2 ** 32, at + 4)
}

/** @throws ZlibError with zlib's message if the first half of a member's trailer does not fit the data */
export function checkGzipCrc(trailer: Uint8Array, crc: number): void {
  const view = new DataView(trailer.buffer, trailer.byteOffset)
  if (view.getUint32(0, true) !== crc) throw dataError('incorrect data check')
}

/**
 * Checks a member's trailer.
 *
 * @throws ZlibError with zlib's message if it does not fit the data
 */
export function checkGzipTrailer(trailer: Uint8Array, crc: number, size: number): void {
  checkGzipCrc(trailer, crc)
  const view = new DataView(trailer.buffer, trailer.byteOffset, GZIP_TRAILER_BYTES)
  if (view.getUint32(4, true) !== size % 2 ** 32) throw dataError('incorrect length check')
}
