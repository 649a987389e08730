// SPDX-License-Identifier: MIT
import { deflateRawSync, gzipSync } from 'node:zlib'

/** CRC-32 of some bytes, as node:zlib has it in a trailer. */
export const crc32Of = (plain: Uint8Array): number => gzipSync(plain).readUInt32LE(gzipSync(plain).length - 8)

/** What a member is made of. */
export interface MemberOptions {
  name?: string
  mtime?: number
  flags?: number
  method?: number
  extra?: Uint8Array
  crc?: number
  size?: number
}

/** A gzip member, byte by byte as RFC 1952 has it, with whatever is asked to be wrong. */
export function member(plain: string | Uint8Array, options: MemberOptions = {}): Buffer {
  const { name, mtime = 0, method = 8, extra } = options
  const flags = options.flags ?? (name === undefined ? 0 : 8) | (extra ? 4 : 0)
  const header = Buffer.from([0x1f, 0x8b, method, flags, 0, 0, 0, 0, 0, 3])
  header.writeUInt32LE(mtime, 4)
  const extraLength = Buffer.alloc(extra ? 2 : 0)
  if (extra) extraLength.writeUInt16LE(extra.length)
  const trailer = Buffer.alloc(8)
  const bytes = Buffer.from(plain)
  trailer.writeUInt32LE(options.crc ?? crc32Of(bytes))
  trailer.writeUInt32LE(options.size ?? bytes.length, 4)
  return Buffer.concat([
    header,
    extraLength,
    extra ?? Buffer.alloc(0),
    name === undefined ? Buffer.alloc(0) : Buffer.from(`${name}\0`, 'latin1'),
    deflateRawSync(bytes),
    trailer,
  ])
}
