// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import zlib from 'node:zlib'
import fc from 'fast-check'
import {
  dynamicBlockBits,
  encodeTable,
  fillCounts,
  fixedBlockBits,
  makeTable,
  storedBytes,
} from '../../lib/deflate/huffman.js'
import type { HuffmanTable } from '../../lib/deflate/huffman.js'
import { Dht } from '../../lib/model/nx/dht.js'
import { BitReader, BitWriter, encodeBlock, packageMergeBits, readTokens } from './block-codec.js'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

/** Numbers in 0..1, the same ones for the same seed. */
function generator(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x9e3779b9) | 0
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32
  }
}

/** Words of a small vocabulary with numbers between them: one dynamic block of zlib with literals and matches. */
function text(seed: number, bytes: number): Buffer {
  const random = generator(seed)
  const words = Array.from({ length: 300 }, () =>
    Array.from({ length: 2 + Math.floor(random() * 8) }, () =>
      String.fromCharCode(97 + Math.floor(26 * random() ** 2)),
    ).join(''),
  )
  let out = ''
  while (out.length < bytes) {
    out += random() < 0.1 ? Math.floor(random() * 1e6).toString() : words[Math.floor(300 * random() ** 2)]
    out += random() < 0.05 ? '.\n' : ' '
  }
  return Buffer.from(out.slice(0, bytes))
}

/** Counts of a skewness that the seed chooses, from a handful of symbols to all of them. */
function randomCounts(seed: number): Uint32Array {
  const random = generator(seed)
  const counts = new Uint32Array(316)
  const [scale, skew] = [10 ** (1 + random() * 6), 1 + random() * 12]
  const [ll, d] = [1 + Math.floor(random() * 286), Math.floor(random() * 31)]
  for (let index = 0; index < ll; index++) counts[Math.floor(random() * 286)] += scale * random() ** skew
  for (let index = 0; index < d; index++) counts[286 + Math.floor(random() * 30)] += scale * random() ** skew
  counts[256] = 1
  return counts
}

const kraftSum = (lengths: Uint8Array) =>
  lengths.reduce((sum, length) => sum + (length ? 2 ** -length : 0), 0)
const codes = (lengths: Uint8Array) => lengths.reduce((count, length) => count + (length ? 1 : 0), 0)

/** What every table has to be: complete in both alphabets, and written as its own lengths. */
function assertSound(table: HuffmanTable): void {
  assert.equal(kraftSum(table.ll), 1)
  assert.equal(kraftSum(table.d), 1)
  assert.ok(codes(table.ll) >= 2 && codes(table.d) >= 2)
  assert.ok(Math.max(...table.ll, ...table.d) <= 15)
  assert.ok(table.ll[256] > 0)
  assert.ok(table.dhtlen >= 42 && table.dhtlen <= 2283)
  const read = new Dht()
  assert.equal(read.read(table.dht, 0, table.dhtlen), table.dhtlen)
  assert.deepEqual(read.ll.lengths, table.ll)
  assert.deepEqual(read.d.lengths, table.d)
  const padding = Buffer.from(table.dht)
  assert.equal(padding.length, 288)
  assert.equal(padding[table.dhtlen >>> 3] >>> (table.dhtlen & 7), 0)
  assert.ok(padding.subarray((table.dhtlen >>> 3) + 1).every((byte) => byte === 0))
}

const symbolBits = (counts: Uint32Array, lengths: Uint8Array) =>
  lengths.reduce((sum, length, symbol) => sum + length * counts[symbol], 0)

describe('makeTable', () => {
  it('writes the table of an empty block bit by bit', () => {
    const counts = new Uint32Array(316)
    counts[256] = 1
    const table = makeTable(counts)
    // HLIT 0, HDIST 1, HCLEN 14; code-length codes 18 and 1 of one bit; lengths 1, 138 zeros, 117 zeros, 1, 1, 1.
    assert.equal(table.dhtlen, 14 + 18 * 3 + 1 + 8 + 8 + 3)
    assert.equal(hex(table.dht), '2038100000000000e2bf1a'.padEnd(576, '0'))
    assertSound(table)
  })

  it('gives the codes of a small alphabet the lengths that Huffman does', () => {
    const counts = new Uint32Array(316)
    counts[97] = 50
    counts[98] = 20
    counts[99] = 15
    counts[257] = 14
    counts[256] = 1
    counts[286 + 4] = 10
    counts[286 + 9] = 3
    counts[286 + 29] = 1
    const { ll, d } = makeTable(counts)
    assert.deepEqual([ll[97], ll[98], ll[99], ll[257], ll[256]], [1, 2, 3, 4, 4])
    assert.deepEqual([d[4], d[9], d[29]], [1, 2, 2])
  })

  it('chooses the flatter of two codes of the same size', () => {
    const counts = new Uint32Array(316)
    counts[97] = counts[98] = 2
    counts[99] = counts[256] = 1
    const { ll } = makeTable(counts)
    assert.deepEqual([ll[97], ll[98], ll[99], ll[256]], [2, 2, 2, 2])
  })

  it('gives the end of block a code that was not counted', () => {
    const counts = new Uint32Array(316)
    counts[65] = 1000
    const table = makeTable(counts)
    assert.deepEqual([table.ll[65], table.ll[256]], [1, 1])
    assert.equal(counts[256], 0)
    assertSound(table)
  })

  it('completes an alphabet without codes or with one code', () => {
    const none = makeTable(new Uint32Array(316))
    assert.deepEqual([none.ll[0], none.ll[256]], [1, 1])
    assert.deepEqual([...none.d.subarray(0, 3)], [1, 1, 0])
    const first = makeTable(new Uint32Array(316).fill(7, 286, 287))
    assert.deepEqual([...first.d.subarray(0, 3)], [1, 1, 0])
    const last = makeTable(new Uint32Array(316).fill(7, 315, 316))
    assert.deepEqual([last.d[0], last.d[29]], [1, 1])
    for (const table of [none, first, last]) assertSound(table)
  })

  it('gives every symbol a code when all occur alike', () => {
    const table = makeTable(new Uint32Array(316).fill(1))
    assert.equal(codes(table.ll), 286)
    assert.equal(codes(table.d), 30)
    // 286 = 226 + 60: 226 codes of 8 bits leave 30/256 of the space for 60 of 9.
    assert.deepEqual([table.ll.filter((length) => length === 8).length, Math.max(...table.ll)], [226, 9])
    assertSound(table)
  })

  it('holds Fibonacci counts, whose Huffman code is the deepest, to 15 bits', () => {
    const counts = new Uint32Array(316)
    const fibonacci = (index: number): number => Math.round(((1 + 5 ** 0.5) / 2) ** index / 5 ** 0.5)
    for (let index = 0; index < 36; index++) counts[index] = fibonacci(index + 1)
    for (let index = 0; index < 30; index++) counts[286 + index] = fibonacci(index + 1)
    counts[256] = 1
    const table = makeTable(counts)
    assert.deepEqual([Math.max(...table.ll), Math.max(...table.d)], [15, 15])
    assertSound(table)
  })

  it('takes counts of 32 bits', () => {
    const table = makeTable(new Uint32Array(316).fill(0xffffffff, 0, 300).fill(1, 300))
    assert.equal(table.ll[285], 8)
    assert.equal(table.d[0], 4)
    assertSound(table)
  })

  it('does not change the counts and gives the same table again', () => {
    const counts = randomCounts(5)
    const before = counts.slice()
    const first = makeTable(counts)
    makeTable(randomCounts(6))
    assert.deepEqual(makeTable(counts), first)
    assert.deepEqual(counts, before)
  })

  it('is as small as package-merge finds the best 15-bit code to be', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const counts = randomCounts(seed)
      const table = makeTable(counts)
      assertSound(table)
      const alphabets = [
        [counts.subarray(0, 286), table.ll],
        [counts.subarray(286), table.d],
      ] as const
      for (const [alphabet, lengths] of alphabets) {
        const used = alphabet.filter((count) => count > 0)
        if (used.length < 2) continue
        assert.equal(symbolBits(alphabet, lengths), packageMergeBits(used, 15), `seed ${seed}`)
      }
    }
  })

  it('makes a sound table of any counts', () => {
    const count = fc.oneof(fc.constant(0), fc.nat(3), fc.nat(0xffffff), fc.nat(0xffffffff))
    const property = fc.property(fc.array(count, { minLength: 316, maxLength: 316 }), (counts) => {
      assertSound(makeTable(Uint32Array.from(counts)))
    })
    fc.assert(property, { seed: 21, numRuns: 300 })
  })
})

describe('a block made with makeTable', () => {
  for (const bytes of [100, 1000, 10_000, 60_000]) {
    const seed = 1000 + bytes
    const data = text(seed, bytes)
    const stream = zlib.deflateRawSync(data, { level: 9, memLevel: 9 })

    it(`of ${bytes} bytes is read by zlib and as long as dynamicBlockBits says (seed ${seed})`, () => {
      const { tokens, counts } = readTokens(stream)
      const table = makeTable(counts)
      const writer = encodeBlock(tokens, table)
      assert.equal(writer.bits, dynamicBlockBits(counts, table))
      assert.ok(zlib.inflateRawSync(writer.toBytes()).equals(data))
    })
  }

  for (const bytes of [2000, 10_000, 60_000]) {
    const seed = 2000 + bytes
    const stream = zlib.deflateRawSync(text(seed, bytes), { level: 9, memLevel: 9 })

    it(`of ${bytes} bytes is no longer than zlib's own (seed ${seed})`, () => {
      const { counts, zlibBits } = readTokens(stream)
      const made = dynamicBlockBits(counts, makeTable(counts))
      assert.ok(made <= zlibBits + 16, `${made} bits, zlib ${zlibBits}`)
    })
  }
})

describe('encodeTable', () => {
  it("is not longer than zlib's header for the same code lengths", () => {
    let dynamicBlocks = 0
    for (let seed = 1; seed <= 60; seed++) {
      const stream = zlib.deflateRawSync(text(seed, 300 * seed), { level: 6, memLevel: 9 })
      const reader = new BitReader(stream)
      if (reader.take(3) >>> 1 !== 2) continue
      dynamicBlocks++
      const read = new Dht()
      const zlibBits = read.read(stream, 3, stream.length * 8)
      const ours = encodeTable(read.ll.lengths, read.d.lengths).dhtlen
      assert.ok(ours <= zlibBits, `seed ${seed}: ${ours} bits, zlib ${zlibBits}`)
    }
    assert.ok(dynamicBlocks > 50)
  })

  it('writes one distance length of 0 when there is no distance code', () => {
    const ll = new Uint8Array(286)
    ll[0] = ll[256] = 1
    const table = encodeTable(ll, new Uint8Array(30))
    const read = new Dht()
    assert.equal(read.read(table.dht, 0, table.dhtlen), table.dhtlen)
    assert.equal(new BitReader(table.dht).take(10) >>> 5, 0)
    assert.ok(read.d.lengths.every((length) => length === 0))
  })

  it('writes a table of one distance code', () => {
    const ll = new Uint8Array(286)
    ll[0] = ll[256] = 1
    const d = new Uint8Array(30)
    d[0] = 1
    const table = encodeTable(ll, d)
    const read = new Dht()
    assert.equal(read.read(table.dht, 0, table.dhtlen), table.dhtlen)
    assert.deepEqual([...read.d.lengths.subarray(0, 2)], [1, 0])
  })
})

describe('fillCounts', () => {
  it('gives lengths and distances that did not occur a count of 1, and no literal', () => {
    const counts = new Uint32Array(316)
    counts[65] = 4
    counts[257] = 9
    counts[315] = 2
    const filled = fillCounts(counts, 'lengths-and-distances')
    assert.ok(filled.subarray(0, 257).every((count, symbol) => count === (symbol === 65 ? 4 : 0)))
    assert.deepEqual(
      [filled[257], filled[258], filled[285], filled[286], filled[314], filled[315]],
      [9, 1, 1, 1, 1, 2],
    )
    assert.ok(filled.subarray(257).every((count) => count > 0))
    assert.deepEqual([counts[258], counts[286]], [0, 0])
  })

  it('gives every symbol that did not occur a count of 1 for a cached table', () => {
    const counts = new Uint32Array(316)
    counts[65] = 4
    const filled = fillCounts(counts, 'all')
    assert.ok(filled.every((count, symbol) => count === (symbol === 65 ? 4 : 1)))
    assert.equal(counts[0], 0)
    const table = makeTable(filled)
    assert.deepEqual([codes(table.ll), codes(table.d)], [286, 30])
  })
})

describe('dynamicBlockBits', () => {
  const counts = new Uint32Array(316)
  counts[65] = 3
  counts[256] = 1

  it('adds the header, the table, the codes and the extra bits', () => {
    const withMatch = counts.slice()
    withMatch[265] = 1 // length 11 or 12: 1 extra bit
    withMatch[286 + 29] = 1 // distance 24577..32768: 13 extra bits
    const table = makeTable(withMatch)
    assert.deepEqual([table.ll[65], table.ll[256], table.ll[265], table.d[29]], [1, 2, 2, 1])
    assert.equal(dynamicBlockBits(withMatch, table), 3 + table.dhtlen + 3 * 1 + 2 + (2 + 1) + (1 + 13))
  })

  it('is infinite when a literal, length or distance that occurs has no code', () => {
    const table = makeTable(counts)
    assert.ok(Number.isFinite(dynamicBlockBits(counts, table)))
    for (const symbol of [66, 258, 286 + 2]) {
      const other = counts.slice()
      other[symbol] = 1
      assert.equal(dynamicBlockBits(other, table), Infinity)
    }
  })
})

describe('fixedBlockBits', () => {
  it('counts the fixed codes of RFC 1951 3.2.6 and the extra bits', () => {
    const bits = (symbol: number) => fixedBlockBits(new Uint32Array(316).fill(1, symbol, symbol + 1))
    assert.deepEqual([0, 143, 144, 255, 256, 257, 264, 265].map(bits), [11, 11, 12, 12, 10, 10, 10, 11])
    assert.deepEqual([279, 280, 284, 285, 286, 289, 290, 315].map(bits), [14, 15, 16, 11, 8, 8, 9, 21])
  })

  it('is the size of the block that zlib writes', () => {
    const stream = zlib.deflateRawSync(text(77, 20_000), { strategy: zlib.constants.Z_FIXED, memLevel: 9 })
    const { counts, zlibBits } = readTokens(stream)
    assert.equal(fixedBlockBits(counts), zlibBits)
    assert.equal(Math.ceil(zlibBits / 8), stream.length)
  })
})

describe('storedBytes', () => {
  it('adds 5 bytes for each begun 65535, and one header for nothing', () => {
    const sizes = [0, 1, 65535, 65536, 131070, 131071, 2 ** 32]
    assert.deepEqual(sizes.map(storedBytes), [5, 6, 65540, 65546, 131080, 131086, 2 ** 32 + 5 * 65538])
  })
})

describe('the bit writer of these tests', () => {
  it('packs from the least significant bit on', () => {
    const writer = new BitWriter()
    writer.put(0b101, 3)
    writer.put(0x1ff, 9)
    assert.deepEqual([writer.bits, hex(writer.toBytes())], [12, 'fd0f'])
  })
})
