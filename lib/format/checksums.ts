// SPDX-License-Identifier: MIT
import * as zlib from 'node:zlib'

/** Adler-32's modulus: the largest prime below 65536 (RFC 1950 8.2). */
const ADLER_MODULUS = 65521

/** Bytes after which the sums are reduced: 255 n (n + 1) / 2 + (n + 1) 65520 stays an int32 up to 3854, 60 turns of 64. */
const ADLER_REDUCE_BYTES = 3840

/** Bytes between two unpackings of the sums below: with n words, 510 n (n - 1) / 2 stays below 2^16 up to 16. */
const ADLER_UNPACK_BYTES = 64

/**
 * Adler-32 of `bytes`, continued from `seed`, as an unsigned number.
 *
 * Four bytes are added at a time, the even and the odd ones as two 16-bit halves of a word. `evens` and `odds` count up the
 * bytes; `before` what both were before each word, which is what the second sum is made of. Eight words are added in a row,
 * because that takes a tenth less than four, and in a loop, because 16 take only 3% less.
 */
export function adler32(bytes: Uint8Array, seed = 1): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  let low = seed & 0xffff
  let high = seed >>> 16
  let at = 0
  while (at < bytes.length) {
    const end = Math.min(bytes.length, at + ADLER_REDUCE_BYTES)
    while (end - at >= ADLER_UNPACK_BYTES) {
      let evens = 0
      let odds = 0
      let before = 0
      let word: number
      for (const last = at + ADLER_UNPACK_BYTES; at < last; at = (at + 32) | 0) {
        before = (before + evens + odds) | 0
        word = view.getInt32(at, true)
        evens = (evens + (word & 0xff00ff)) | 0
        odds = (odds + ((word >>> 8) & 0xff00ff)) | 0
        before = (before + evens + odds) | 0
        word = view.getInt32((at + 4) | 0, true)
        evens = (evens + (word & 0xff00ff)) | 0
        odds = (odds + ((word >>> 8) & 0xff00ff)) | 0
        before = (before + evens + odds) | 0
        word = view.getInt32((at + 8) | 0, true)
        evens = (evens + (word & 0xff00ff)) | 0
        odds = (odds + ((word >>> 8) & 0xff00ff)) | 0
        before = (before + evens + odds) | 0
        word = view.getInt32((at + 12) | 0, true)
        evens = (evens + (word & 0xff00ff)) | 0
        odds = (odds + ((word >>> 8) & 0xff00ff)) | 0
        before = (before + evens + odds) | 0
        word = view.getInt32((at + 16) | 0, true)
        evens = (evens + (word & 0xff00ff)) | 0
        odds = (odds + ((word >>> 8) & 0xff00ff)) | 0
        before = (before + evens + odds) | 0
        word = view.getInt32((at + 20) | 0, true)
        evens = (evens + (word & 0xff00ff)) | 0
        odds = (odds + ((word >>> 8) & 0xff00ff)) | 0
        before = (before + evens + odds) | 0
        word = view.getInt32((at + 24) | 0, true)
        evens = (evens + (word & 0xff00ff)) | 0
        odds = (odds + ((word >>> 8) & 0xff00ff)) | 0
        before = (before + evens + odds) | 0
        word = view.getInt32((at + 28) | 0, true)
        evens = (evens + (word & 0xff00ff)) | 0
        odds = (odds + ((word >>> 8) & 0xff00ff)) | 0
      }
      const first = evens & 0xffff
      const second = odds & 0xffff
      const third = evens >>> 16
      const fourth = odds >>> 16
      const sums = (before & 0xffff) + (before >>> 16)
      high += low * ADLER_UNPACK_BYTES + sums * 4 + first * 4 + second * 3 + third * 2 + fourth
      low += first + second + third + fourth
    }
    for (; at < end; at++) {
      low += bytes[at]
      high += low
    }
    low %= ADLER_MODULUS
    high %= ADLER_MODULUS
  }
  return ((high << 16) | low) >>> 0
}

/** CRC-32's polynomial, least significant bit first (RFC 1952 8). */
const CRC_POLYNOMIAL = 0xedb88320

/** Row k holds the CRC of each byte value with k zero bytes behind it: eight bytes take eight lookups, none of which waits. */
const CRC_ROWS = 8
const crcTable = new Int32Array(CRC_ROWS * 256)
for (let byte = 0; byte < 256; byte++) {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = (crc & 1) !== 0 ? (crc >>> 1) ^ CRC_POLYNOMIAL : crc >>> 1
  crcTable[byte] = crc
}
for (let index = 256; index < crcTable.length; index++) {
  const crc = crcTable[index - 256]
  crcTable[index] = (crc >>> 8) ^ crcTable[crc & 0xff]
}

/** CRC-32 of `bytes`, continued from `seed`, as an unsigned number; in TypeScript alone. */
export function portableCrc32(bytes: Uint8Array, seed = 0): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const table = crcTable
  let crc = ~seed
  let at = 0
  for (const last = bytes.length - 8; at <= last; at += 8) {
    const one = view.getInt32(at, true) ^ crc
    const two = view.getInt32(at + 4, true)
    crc =
      table[0x700 + (one & 0xff)] ^
      table[0x600 + ((one >>> 8) & 0xff)] ^
      table[0x500 + ((one >>> 16) & 0xff)] ^
      table[0x400 + (one >>> 24)] ^
      table[0x300 + (two & 0xff)] ^
      table[0x200 + ((two >>> 8) & 0xff)] ^
      table[0x100 + ((two >>> 16) & 0xff)] ^
      table[two >>> 24]
  }
  for (; at < bytes.length; at++) crc = (crc >>> 8) ^ table[(crc ^ bytes[at]) & 0xff]
  return ~crc >>> 0
}

/**
 * CRC-32 of `bytes`, continued from `seed`, as an unsigned number. Node's own is several times faster, but Node has it only
 * from 20.15 and 22.2 on. It is taken when this module loads, whatever node:zlib's functions are replaced with afterwards.
 */
export const crc32: (bytes: Uint8Array, seed?: number) => number =
  (zlib as { crc32?: (bytes: Uint8Array, seed?: number) => number }).crc32 ?? portableCrc32
