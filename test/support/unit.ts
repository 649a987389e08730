// SPDX-License-Identifier: MIT
/** Helpers to drive the gzip unit through `nxzlib/nx`, with the manual's byte offsets written out. */
import assert from 'node:assert/strict'
import { openDevice, type Device, type ModelOptions, type Window, type WindowOptions } from '../../lib/nx.js'

/** An open software device with one window. */
export interface Unit {
  readonly device: Device
  readonly window: Window
}

export function openUnit(model: ModelOptions = {}, options: WindowOptions = {}): Unit {
  const device = openDevice({ engine: 'model', model })
  return { device, window: device.openWindow(options) }
}

export const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
export const bytesOf = (hex: string): Uint8Array =>
  Uint8Array.from(Buffer.from(hex.replaceAll(/\s/g, ''), 'hex'))

/** What the CPB output is filled with before a job, so that every byte that the unit writes shows. */
export const UNWRITTEN = 0xee

/** Where a raw job's structures lie: the CSB ends the CRB's second line, the CPB follows it (UM figure 6-8). */
const CSB_AT = 240
const CPB_AT = 256
const SOURCE_LIST_AT = 2048
const TARGET_LIST_AT = 8192

/** One piece of a list, as a program would name it: an address and a byte count. */
export interface Piece {
  readonly address: bigint
  readonly bytes: number
}

/** The control structures of a job as firmware would build them in memory, pasted without any check of ours. */
export class RawJob {
  readonly memory = new Uint8Array(16384)
  readonly view = new DataView(this.memory.buffer)
  readonly address: bigint

  /** @param fc the whole of CCW's lowest byte */
  constructor(
    readonly window: Window,
    fc: number,
  ) {
    this.address = window.map(this.memory)
    this.view.setUint8(3, fc)
    this.view.setBigUint64(8, this.address + BigInt(CSB_AT))
    this.cpb.fill(UNWRITTEN, 384)
  }

  get crb(): Uint8Array {
    return this.memory.subarray(0, 128)
  }

  /** The CSB's 16 bytes. */
  get csb(): Uint8Array {
    return this.memory.subarray(CSB_AT, CSB_AT + 16)
  }

  get csbAddress(): bigint {
    return this.address + BigInt(CSB_AT)
  }

  /** The CPB's 1680 bytes. */
  get cpb(): Uint8Array {
    return this.memory.subarray(CPB_AT, CPB_AT + 1680)
  }

  /** A big-endian word of the CPB. */
  cpbWord(at: number): number {
    return this.view.getUint32(CPB_AT + at)
  }

  setCpbWord(at: number, value: number): void {
    this.view.setUint32(CPB_AT + at, value)
  }

  /** A direct source DDE. */
  source(data: Uint8Array): this {
    return this.dde(16, 0, data.length, this.window.map(data))
  }

  /** A direct target DDE. */
  target(data: Uint8Array): this {
    return this.dde(32, 0, data.length, this.window.map(data))
  }

  /** An indirect source DDE. @param bytecount of the indirect DDE; default: the sum of the list */
  sourceList(pieces: readonly Piece[], bytecount = sum(pieces)): this {
    return this.#list(16, SOURCE_LIST_AT, pieces, bytecount)
  }

  /** An indirect target DDE. */
  targetList(pieces: readonly Piece[], bytecount = sum(pieces)): this {
    return this.#list(32, TARGET_LIST_AT, pieces, bytecount)
  }

  /** Effective address of an entry of the source list, and of the target list. */
  sourceEntry(index: number): number {
    return SOURCE_LIST_AT + 16 * index
  }

  targetEntry(index: number): number {
    return TARGET_LIST_AT + 16 * index
  }

  /** The 16 bytes of a DDE at any place (UM figure 6-5). */
  dde(at: number, count: number, bytecount: number, address: bigint): this {
    this.memory.fill(0, at, at + 16)
    this.view.setUint8(at + 2, count)
    this.view.setUint32(at + 4, bytecount)
    this.view.setBigUint64(at + 8, address)
    return this
  }

  #list(at: number, listAt: number, pieces: readonly Piece[], bytecount: number): this {
    pieces.forEach(({ address, bytes }, index) => this.dde(listAt + 16 * index, 0, bytes, address))
    return this.dde(at, pieces.length, bytecount, this.address + BigInt(listAt))
  }

  /** Clears V, sets every other bit of the CSB, pastes, and returns the CSB in hexadecimal. */
  run(): string {
    this.csb.fill(0xff)
    this.csb[0] = 0x7f
    if (!this.window.paste(this.crb)) throw new Error('the paste was not accepted')
    return hexOf(this.csb)
  }
}

/**
 * Runs a job that must be terminated: V, the code, CE(1) and CE(2), the address; and nothing written to the CPB, neither
 * to its input nor to its output (UM table 5-1: "no CPB output sent"). TPBC is not valid then and not looked at.
 */
export function assertTerminated(job: RawJob, cc: number, address = 0n): void {
  const cpb = hexOf(job.cpb)
  const csb = job.run()
  assert.equal(csb.slice(0, 8), `8000${cc.toString(16).padStart(2, '0')}60`)
  assert.equal(csb.slice(16), address.toString(16).padStart(16, '0'))
  assert.equal(hexOf(job.cpb), cpb)
}

function sum(pieces: readonly Piece[]): number {
  return pieces.reduce((total, { bytes }) => total + bytes, 0)
}

/** Pieces of mapped memory for a list. */
export function piecesOf(window: Window, parts: readonly Uint8Array[]): Piece[] {
  return parts.map((part) => ({ address: window.map(part), bytes: part.length }))
}

/**
 * Bytes of a DEFLATE stream from its bits, written as 0 and 1 in the order of the stream: the first is the least
 * significant bit of byte 0. Blanks are ignored; the last byte is filled up with zeros.
 */
export function stream(...parts: readonly string[]): Uint8Array {
  const bits = parts.join('').replaceAll(/\s/g, '')
  const bytes = new Uint8Array(Math.ceil(bits.length / 8))
  for (let bit = 0; bit < bits.length; bit++) if (bits[bit] === '1') bytes[bit >>> 3] |= 1 << (bit & 7)
  return bytes
}

/** A number in stream order, its least significant bit first. */
export function number(value: number, bits: number): string {
  return code(value, bits).split('').reverse().join('')
}

/** A Huffman code in stream order, its most significant bit first. */
export function code(value: number, bits: number): string {
  return bits === 0 ? '' : value.toString(2).padStart(bits, '0')
}

/** The fixed code of a literal/length symbol (RFC 1951 3.2.6). */
export function fixed(symbol: number): string {
  if (symbol < 144) return code(0b00110000 + symbol, 8)
  if (symbol < 256) return code(0b110010000 + symbol - 144, 9)
  if (symbol < 280) return code(symbol - 256, 7)
  return code(0b11000000 + symbol - 280, 8)
}

/** Block headers: BFINAL, then BTYPE. */
export const FIXED_FINAL = '1 10'
export const FIXED_NOT_FINAL = '0 10'
export const DYNAMIC_FINAL = '1 01'
export const DYNAMIC_NOT_FINAL = '0 01'

/** The codes of these lengths (RFC 1951 3.2.2), by symbol. */
export function canonicalCodes(lengths: readonly number[]): string[] {
  const codes: string[] = lengths.map(() => '')
  let next = 0
  for (let length = 1; length <= 15; length++) {
    next *= 2
    lengths.forEach((own, symbol) => {
      if (own === length) codes[symbol] = code(next++, length)
    })
  }
  return codes
}

/** The order in which a DHT gives the lengths of its code-length codes (RFC 1951 3.2.7). */
const CODE_LENGTH_ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

/**
 * The bits of a DHT from its parts, valid or not.
 *
 * @param codeLengths lengths of the code-length codes by symbol, at least four of them in the order of the format
 * @param symbols code-length symbols, each with its extra bits as a string where it has some
 */
export function dhtBits(
  hlit: number,
  hdist: number,
  codeLengths: Readonly<Record<number, number>>,
  symbols: readonly (number | readonly [number, string])[],
): string {
  const lengths = Array.from({ length: 19 }, (_, symbol) => codeLengths[symbol] ?? 0)
  const count = Math.max(4, CODE_LENGTH_ORDER.findLastIndex((symbol) => lengths[symbol] !== 0) + 1)
  const codes = canonicalCodes(lengths)
  return [
    number(hlit, 5),
    number(hdist, 5),
    number(count - 4, 4),
    ...CODE_LENGTH_ORDER.slice(0, count).map((symbol) => number(lengths[symbol], 3)),
    ...symbols.map((item) => (typeof item === 'number' ? codes[item] : codes[item[0]] + item[1])),
  ].join('')
}

/** Code-length codes of four bits for each of the lengths 0..15: a length is sent as four bits. */
export const FOUR_BITS: Readonly<Record<number, number>> = Object.fromEntries(
  Array.from({ length: 16 }, (_, length) => [length, 4]),
)

/** The bits of a DHT that names every length of 257..286 literal/length and 1..30 distance symbols singly. */
export function plainDht(ll: readonly number[], d: readonly number[]): string {
  return dhtBits(ll.length - 257, d.length - 1, FOUR_BITS, [...ll, ...d])
}

/** Lengths of an alphabet of `size` symbols, all 0 but these. */
export function lengthsOf(size: number, lengths: Readonly<Record<number, number>>): number[] {
  return Array.from({ length: size }, (_, symbol) => lengths[symbol] ?? 0)
}
