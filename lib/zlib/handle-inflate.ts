// SPDX-License-Identifier: MIT
import { constants } from 'node:zlib'

import { streamError, unexpectedEnd, ZlibError } from './errors.js'
import type { HandleEngine, Left, WriteSteps } from './handle-engine.js'
import { HandleHeader, type HeaderKind } from './handle-header.js'
import { InflateData } from './handle-inflate-data.js'
import { HandleTrailer } from './handle-trailer.js'
import { behind } from './plain-bytes.js'
import type { NodeEngine, NodeInternals, Written } from './node-engine.js'

/** Settings of a decompressing stream. */
export interface InflateSettings {
  readonly kind: HeaderKind
  /** The window size in a zlib header counts: zlib's `windowBits` of 0. */
  readonly headerWindow: boolean
}

const NO_PROGRESS: Written = { consumed: 0, written: 0 }

/** The decompressing engine of a handle: header, data and trailer of one stream, or of one gzip member after another. */
export class InflateEngine implements HandleEngine {
  correction = 0
  readonly #settings: InflateSettings
  /** The stream's own engine. */
  readonly #node: NodeEngine
  readonly #data: InflateData
  #state: 'header' | 'data' | 'trailer' | 'behind' | 'left to zlib' = 'header'
  #header: HandleHeader
  #trailer: HandleTrailer

  /** @param node the stream's own engine, which has seen nothing yet */
  constructor(settings: InflateSettings, internals: NodeInternals, node: NodeEngine) {
    this.#settings = settings
    this.#node = node
    this.#data = new InflateData(internals)
    this.#header = this.#newHeader()
    this.#trailer = this.#newTrailer()
  }

  *write(flush: number, input: Uint8Array, out: Uint8Array, blocks: boolean): WriteSteps<Left> {
    const reported = this.#data.beginWrite()
    try {
      return yield* this.#write(flush, input, out, blocks)
    } catch (error) {
      if (error instanceof ZlibError && reported) this.correction = this.#data.correction(reported)
      throw error
    } finally {
      this.#data.endWrite()
    }
  }

  handOut(inputBytes: number, out: Uint8Array): Left | undefined {
    const data = this.#data
    if (data.waitingBytes <= out.length) return undefined
    const at = Math.min(data.unreported, inputBytes)
    data.handOut(out)
    return { availIn: inputBytes - at + data.unreported, availOut: 0 }
  }

  params(): void {
    // As with zlib, they have no effect on decompression.
  }

  reset(): void {
    this.#node.reset()
    this.#data.reset()
    this.#header = this.#newHeader()
    this.#state = 'header'
  }

  close(): void {
    this.#data.close()
    this.#node.close()
  }

  *#write(flush: number, input: Uint8Array, out: Uint8Array, blocks: boolean): WriteSteps<Left> {
    const { length } = input
    let at = Math.min(this.#data.unreported, length)
    let filled = 0
    for (;;) {
      if (this.#data.waitingBytes > 0) {
        filled += this.#data.handOut(behind(out, filled))
        if (this.#data.waitingBytes > 0) break
      }
      if (this.#state === 'left to zlib') {
        const { consumed, written } = this.#node.write(flush, input.subarray(at), out.subarray(filled))
        return { availIn: length - at - consumed, availOut: out.length - filled - written }
      }
      const before = this.#state
      const { consumed, written } = yield* this.#advance(behind(input, at), behind(out, filled), blocks)
      // Whoever detached the input or the room while a job ran took what is left of them away.
      if (input.length !== length || out.length < filled) throw streamError()
      at += consumed
      filled += written
      const stuck = consumed === 0 && written === 0 && this.#state === before
      if (stuck && this.#data.waitingBytes === 0) break
    }
    const availOut = out.length - filled
    if (this.#data.waitingBytes === 0) this.#checkEnd(flush, availOut)
    return { availIn: length - at + this.#data.unreported, availOut }
  }

  /** Goes on as far as one part of the stream, or one job, goes. */
  *#advance(input: Uint8Array, out: Uint8Array, blocks: boolean): WriteSteps<Written> {
    switch (this.#state) {
      case 'header':
        return { consumed: this.#readHeader(input), written: 0 }
      case 'data': {
        const step = yield* this.#data.step(input, out, blocks)
        if (step.finished) {
          this.#trailer = this.#newTrailer()
          this.#state = 'trailer'
        }
        return step
      }
      case 'trailer': {
        const consumed = this.#trailer.read(input)
        if (this.#trailer.isComplete) this.#state = 'behind'
        return { consumed, written: 0 }
      }
      case 'behind':
        // What follows a member is another one, unless it is padding. What follows other streams is not looked at.
        if (this.#header.format === 'gzip' && input.length > 0 && input[0] !== 0) {
          this.#node.reset()
          this.#header = this.#newHeader()
          this.#state = 'header'
        }
        return NO_PROGRESS
      case 'left to zlib':
        return NO_PROGRESS
    }
  }

  #readHeader(input: Uint8Array): number {
    const consumed = this.#header.read(input)
    switch (this.#header.state) {
      case 'complete':
        this.#data.begin(this.#header.format)
        this.#state = 'data'
        break
      case 'for zlib':
        this.#state = 'left to zlib'
        break
      case 'incomplete':
        break
    }
    return consumed
  }

  /** All input is consumed, or what is left is behind the stream's end. @throws ZlibError */
  #checkEnd(flush: number, availOut: number): void {
    if (this.#state === 'data') this.#data.checkUndecoded()
    if (flush === constants.Z_FINISH && availOut > 0 && this.#state !== 'behind') throw unexpectedEnd()
  }

  #newHeader(): HandleHeader {
    const { kind, headerWindow } = this.#settings
    return new HandleHeader(kind, headerWindow, this.#node)
  }

  #newTrailer(): HandleTrailer {
    return new HandleTrailer(this.#header.format, this.#data.checked)
  }
}
