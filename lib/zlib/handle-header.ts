// SPDX-License-Identifier: MIT
import { constants } from 'node:zlib'

import { ZlibError } from './errors.js'
import { ID1 } from './gzip-format.js'
import { GzipHeaderReader } from './gzip-header-reader.js'
import type { NodeEngine } from './node-engine.js'
import type { Format } from './one-shot.js'
import { checkZlibHeader, hasSmallWindow, ZLIB_HEADER_BYTES } from './zlib-format.js'

/** What a stream may begin with; 'any': a gzip or a zlib header. */
export type HeaderKind = Format | 'any'

/**
 * Reads the header of a stream to know where it ends. zlib itself reads it as well: where something is wrong, or not for
 * jobs, it has seen all of what it takes to go on, and its errors come when they should.
 */
export class HandleHeader {
  /** What becomes of the stream: jobs inflate what is behind a complete header, or it has to be left to zlib. */
  state: 'incomplete' | 'complete' | 'for zlib'
  /** Known once the header is complete. */
  format: Format
  readonly #kind: HeaderKind
  readonly #headerWindow: boolean
  readonly #node: NodeEngine
  readonly #gzip = new GzipHeaderReader()
  readonly #zlib = new Uint8Array(ZLIB_HEADER_BYTES)
  #length = 0

  /**
   * @param headerWindow distances may not exceed the window size that a zlib header gives
   * @param node reads along
   */
  constructor(kind: HeaderKind, headerWindow: boolean, node: NodeEngine) {
    this.#kind = kind
    this.#headerWindow = headerWindow
    this.#node = node
    this.state = kind === 'raw' ? 'complete' : 'incomplete'
    this.format = kind === 'any' ? 'zlib' : kind
  }

  /** Reads what belongs to the header; returns how many bytes do. @throws ZlibError */
  read(input: Uint8Array): number {
    if (input.length === 0 || this.state !== 'incomplete') return 0
    if (this.#length === 0 && this.#kind === 'any') this.format = input[0] === ID1 ? 'gzip' : 'zlib'
    let used
    try {
      used = this.format === 'gzip' ? this.#readGzip(input) : this.#readZlib(input)
    } catch (error) {
      if (!(error instanceof ZlibError)) throw error
      this.state = 'for zlib'
      return 0
    }
    this.#length += used
    this.#node.write(constants.Z_NO_FLUSH, input.subarray(0, used))
    return used
  }

  #readGzip(input: Uint8Array): number {
    const used = this.#gzip.read(input)
    if (this.#gzip.header) this.state = 'complete'
    return used
  }

  #readZlib(input: Uint8Array): number {
    const used = Math.min(ZLIB_HEADER_BYTES - this.#length, input.length)
    this.#zlib.set(input.subarray(0, used), this.#length)
    if (this.#length + used === ZLIB_HEADER_BYTES) {
      checkZlibHeader(this.#zlib)
      if (this.#headerWindow && hasSmallWindow(this.#zlib)) {
        this.state = 'for zlib'
        return 0
      }
      this.state = 'complete'
    }
    return used
  }
}
