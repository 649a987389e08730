// SPDX-License-Identifier: MIT
import { checkGzipCrc, checkGzipTrailer, GZIP_TRAILER_BYTES } from './gzip-format.js'
import type { Format } from './one-shot.js'
import { checkZlibTrailer, ZLIB_TRAILER_BYTES } from './zlib-format.js'

/** What a trailer has to fit. */
export interface Checked {
  readonly adler: number
  readonly crc: number
  /** Bytes of plain data. */
  readonly size: number
}

/** Bytes of a gzip trailer's first half, which zlib checks as soon as it is there. */
const CRC_BYTES = 4

const BYTES: Readonly<Record<Format, number>> = { gzip: GZIP_TRAILER_BYTES, zlib: ZLIB_TRAILER_BYTES, raw: 0 }

/** Reads and checks the trailer of a stream. */
export class HandleTrailer {
  readonly #format: Format
  readonly #checked: Checked
  readonly #bytes: Uint8Array
  #length = 0

  constructor(format: Format, checked: Checked) {
    this.#format = format
    this.#checked = checked
    this.#bytes = new Uint8Array(BYTES[format])
  }

  get isComplete(): boolean {
    return this.#length === this.#bytes.length
  }

  /** Reads what belongs to the trailer; returns how many bytes do. @throws ZlibError if it does not fit the data */
  read(input: Uint8Array): number {
    const used = Math.min(this.#bytes.length - this.#length, input.length)
    this.#bytes.set(input.subarray(0, used), this.#length)
    this.#length += used
    const { adler, crc, size } = this.#checked
    if (this.#format === 'gzip' && this.#length >= CRC_BYTES) checkGzipCrc(this.#bytes, crc)
    if (this.#format === 'gzip' && this.isComplete) checkGzipTrailer(this.#bytes, crc, size)
    if (this.#format === 'zlib' && this.isComplete) checkZlibTrailer(this.#bytes, adler)
    return used
  }
}
