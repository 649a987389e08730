// SPDX-License-Identifier: MIT
import { crc32 } from '../format/checksums.js'
import { parseGzipHeader } from '../zlib/gzip-header-reader.js'
import type { Input } from './input.js'

const CM_DEFLATE = 8

/** Bits of FLG (RFC 1952 2.3.1); gzip once used a reserved one for encryption. */
const FHCRC = 2
const FEXTRA = 4
const ENCRYPTED = 0x20
const RESERVED_FLAGS = 0xe0

/** First bytes of what gzip(1) reads besides its own format: compress, pack, freeze and lzh, and zip. */
const OTHER_FORMATS = [
  [0x1f, 0x9d],
  [0x1f, 0x1e],
  [0x1f, 0x9f],
  [0x1f, 0xa0],
  [0x50, 0x4b, 3, 4],
]

/** What an input begins with. */
export type Head =
  | { kind: 'gzip'; /** bytes of the header */ length: number; name?: string; mtime: number; extra: number }
  /** Something that is not compressed, or not by gzip. */
  | { kind: 'unknown' }
  /** It ends before a header could. */
  | { kind: 'short' }
  /** `reason` is the end of a message that begins with the name. */
  | { kind: 'unsupported'; reason: string }

/** The message's end for a header that is well-formed as far as it goes but not supported; undefined if it is. */
function unsupported(bytes: Uint8Array): string | undefined {
  const [, , method, flags] = bytes
  if (method !== CM_DEFLATE) return `: unknown method ${method} -- not supported`
  if (flags & ENCRYPTED) return ' is encrypted -- not supported'
  if (flags & RESERVED_FLAGS) return ` has flags 0x${flags.toString(16)} -- not supported`
  if (!(flags & FHCRC)) return undefined
  const withoutChecksum = Uint8Array.from(bytes)
  withoutChecksum[3] &= ~FHCRC
  const length = parseGzipHeader(withoutChecksum)?.length
  if (length === undefined || bytes.length < length + 2) return undefined
  const [stored, computed] = [
    bytes[length] | (bytes[length + 1] << 8),
    crc32(bytes.subarray(0, length)) & 0xffff,
  ]
  if (stored === computed) return undefined
  const hexadecimal = (value: number) => `0x${value.toString(16).padStart(4, '0')}`
  return `: header checksum ${hexadecimal(stored)} != computed checksum ${hexadecimal(computed)}`
}

/** What an input begins with, by its first bytes; undefined if more are needed to say. */
function examine(bytes: Uint8Array): Head | undefined {
  if (bytes.length < 2) return undefined
  const isFormat = (magic: readonly number[]) => magic.every((byte, index) => bytes[index] === byte)
  if (OTHER_FORMATS.some(isFormat))
    return { kind: 'unsupported', reason: ': unknown format -- not supported' }
  if (!isFormat([0x1f, 0x8b])) return { kind: 'unknown' }
  if (bytes.length < 4) return undefined
  const reason = unsupported(bytes)
  if (reason !== undefined) return { kind: 'unsupported', reason }
  const parsed = parseGzipHeader(bytes)
  if (!parsed) return undefined
  const { header, length } = parsed
  return { ...fixedPart(bytes, length), ...(header.name ? { name: header.name } : {}) }
}

/** What is known of a header without its name. */
function fixedPart(bytes: Uint8Array, length: number): Extract<Head, { kind: 'gzip' }> {
  const mtime = new DataView(bytes.buffer, bytes.byteOffset).getUint32(4, true)
  const extra = bytes[3] & FEXTRA ? bytes[10] | (bytes[11] << 8) : 0
  return { kind: 'gzip', length, mtime, extra }
}

/**
 * Reads as much of an input as it takes to know what it is.
 *
 * @param buffer takes what was read
 * @returns what it is, and the bytes read
 * @throws FileError
 */
export async function readHead(input: Input, buffer: Uint8Array): Promise<{ head: Head; bytes: Uint8Array }> {
  for (let filled = 0; ;) {
    const count = await input.read(buffer.subarray(filled))
    filled += count
    const bytes = buffer.subarray(0, filled)
    const head = examine(bytes)
    if (head) return { head, bytes }
    // A header that goes on behind the buffer has a name that no file can have; the codec reads the rest of it.
    if (filled === buffer.length) return { head: fixedPart(bytes, filled), bytes }
    if (count === 0) return { head: { kind: 'short' }, bytes }
  }
}
