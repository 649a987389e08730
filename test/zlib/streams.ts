// SPDX-License-Identifier: MIT
import zlib, { constants } from 'node:zlib'

import { textLike } from '../support/data.js'

/** Bits of FLG (RFC 1952 2.3.1). */
export const FLAG = { FTEXT: 1, FHCRC: 2, FEXTRA: 4, FNAME: 8, FCOMMENT: 16 } as const

/** CRC-32, which node:zlib has as a function only from 20.15 on. */
export function crc32(bytes: Uint8Array): number {
  const member = zlib.gzipSync(bytes)
  return member.readUInt32LE(member.length - 8)
}

/** A member with all the fields that its flags ask for (RFC 1952 2.3). */
export function memberWith(flags: number, data: Uint8Array, { wrongCrc = false } = {}): Buffer {
  const extra = textLike(3, 300)
  const parts: Uint8Array[] = [Uint8Array.of(0x1f, 0x8b, 8, flags, 0x78, 0x56, 0x34, 0x12, 0, 255)]
  if (flags & FLAG.FEXTRA) parts.push(Uint8Array.of(extra.length & 255, extra.length >>> 8), extra)
  if (flags & FLAG.FNAME) parts.push(Buffer.from('a name \xe9\0', 'latin1'))
  if (flags & FLAG.FCOMMENT) parts.push(Buffer.from('\0'))
  if (flags & FLAG.FHCRC) {
    const crc = crc32(Buffer.concat(parts))
    parts.push(Uint8Array.of(crc & 255, ((crc >>> 8) & 255) ^ (wrongCrc ? 1 : 0)))
  }
  return Buffer.concat([...parts, zlib.gzipSync(data).subarray(10)])
}

/** A copy with some bytes, counted from the end, written over. */
export function spoilt(bytes: Uint8Array, fromEnd: number, count: number): Buffer {
  const copy = Buffer.from(bytes)
  return copy.fill(0x11, copy.length - fromEnd, copy.length - fromEnd + count)
}

/** A gzip member around a raw stream: the trailer is that of `plain`. */
export function gzipAround(raw: Uint8Array, plain: Uint8Array = new Uint8Array(0)): Buffer {
  return Buffer.concat([zlib.gzipSync('').subarray(0, 10), raw, zlib.gzipSync(plain).subarray(-8)])
}

/** A zlib stream around a raw stream: the trailer is that of `plain`. */
export function zlibAround(raw: Uint8Array, plain: Uint8Array = new Uint8Array(0)): Buffer {
  return Buffer.concat([Uint8Array.of(0x78, 0x9c), raw, zlib.deflateSync(plain).subarray(-4)])
}

/** Settings with which node:zlib makes several blocks of little data. */
export const MANY_BLOCKS = { level: 6, memLevel: 1, strategy: constants.Z_HUFFMAN_ONLY }
