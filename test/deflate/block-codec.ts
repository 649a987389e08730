// SPDX-License-Identifier: MIT
import { Dht } from '../../lib/model/nx/dht.js'
import type { HuffmanTable } from '../../lib/deflate/huffman.js'

/** A symbol of either alphabet with its extra bits, as it stands in the stream. */
export interface Token {
  readonly alphabet: 'll' | 'd'
  readonly symbol: number
  readonly extra: number
  readonly extraBits: number
}

/** Bits of a stream, from the least significant of each byte on. */
export class BitReader {
  at = 0
  constructor(readonly bytes: Uint8Array) {}

  take(count: number): number {
    let value = 0
    for (let bit = 0; bit < count; bit++, this.at++) {
      value |= ((this.bytes[this.at >>> 3] >>> (this.at & 7)) & 1) << bit
    }
    return value
  }
}

/** A slow and simple writer of bits. */
export class BitWriter {
  readonly #values: number[] = []

  get bits(): number {
    return this.#values.length
  }

  put(value: number, count: number): void {
    for (let bit = 0; bit < count; bit++) this.#values.push((value >>> bit) & 1)
  }

  /** A Huffman code: its most significant bit first. */
  putCode(code: number, count: number): void {
    for (let bit = count - 1; bit >= 0; bit--) this.#values.push((code >>> bit) & 1)
  }

  toBytes(): Uint8Array {
    const bytes = new Uint8Array(Math.ceil(this.#values.length / 8))
    this.#values.forEach((value, bit) => (bytes[bit >>> 3] |= value << (bit & 7)))
    return bytes
  }
}

/** RFC 1951 3.2.5, written as the rule that its tables follow. */
const lengthExtraBits = (symbol: number) => (symbol < 265 || symbol === 285 ? 0 : (symbol - 261) >>> 2)
const distanceExtraBits = (symbol: number) => (symbol < 4 ? 0 : (symbol - 2) >>> 1)

/** RFC 1951 3.2.2: the canonical codes of these lengths. */
function canonicalCodes(lengths: Uint8Array): Uint16Array {
  const codes = new Uint16Array(lengths.length)
  let code = 0
  for (let length = 1; length <= 15; length++) {
    lengths.forEach((own, symbol) => {
      if (own === length) codes[symbol] = code++
    })
    code <<= 1
  }
  return codes
}

/** Reads the one block of a raw deflate stream of zlib. */
export function readTokens(stream: Uint8Array): { tokens: Token[]; counts: Uint32Array; zlibBits: number } {
  const reader = new BitReader(stream)
  const header = reader.take(3)
  if ((header & 1) === 0) throw new Error('more than one block')
  let ll: Uint8Array = Uint8Array.from({ length: 288 }, (_, symbol) =>
    symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8,
  )
  let d: Uint8Array = new Uint8Array(32).fill(5)
  if (header >>> 1 === 2) {
    const dht = new Dht()
    reader.at += dht.read(stream, reader.at, stream.length * 8)
    ll = dht.ll.lengths
    d = dht.d.lengths
  } else if (header >>> 1 !== 1) throw new Error('a stored block')

  const symbolsByCode = [ll, d].map((lengths) => {
    const codes = canonicalCodes(lengths)
    const entries = [...codes].map((code, symbol) => [lengths[symbol] * 0x10000 + code, symbol] as const)
    return new Map(entries.filter(([key]) => key >= 0x10000))
  })
  const symbol = (alphabet: number) => {
    let code = 0
    for (let length = 1; length <= 15; length++) {
      code = code * 2 + reader.take(1)
      const found = symbolsByCode[alphabet].get(length * 0x10000 + code)
      if (found !== undefined) return found
    }
    throw new Error('no such code')
  }

  const tokens: Token[] = []
  const counts = new Uint32Array(316)
  for (let last = -1; last !== 256;) {
    last = symbol(0)
    counts[last]++
    const extraBits = last > 256 ? lengthExtraBits(last) : 0
    tokens.push({ alphabet: 'll', symbol: last, extra: reader.take(extraBits), extraBits })
    if (last <= 256) continue
    const distance = symbol(1)
    counts[286 + distance]++
    const distanceBits = distanceExtraBits(distance)
    tokens.push({
      alphabet: 'd',
      symbol: distance,
      extra: reader.take(distanceBits),
      extraBits: distanceBits,
    })
  }
  return { tokens, counts, zlibBits: reader.at }
}

/** Writes the tokens as one final dynamic block. */
export function encodeBlock(tokens: readonly Token[], table: HuffmanTable): BitWriter {
  const writer = new BitWriter()
  writer.put(0b101, 3)
  const dht = new BitReader(table.dht)
  for (let bit = 0; bit < table.dhtlen; bit++) writer.put(dht.take(1), 1)
  const codes = { ll: canonicalCodes(table.ll), d: canonicalCodes(table.d) }
  for (const { alphabet, symbol, extra, extraBits } of tokens) {
    writer.putCode(codes[alphabet][symbol], table[alphabet][symbol])
    writer.put(extra, extraBits)
  }
  return writer
}

/** Bits of these counts in the best prefix code of at most `maxBits` bits, by package-merge over plain sorted lists. */
export function packageMergeBits(counts: Uint32Array, maxBits: number): number {
  const leaves = [...counts].sort((a, b) => a - b)
  let list = leaves
  for (let level = 1; level < maxBits; level++) {
    const packages: number[] = []
    for (let index = 0; index + 1 < list.length; index += 2) packages.push(list[index] + list[index + 1])
    list = [...leaves, ...packages].sort((a, b) => a - b)
  }
  return list.slice(0, 2 * leaves.length - 2).reduce((sum, weight) => sum + weight, 0)
}
