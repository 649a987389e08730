// SPDX-License-Identifier: MIT
import { Decompressor } from '../deflate/decompressor.js'
import type { OutputWindow } from '../deflate/output-window.js'
import type { Steps } from '../deflate/steps.js'
import { unexpectedEnd } from './errors.js'
import { checkGzipTrailer, FIXED_HEADER_BYTES, GZIP_TRAILER_BYTES, type GzipHeader } from './gzip-format.js'
import { bareGzipHeader, GzipHeaderReader } from './gzip-header-reader.js'

/** Settings of a gunzip stream. */
export interface GunzipOptions {
  readonly window: OutputWindow
  /** The window has room for exactly the output of the first member. */
  readonly roomIsExact?: boolean
  /** Bytes of output that a job should make. */
  readonly jobBytes: number
  /** Bytes of room that a job has if its output may need them. Default: the decompressor's. */
  readonly roomBytes?: number
  /** What to do with something behind a member that is neither another one nor zeros. */
  readonly garbage: 'throw' | 'ignore'
}

/** What became of some of the input. */
export interface Gunzipped {
  /** The next piece of plain data. */
  readonly output: Uint8Array
  readonly consumed: number
}

const NOTHING = new Uint8Array(0)

/** Plain data out of one gzip member after another, and what is behind the last one. */
export class GunzipStream {
  /** The first member's header, once it was read. */
  header: GzipHeader | undefined
  /** Complete members so far. */
  members = 0
  /** What follows the last member. */
  trailing: 'none' | 'zeros' | 'garbage' = 'none'
  readonly #options: GunzipOptions
  #state: 'header' | 'data' | 'trailer' | 'behind' = 'header'
  /** Where a header is cut, or has more than its fixed part. */
  #headerReader: GzipHeaderReader | undefined
  /** Bytes of a trailer of which more is needed. */
  #pending: Uint8Array = NOTHING
  /** Of the present member, once its header was read. */
  #decompressor: Decompressor | undefined
  #roomIsExact: boolean
  #size = 0

  constructor(options: GunzipOptions) {
    this.#options = options
    this.#roomIsExact = options.roomIsExact ?? false
  }

  /** Deals with some of the input, at least one byte if there is one. Call it again with the rest. */
  *next(input: Uint8Array): Steps<Gunzipped> {
    switch (this.#state) {
      case 'header':
        return { output: NOTHING, consumed: this.#readHeader(input) }
      case 'data': {
        this.#decompressor ??= new Decompressor({
          ...this.#options,
          roomIsExact: this.#roomIsExact,
          checksum: 'crc',
        })
        const { output, consumed, finished } = yield* this.#decompressor.decompress(input)
        this.#size += output.length
        if (finished) this.#state = 'trailer'
        return { output, consumed }
      }
      case 'trailer':
        return { output: NOTHING, consumed: this.#readTrailer(input, this.#decompressor?.crc ?? 0) }
      case 'behind':
        if (this.trailing === 'zeros' && !this.#isPadding(input)) this.trailing = 'garbage'
        return { output: NOTHING, consumed: input.length }
    }
  }

  /** The input has ended. @throws ZlibError if a member is not complete */
  finish(): void {
    const between = this.#state === 'header' && !this.#headerReader && this.members > 0
    if (!between && this.#state !== 'behind') throw unexpectedEnd()
  }

  #readHeader(input: Uint8Array): number {
    if (input.length === 0) return 0
    const isLater = this.members > 0
    if (!this.#headerReader) {
      if (isLater && input[0] === 0) return this.#endBehind(input, 'zeros')
      const bare = bareGzipHeader(input)
      if (bare) {
        this.#beginData(bare)
        return FIXED_HEADER_BYTES
      }
    }
    const reader = (this.#headerReader ??= new GzipHeaderReader())
    let used
    try {
      used = reader.read(input)
    } catch (error) {
      if (isLater && !reader.hasMagic && this.#options.garbage === 'ignore')
        return this.#endBehind(input, 'garbage')
      throw error
    }
    if (reader.header) this.#beginData(reader.header)
    return used
  }

  #beginData(header: GzipHeader): void {
    this.header ??= header
    this.#headerReader = undefined
    this.#decompressor = undefined
    this.#state = 'data'
  }

  /** The last member is over: zeros pad it, anything else that is not a member is garbage. */
  #endBehind(input: Uint8Array, trailing: 'zeros' | 'garbage'): number {
    this.#state = 'behind'
    this.trailing = trailing === 'zeros' && this.#isPadding(input) ? 'zeros' : 'garbage'
    return input.length
  }

  /** Only who distinguishes garbage from padding needs to look at all of it. */
  #isPadding(input: Uint8Array): boolean {
    if (this.#options.garbage === 'throw') return true
    for (const byte of input) if (byte !== 0) return false
    return true
  }

  #readTrailer(input: Uint8Array, crc: number): number {
    const wanted = GZIP_TRAILER_BYTES - this.#pending.length
    const there = input.subarray(0, wanted)
    const trailer = this.#pending.length > 0 ? Buffer.concat([this.#pending, there]) : there
    if (trailer.length < GZIP_TRAILER_BYTES) {
      this.#pending = Uint8Array.from(trailer)
      return input.length
    }
    checkGzipTrailer(trailer, crc, this.#size)
    this.members++
    this.#state = 'header'
    this.#pending = NOTHING
    this.#size = 0
    this.#roomIsExact = false
    this.#options.window.forget()
    return wanted
  }
}
