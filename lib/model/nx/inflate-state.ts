// SPDX-License-Identifier: MIT
import type { Target } from './target.js'

/** What stopped a step of the engine; every other value is the completion code of an error. */
export const BLOCK_ENDED = 0
/** The source ended within a symbol, a header or a stored block (CC=3). */
export const SOURCE_ENDED = -1
/** The slice ended between two symbols. */
export const PAUSED = -4

/**
 * Bytes of target that a slice makes. Larger: longer slices, also before the loops are compiled, when they take a microsecond
 * a byte. Smaller: more of them, to no use.
 */
const SLICE_BYTES = 16 * 1024

/**
 * Bytes of source that bit positions count through before they start again at 0: 2^28 bytes have 2^31 bits, all that an
 * int32 can count. Smaller: the positions are moved more often, to no use.
 */
const MAX_WINDOW_BYTES = 2 ** 28 - 1

/** A bit position from which on the window is moved: far enough from its end for any header or stored block. */
const MOVE_FROM_BIT = MAX_WINDOW_BYTES * 4

const NO_BYTES: Uint8Array = new Uint8Array(0)
const NO_TARGET: Target = { bytes: NO_BYTES, grow: () => false }

/** The same bytes as a bare Uint8Array: with one class of array alone, the compiled loops stay specialised to it. */
function bare(bytes: Uint8Array): Uint8Array {
  if (Object.getPrototypeOf(bytes) === Uint8Array.prototype) return bytes
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)
}

/**
 * Where a decompression stands: the next source bit, the next target byte, and the history before the target. Read and
 * moved on by each step of the engine; bit 0 of a byte is its least significant one, as in RFC 1951.
 */
export class InflateState {
  /** The whole source, and how many of its bytes the DMA hands over. */
  source = NO_BYTES
  sourceEnd = 0
  /** The part of the source that bit positions refer to, which starts at byte `base` of the source. */
  window = NO_BYTES
  base = 0
  /** First bit of the window not processed yet, and number of bits that it has. */
  bit = 0
  end = 0

  /** The target so far. */
  target = NO_TARGET
  bytes = NO_BYTES
  /** Bytes written: TPBC. */
  at = 0
  /** Bytes written at which the DMA stops sending source; Infinity if there is no such limit. */
  limit = Infinity

  /** Bytes written at which the slice ends. */
  pause = SLICE_BYTES

  /** The bytes before the target; no distance reaches farther back than the last 32768. */
  history = NO_BYTES

  /** How many jobs were begun. */
  job = 0

  begin(source: Uint8Array, history: Uint8Array, byteLimit: number, target: Target): void {
    this.source = bare(source)
    this.sourceEnd = source.length
    this.base = 0
    this.bit = 0
    this.#setWindow()
    this.target = target
    this.#setTarget()
    this.at = 0
    this.pause = SLICE_BYTES
    this.limit = byteLimit === 0 ? Infinity : byteLimit
    this.history = bare(history)
    this.job++
  }

  /** Lets go of the caller's memory. */
  release(): void {
    this.source = NO_BYTES
    this.window = NO_BYTES
    this.target = NO_TARGET
    this.bytes = NO_BYTES
    this.history = NO_BYTES
  }

  /** Bits of source that have not been processed. */
  get unprocessed(): number {
    return (this.sourceEnd - this.base) * 8 - this.bit
  }

  /** Whether the DMA held source back because of the byte limit. */
  get isCutOff(): boolean {
    return this.sourceEnd < this.source.length
  }

  /** Begins the next slice. */
  resume(): void {
    this.pause = this.at + SLICE_BYTES
  }

  /** To be called between two symbols, and before a header: counts bits from here when their numbers get large. */
  moveWindow(): void {
    if (this.bit < MOVE_FROM_BIT) return
    this.base += this.bit >>> 3
    this.bit &= 7
    this.#setWindow()
  }

  /** To be called between two symbols: after the limit no byte of source follows the one with the last processed bit. */
  applyLimit(): void {
    if (this.at < this.limit) return
    this.limit = Infinity
    this.sourceEnd = this.base + ((this.bit + 7) >>> 3)
    this.#setWindow()
  }

  /** At least 16 bits from `bit` on; zeros follow the last one of the window. */
  peek(bit: number): number {
    const byte = bit >>> 3
    const window = this.window
    let word = 0
    for (let index = Math.min(2, window.length - 1 - byte); index >= 0; index--) {
      word = (word << 8) | window[byte + index]
    }
    return word >>> (bit & 7)
  }

  /** Makes room for `count` more bytes if there is any to be had; returns how many of them fit. */
  reserve(count: number): number {
    while (this.bytes.length - this.at < count && this.target.grow(this.at)) this.#setTarget()
    return Math.min(count, this.bytes.length - this.at)
  }

  #setWindow(): void {
    const last = Math.min(this.sourceEnd, this.base + MAX_WINDOW_BYTES)
    const isAll = this.base === 0 && last === this.source.length
    this.window = isAll ? this.source : this.source.subarray(this.base, last)
    this.end = this.window.length * 8
  }

  #setTarget(): void {
    this.bytes = bare(this.target.bytes)
  }
}
