// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { encodeTable, makeTable, type HuffmanTable } from '../../../lib/deflate/huffman.js'
import { Alphabet } from '../../../lib/model/nx/alphabet.js'
import { BlockWriter, Codes } from '../../../lib/model/nx/encode.js'
import { DirectTarget, GatheredTarget } from '../../../lib/model/nx/target.js'
import { matchToken } from '../../../lib/model/nx/tokens.js'
import { encodeBlock, type Token } from '../../deflate/block-codec.js'
import { makeRandom } from '../../support/data.js'

interface Sample {
  /** As the engine packs them. */
  readonly packed: Int32Array
  /** As they stand in the stream. */
  readonly tokens: Token[]
  readonly counts: Uint32Array
}

/** RFC 1951 3.2.5 in words: the symbol and extra bits of a length, and of a distance. */
function lengthToken(length: number): Token {
  if (length === 258) return { alphabet: 'll', symbol: 285, extra: 0, extraBits: 0 }
  if (length < 11) return { alphabet: 'll', symbol: 254 + length, extra: 0, extraBits: 0 }
  const extraBits = Math.floor(Math.log2(length - 3)) - 2
  const step = (length - 3) >>> extraBits
  return {
    alphabet: 'll',
    symbol: 257 + extraBits * 4 + step,
    extra: (length - 3) & ((1 << extraBits) - 1),
    extraBits,
  }
}

function distanceToken(distance: number): Token {
  if (distance < 5) return { alphabet: 'd', symbol: distance - 1, extra: 0, extraBits: 0 }
  const extraBits = Math.floor(Math.log2(distance - 1)) - 1
  const step = (distance - 1) >>> extraBits
  return {
    alphabet: 'd',
    symbol: extraBits * 2 + step,
    extra: (distance - 1) & ((1 << extraBits) - 1),
    extraBits,
  }
}

function sample(items: (number | [length: number, distance: number])[]): Sample {
  const counts = new Uint32Array(316)
  const tokens = items.flatMap((item): Token[] => {
    if (typeof item === 'number') return [{ alphabet: 'll', symbol: item, extra: 0, extraBits: 0 }]
    return [lengthToken(item[0]), distanceToken(item[1])]
  })
  tokens.push({ alphabet: 'll', symbol: 256, extra: 0, extraBits: 0 })
  for (const { alphabet, symbol } of tokens) counts[alphabet === 'll' ? symbol : 286 + symbol]++
  const packed = Int32Array.from(items, (item) => (typeof item === 'number' ? item : matchToken(...item)))
  return { packed, tokens, counts }
}

/** Every literal, every length, the ends of every distance symbol, then a mix of them. */
function everything(seed: number): Sample {
  const random = makeRandom(seed)
  const items: (number | [number, number])[] = []
  for (let byte = 0; byte < 256; byte++) items.push(byte)
  for (let length = 3; length <= 258; length++) items.push([length, random.between(1, 32768)])
  for (let power = 1; power <= 32768; power *= 2)
    for (const distance of [power, power + 1, power + (power >>> 1), power + (power >>> 1) + 1])
      if (distance <= 32768) items.push([random.between(3, 258), distance])
  for (let count = 0; count < 3000; count++)
    items.push(random.below(2) ? random.below(256) : [random.between(3, 258), random.between(1, 32768)])
  return sample(items)
}

const codesOf = ({ ll, d }: HuffmanTable) => new Codes().set(Alphabet.of(ll), Alphabet.of(d))

function write({ packed }: Sample, table: HuffmanTable, bytes: Uint8Array): { length: number; tebc: number } {
  const writer = new BlockWriter()
  const codes = codesOf(table)
  writer.begin(new DirectTarget(bytes))
  writer.putHeader(table.dht, table.dhtlen)
  writer.putTokens(packed, packed.length, codes)
  const tebc = writer.end(codes)
  return { length: writer.position, tebc }
}

describe('Huffman coder', () => {
  for (let seed = 1; seed <= 4; seed++) {
    it(`writes every symbol as a bit-by-bit writer does, with the codes of its own counts (seed ${seed})`, () => {
      const data = everything(seed)
      const table = makeTable(data.counts)
      const expected = encodeBlock(data.tokens, table)
      const bytes = new Uint8Array(expected.toBytes().length)
      assert.deepEqual(write(data, table, bytes), { length: bytes.length, tebc: expected.bits & 7 })
      assert.deepEqual(bytes, expected.toBytes())
    })

    it(`writes codes of up to 15 bits with all their extra bits (seed ${seed})`, () => {
      const data = everything(seed)
      const random = makeRandom(seed)
      const counts = data.counts.map(() => Math.ceil(1.6 ** random.between(0, 40)))
      const table = makeTable(counts)
      assert.equal(Math.max(...table.ll), 15)
      const expected = encodeBlock(data.tokens, table).toBytes()
      const bytes = new Uint8Array(expected.length)
      write(data, table, bytes)
      assert.deepEqual(bytes, expected)
    })
  }

  it('tells what each symbol costs, extra bits included, and 0 for one without a code', () => {
    const ll = new Uint8Array(286)
    ll.fill(8, 0, 255)
    ll[284] = 9
    ll[285] = 9
    const d = new Uint8Array(30)
    d[0] = 1
    d[29] = 1
    const { bits } = new Codes().set(Alphabet.of(ll), Alphabet.of(d))
    assert.deepEqual([bits[0], bits[255], bits[256], bits[283], bits[284], bits[285]], [8, 0, 0, 0, 14, 9])
    assert.deepEqual([bits[286], bits[287], bits[315]], [1, 0, 14])
  })

  it('asks a target for more until there is room, and keeps what is written', () => {
    const data = everything(5)
    const table = makeTable(data.counts)
    const codes = codesOf(table)
    const expected = encodeBlock([...data.tokens.slice(0, -1), ...data.tokens], table).toBytes()
    const target = new GatheredTarget(expected.length)
    target.bytes = new Uint8Array(1)
    const writer = new BlockWriter()
    writer.begin(target)
    assert.equal(writer.reserve(3 + table.dhtlen), true)
    writer.putHeader(table.dht, table.dhtlen)
    const bits = encodeBlock(data.tokens, table).bits - 3 - table.dhtlen
    for (let round = 0; round < 2; round++) {
      assert.equal(writer.reserve(bits), true)
      writer.putTokens(data.packed, data.packed.length, codes)
    }
    writer.end(codes)
    assert.equal(writer.position, expected.length)
    assert.deepEqual(target.bytes.subarray(0, expected.length), expected)
  })

  it('finds room exact to the bit', () => {
    const writer = new BlockWriter()
    writer.begin(new DirectTarget(new Uint8Array(10)))
    writer.putHeader(null, 0)
    assert.equal(writer.reserve(77), true)
    assert.equal(writer.reserve(78), false)
  })

  it('stores all the bytes that fit when there is not room for all', () => {
    const data = everything(6)
    const table = makeTable(data.counts)
    const codes = codesOf(table)
    const expected = encodeBlock(data.tokens, table).toBytes()
    for (const size of [0, 1, 100, 1000, expected.length - 2, expected.length - 1]) {
      const memory = new Uint8Array(size + 8).fill(0xee)
      const writer = new BlockWriter()
      writer.begin(new DirectTarget(memory.subarray(0, size)))
      writer.putHeader(table.dht, table.dhtlen)
      writer.putTokensThatFit(data.packed, data.packed.length, codes)
      writer.end(codes)
      assert.equal(writer.position, size)
      assert.deepEqual(memory.subarray(0, size), expected.subarray(0, size))
      assert.deepEqual(memory.subarray(size), new Uint8Array(8).fill(0xee))
    }
  })

  it('sends nothing for a symbol without a code, and the rest as always', () => {
    const data = sample([1, 2, [3, 1], 3, [258, 32768], 4, [10, 5]])
    const full = new Uint8Array(316).fill(1)
    const lengths = new Uint8Array(286).fill(8, 0, 254)
    lengths[2] = 0
    lengths[256] = 8
    lengths[285] = 8
    lengths[264] = 8
    const distances = new Uint8Array(30)
    distances[29] = 1
    distances[4] = 1
    const table = encodeTable(lengths, distances)
    const coded = data.tokens.filter(({ alphabet, symbol }) => table[alphabet][symbol] !== 0)
    assert.equal(data.tokens.length - coded.length, 3)
    const expected = encodeBlock(coded, table).toBytes()
    const bytes = new Uint8Array(full.length + expected.length)
    assert.equal(write(data, table, bytes).length, expected.length)
    assert.deepEqual(bytes.subarray(0, expected.length), expected)
  })
})
