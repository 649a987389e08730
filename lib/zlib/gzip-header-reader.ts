// SPDX-License-Identifier: MIT
import { crc32 } from '../format/checksums.js'
import { dataError } from './errors.js'
import { CM_DEFLATE, FIXED_HEADER_BYTES, FLG, ID1, ID2, type GzipHeader } from './gzip-format.js'

/** Bytes of a name or comment that are kept. The format knows no end to them, and a hostile header makes use of that. */
const MOST_TEXT_BYTES = 1024 * 1024

/** Parts of a header after its fixed one, in their order, and the flag that each depends on. */
const PARTS = [
  ['extra length', FLG.FEXTRA],
  ['extra', FLG.FEXTRA],
  ['name', FLG.FNAME],
  ['comment', FLG.FCOMMENT],
  ['checksum', FLG.FHCRC],
] as const
type Part = 'fixed' | (typeof PARTS)[number][0] | 'done'

/** Reads a gzip member's header piece by piece, in time and memory that do not depend on how it is cut. */
export class GzipHeaderReader {
  /** The header, once all of it was read. */
  header: GzipHeader | undefined
  /** Bytes read so far. */
  length = 0
  #part: Part = 'fixed'
  readonly #fixed = new Uint8Array(FIXED_HEADER_BYTES)
  readonly #fields: { name?: string; comment?: string } = {}
  /** What is there of the number or the text that is being read. */
  #pending: Uint8Array = new Uint8Array(0)
  #text = ''
  #extraLeft = 0
  #crc = 0

  /** True once both bytes that every member begins with were there. */
  get hasMagic(): boolean {
    return this.#fixed[0] === ID1 && this.#fixed[1] === ID2
  }

  /**
   * Reads what belongs to the header.
   *
   * @returns bytes that do; fewer than there are only when the header is complete
   * @throws ZlibError with zlib's message, once the bytes show that this is not a valid header
   */
  read(input: Uint8Array): number {
    let at = 0
    while (this.#part !== 'done' && at < input.length) {
      const part = this.#part
      const used = this.#readPart(part, input.subarray(at))
      if (part !== 'checksum') this.#crc = crc32(input.subarray(at, at + used), this.#crc)
      at += used
      this.length += used
    }
    return at
  }

  /** Reads from one part; goes to the next one when it is complete. */
  #readPart(part: Part, input: Uint8Array): number {
    switch (part) {
      case 'fixed':
        return this.#readFixed(input)
      case 'extra length': {
        const { used, value } = this.#readNumber(input)
        if (value === undefined) return used
        this.#extraLeft = value
        this.#next(part)
        if (value === 0) this.#next('extra')
        return used
      }
      case 'extra': {
        const used = Math.min(this.#extraLeft, input.length)
        this.#extraLeft -= used
        if (this.#extraLeft === 0) this.#next(part)
        return used
      }
      case 'name':
      case 'comment':
        return this.#readText(part, input)
      case 'checksum': {
        const { used, value } = this.#readNumber(input)
        if (value === undefined) return used
        if (value !== (this.#crc & 0xffff)) throw dataError('header crc mismatch')
        this.#next(part)
        return used
      }
      case 'done':
        return 0
    }
  }

  #readFixed(input: Uint8Array): number {
    const used = Math.min(FIXED_HEADER_BYTES - this.length, input.length)
    const known = this.length + used
    const fixed = this.#fixed
    fixed.set(input.subarray(0, used), this.length)
    if (fixed[0] !== ID1 || (known > 1 && fixed[1] !== ID2)) throw dataError('incorrect header check')
    if (known > 2 && fixed[2] !== CM_DEFLATE) throw dataError('unknown compression method')
    if (known > 3 && (fixed[3] & FLG.RESERVED) !== 0) throw dataError('unknown header flags set')
    if (known === FIXED_HEADER_BYTES) this.#next('fixed')
    return used
  }

  /** A 16-bit number, least significant byte first. */
  #readNumber(input: Uint8Array): { used: number; value?: number } {
    const used = Math.min(2 - this.#pending.length, input.length)
    this.#pending = Uint8Array.of(...this.#pending, ...input.subarray(0, used))
    const [low, high] = this.#pending
    return this.#pending.length === 2 ? { used, value: low | (high << 8) } : { used }
  }

  /** A text that ends with a zero byte. */
  #readText(part: 'name' | 'comment', input: Uint8Array): number {
    const end = input.indexOf(0)
    const text = end < 0 ? input : input.subarray(0, end)
    this.#text += Buffer.from(text.subarray(0, MOST_TEXT_BYTES - this.#text.length)).toString('latin1')
    if (end < 0) return input.length
    this.#fields[part] = this.#text
    this.#text = ''
    this.#next(part)
    return end + 1
  }

  /** Goes on to the next part that the header has. */
  #next(part: Part): void {
    this.#pending = new Uint8Array(0)
    const after = PARTS.findIndex(([name]) => name === part) + 1
    const [following] = PARTS.slice(after).find(([, flag]) => (this.#fixed[3] & flag) !== 0) ?? []
    this.#part = following ?? 'done'
    if (this.#part === 'done') this.header = this.#complete()
  }

  #complete(): GzipHeader {
    return { ...fixedPartOf(this.#fixed), ...this.#fields }
  }
}

/** The header at the start of `bytes` if it is a valid one with its fixed part alone, as most are; else undefined. */
export function bareGzipHeader(bytes: Uint8Array): GzipHeader | undefined {
  if (bytes.length < FIXED_HEADER_BYTES || bytes[0] !== ID1 || bytes[1] !== ID2) return undefined
  return bytes[2] === CM_DEFLATE && (bytes[3] & ~FLG.FTEXT) === 0 ? fixedPartOf(bytes) : undefined
}

function fixedPartOf(bytes: Uint8Array): GzipHeader {
  const mtime = (bytes[4] | (bytes[5] << 8) | (bytes[6] << 16) | (bytes[7] << 24)) >>> 0
  return { mtime, xfl: bytes[8], os: bytes[9], text: (bytes[3] & FLG.FTEXT) !== 0 }
}

/**
 * Reads a member's header from the start of `bytes`.
 *
 * @returns the header and its length, or undefined if more bytes are needed
 * @throws ZlibError with zlib's message if it is not a valid header
 */
export function parseGzipHeader(bytes: Uint8Array): { header: GzipHeader; length: number } | undefined {
  const reader = new GzipHeaderReader()
  const length = reader.read(bytes)
  return reader.header && { header: reader.header, length }
}
