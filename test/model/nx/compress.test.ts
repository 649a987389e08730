// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { inflateRawSync } from 'node:zlib'
import { encodeTable, makeTable } from '../../../lib/deflate/huffman.js'
import { CompressEngine, DEFAULT_EFFORT, type CompressRequest } from '../../../lib/model/nx/compress.js'
import { DirectTarget, GatheredTarget, type Target } from '../../../lib/model/nx/target.js'
import { BitReader, BitWriter, encodeBlock, readTokens } from '../../deflate/block-codec.js'
import {
  binaryLike,
  fibonacciWeighted,
  jsonLike,
  makeRandom,
  oneByte,
  randomBytes,
  textLike,
  zeros,
} from '../../support/data.js'

const engine = new CompressEngine()

interface Output {
  cc: number
  tebc: number
  /** The bytes that count as stored. */
  bytes: Uint8Array
  counts: Uint32Array
}

/** Runs a job with room for whatever it makes, and copies its result. */
function compress(
  source: Uint8Array,
  options: Partial<CompressRequest> = {},
  target: Target = new DirectTarget(new Uint8Array(source.length * 2 + 400)),
  by = engine,
): Output {
  const request = {
    source,
    historyBytes: 0,
    dht: null,
    dhtlen: 0,
    effort: 0,
    count: false,
    countsOnly: false,
    ...options,
  }
  const { cc, tpbc, tebc, counts } = by.run(request, target)
  return { cc, tebc, bytes: target.bytes.slice(0, tpbc), counts: counts.slice() }
}

/** The two jobs that make a block with a table of its own. */
function compressTwice(source: Uint8Array, options: Partial<CompressRequest> = {}, by = engine) {
  const counted = compress(source, { ...options, count: true }, undefined, by)
  const table = makeTable(counted.counts)
  const encoded = compress(source, { ...options, dht: table.dht, dhtlen: table.dhtlen }, undefined, by)
  return { counted, table, encoded }
}

/** zlib gives back the data, and needs every byte for it. */
function assertInflates(
  { cc, bytes }: Output,
  source: Uint8Array,
  historyBytes: number,
  title: string,
): void {
  assert.equal(cc, 0, title)
  const dictionary = historyBytes > 0 ? { dictionary: source.subarray(0, historyBytes) } : {}
  const { buffer, engine: inflater } = inflateRawSync(bytes, { ...dictionary, info: true }) as unknown as {
    buffer: Buffer
    engine: { bytesWritten: number }
  }
  assert.ok(buffer.equals(source.subarray(historyBytes)), title)
  assert.equal(inflater.bytesWritten, bytes.length, title)
}

const SIZES = [1, 2, 3, 4, 15, 16, 17, 257, 258, 259, 32767, 32768, 32769, 65535, 65536, 65537]
const KINDS: Record<string, (size: number) => Uint8Array> = {
  text: (size) => textLike(1, size),
  JSON: (size) => jsonLike(2, size),
  binary: (size) => binaryLike(3, size),
  random: (size) => randomBytes(4, size),
  zeros,
  'Fibonacci-weighted': (size) => fibonacciWeighted(size, 5),
}

describe('compression engine', () => {
  for (const [kind, make] of Object.entries(KINDS)) {
    it(`makes blocks of ${kind} data that zlib inflates, at every effort and size, with fixed and own codes`, () => {
      for (const size of SIZES) {
        const source = make(size)
        for (let effort = 1; effort <= 9; effort++) {
          const title = `${kind}, ${size} bytes, effort ${effort}`
          const { counted, encoded } = compressTwice(source, { effort })
          assertInflates(counted, source, 0, `${title}, fixed`)
          assertInflates(encoded, source, 0, `${title}, dynamic`)
        }
      }
    })
  }

  it('makes blocks of 1 MiB at every effort', () => {
    const source = Buffer.concat([textLike(6, 700_000), binaryLike(6, 1 << 20)]).subarray(0, 1 << 20)
    let before = Infinity
    for (let effort = 1; effort <= 9; effort++) {
      const { counted, encoded } = compressTwice(source, { effort })
      assertInflates(counted, source, 0, `effort ${effort}, fixed`)
      assertInflates(encoded, source, 0, `effort ${effort}, dynamic`)
      assert.ok(encoded.bytes.length < before, `effort ${effort}: ${encoded.bytes.length}, before: ${before}`)
      before = encoded.bytes.length
    }
  })

  it('uses the history, of which only the last 32768 bytes matter', () => {
    for (const [historyBytes, size] of [
      [1, 1],
      [16, 3],
      [2000, 5000],
      [32768, 40_000],
      [65520, 2],
      [65520, 30_000],
    ]) {
      const source = jsonLike(7, historyBytes + size)
      for (const effort of [1, 3, 6, 9]) {
        const title = `history ${historyBytes}, data ${size}, effort ${effort}`
        const { counted, encoded } = compressTwice(source, { historyBytes, effort })
        assertInflates(counted, source, historyBytes, title)
        assertInflates(encoded, source, historyBytes, title)
        const kept = Math.min(historyBytes, 32768)
        // A multiple of 8 bytes, so that effort 1, which inserts every 8th position, inserts the same ones of the history.
        const other = Buffer.concat([randomBytes(8, 504), source.subarray(historyBytes - kept)])
        assert.deepEqual(compress(other, { historyBytes: kept + 504, effort }).bytes, counted.bytes, title)
        if (size < 5000) continue
        const alone = compress(source.subarray(historyBytes), { effort })
        assert.ok(counted.bytes.length < alone.bytes.length, title)
      }
    }
  })

  it('sets BFINAL and BTYPE, copies the DHT bit for bit, and fills the last byte with zeros', () => {
    for (let size = 1; size < 40; size++) {
      const source = textLike(size, size)
      const { counted, table, encoded } = compressTwice(source)
      assert.equal(counted.bytes[0] & 7, 0b011)
      assert.equal(encoded.bytes[0] & 7, 0b101)
      const dht = new BitReader(table.dht)
      const stream = new BitReader(encoded.bytes)
      stream.take(3)
      for (let bit = 0; bit < table.dhtlen; bit++) assert.equal(stream.take(1), dht.take(1), `bit ${bit}`)
      for (const { bytes, tebc } of [counted, encoded]) {
        const { zlibBits } = readTokens(bytes)
        assert.equal(bytes.length, Math.ceil(zlibBits / 8))
        assert.equal(tebc, zlibBits % 8)
        if (tebc !== 0) assert.equal(bytes[bytes.length - 1] >>> tebc, 0)
      }
    }
  })

  it('counts exactly the symbols that are in the block, EOB once', () => {
    for (const source of [textLike(1, 90_000), binaryLike(2, 90_000), zeros(3000), randomBytes(3, 50_000)]) {
      for (const effort of [1, 6]) {
        const { counted, encoded } = compressTwice(source, { effort })
        assert.deepEqual(counted.counts, readTokens(counted.bytes).counts)
        assert.deepEqual(encoded.counts, readTokens(encoded.bytes).counts)
        assert.deepEqual(encoded.counts, counted.counts)
        assert.equal(counted.counts[256], 1)
      }
    }
  })

  it('takes effort 0 for effort 6', () => {
    const source = textLike(9, 50_000)
    assert.equal(DEFAULT_EFFORT, 6)
    assert.deepEqual(compress(source, { effort: 0 }), compress(source, { effort: 6 }))
    assert.notDeepEqual(compress(source, { effort: 0 }).bytes, compress(source, { effort: 5 }).bytes)
  })
})

describe('compression engine, DHT', () => {
  it('works with the longest DHT, of 2283 bits', () => {
    const writer = new BitWriter()
    writer.put(29, 5)
    writer.put(29, 5)
    writer.put(15, 4)
    // In the order 16 17 18 0 8 7 9 6 10 5 11 4 12 3 13 2 14 1 15: 8, 9, 4 and 5 have 7 bits; 0, 1, 2, 3 and 6 fill up.
    for (const length of [0, 0, 0, 1, 7, 0, 7, 5, 0, 7, 0, 7, 0, 4, 0, 3, 0, 2, 0]) writer.put(length, 3)
    const code: Record<number, number> = { 4: 124, 5: 125, 8: 126, 9: 127 }
    for (let symbol = 0; symbol < 286; symbol++) writer.putCode(code[symbol < 226 ? 8 : 9], 7)
    for (let symbol = 0; symbol < 30; symbol++) writer.putCode(code[symbol < 2 ? 4 : 5], 7)
    assert.equal(writer.bits, 2283)
    const dht = new Uint8Array(288)
    dht.set(writer.toBytes())
    const source = textLike(1, 20_000)
    assertInflates(compress(source, { dht, dhtlen: 2283 }), source, 0, '2283 bits')
  })

  it('finds no code for any symbol in the shortest DHT, of 42 bits, and ends with CC 66', () => {
    const writer = new BitWriter()
    writer.put(0, 14)
    // 16 17 18 0: 18 and 0 have one bit each.
    for (const length of [0, 0, 1, 1]) writer.put(length, 3)
    writer.putCode(1, 1)
    writer.put(138 - 11, 7)
    writer.putCode(1, 1)
    writer.put(120 - 11, 7)
    assert.equal(writer.bits, 42)
    const dht = new Uint8Array(288)
    dht.set(writer.toBytes())
    const { cc, bytes, tebc } = compress(textLike(1, 5000), { dht, dhtlen: 42 })
    assert.equal(cc, 66)
    // 3 + 42 bits of header, and not one bit more.
    assert.deepEqual([bytes.length, tebc], [6, 5])
  })

  it('writes nothing and ends with CC 68 when DHTlen is not the length of the table', () => {
    const source = textLike(2, 3000)
    const { table } = compressTwice(source)
    const memory = new Uint8Array(9000).fill(0xee)
    const dht = table.dht
    for (const dhtlen of [0, 1, 41, table.dhtlen - 1, table.dhtlen + 1, 2304, 4095]) {
      const { cc, bytes } = compress(source, { dht, dhtlen }, new DirectTarget(memory))
      assert.deepEqual([cc, bytes.length], [68, 0], `DHTlen ${dhtlen}`)
    }
    assert.deepEqual(memory, new Uint8Array(9000).fill(0xee))
  })

  it('writes nothing and ends with CC 68 when the table is not valid', () => {
    const source = textLike(2, 3000)
    const oversubscribed = encodeTable(new Uint8Array(286).fill(8), new Uint8Array(30).fill(5))
    const { cc, bytes } = compress(source, { dht: oversubscribed.dht, dhtlen: oversubscribed.dhtlen })
    assert.deepEqual([cc, bytes.length], [68, 0])
  })

  const source = textLike(3, 8000)
  const { counts, bytes: fixedBlock } = compress(source, { count: true })
  const { tokens } = readTokens(fixedBlock)
  const busiest = (first: number, end: number) => {
    const part = [...counts.subarray(first, end)]
    return part.indexOf(Math.max(...part)) + first
  }
  const missing: [string, number][] = [
    ['literal', busiest(0, 256)],
    ['length', busiest(257, 286)],
    ['distance', busiest(286, 316)],
  ]
  for (const [what, symbol] of missing) {
    it(`ends with CC 66 and encodes everything else when a ${what} has no code`, () => {
      const others = counts.slice()
      others[symbol] = 0
      const table = makeTable(others)
      assert.equal(symbol < 286 ? table.ll[symbol] : table.d[symbol - 286], 0)
      const { cc, bytes, tebc } = compress(source, { dht: table.dht, dhtlen: table.dhtlen })
      assert.equal(cc, 66)
      const [alphabet, own] = symbol < 286 ? ['ll', symbol] : ['d', symbol - 286]
      const expected = encodeBlock(
        tokens.filter((token) => token.alphabet !== alphabet || token.symbol !== own),
        table,
      )
      assert.deepEqual(bytes, expected.toBytes())
      assert.equal(tebc, expected.bits % 8)
    })
  }

  it('ends with CC 66 when only EOB has no code', () => {
    const noise = randomBytes(5, 40).map((byte) => byte & 0x7f)
    const lengths = new Uint8Array(286).fill(8, 0, 255)
    lengths[257] = 8
    const table = encodeTable(lengths, new Uint8Array(30))
    const { cc, bytes, tebc } = compress(noise, { dht: table.dht, dhtlen: table.dhtlen })
    assert.equal(cc, 66)
    assert.equal(bytes.length, Math.ceil((3 + table.dhtlen + 40 * 8) / 8))
    assert.equal(tebc, (3 + table.dhtlen) % 8)
  })

  it('ends with CC 13 when the output does not fit, even if a symbol has no code', () => {
    const others = counts.slice()
    others[busiest(0, 256)] = 0
    const table = makeTable(others)
    const options = { dht: table.dht, dhtlen: table.dhtlen }
    const { length } = compress(source, options).bytes
    assert.equal(compress(source, options, new DirectTarget(new Uint8Array(length))).cc, 66)
    assert.equal(compress(source, options, new DirectTarget(new Uint8Array(length - 1))).cc, 13)
  })
})

describe('compression engine, target space', () => {
  const kinds: [string, (size: number) => Target][] = [
    ['direct', (size) => new DirectTarget(new Uint8Array(size))],
    ['gathered', (size) => new GatheredTarget(size)],
  ]
  for (const [kind, make] of kinds) {
    it(`ends with CC 13 exactly when a byte is missing, with what fits stored: ${kind} target, every size`, () => {
      const source = textLike(1, 300)
      const { counted, table, encoded } = compressTwice(source)
      for (const [block, options] of [
        [counted, {}],
        [encoded, { dht: table.dht, dhtlen: table.dhtlen }],
      ] as const) {
        for (let size = 0; size <= block.bytes.length + 5; size++) {
          const { cc, bytes } = compress(source, options, make(size))
          assert.equal(cc, size < block.bytes.length ? 13 : 0, `${size} bytes`)
          assert.deepEqual(bytes, block.bytes.subarray(0, size), `${size} bytes`)
        }
      }
    })

    it(`ends with CC 13 exactly when the last byte is missing after many chunks: ${kind} target`, () => {
      const source = Buffer.concat([textLike(2, 300_000), randomBytes(2, 300_000)])
      const { counted, table, encoded } = compressTwice(source)
      for (const count of [false, true]) {
        for (const [block, options] of [
          [counted, { count }],
          [encoded, { count, dht: table.dht, dhtlen: table.dhtlen }],
        ] as const) {
          const enough = compress(source, options, make(block.bytes.length))
          assert.equal(enough.cc, 0)
          assert.deepEqual(enough.bytes, block.bytes)
          const short = compress(source, options, make(block.bytes.length - 1))
          assert.equal(short.cc, 13)
          assert.deepEqual(short.bytes, block.bytes.subarray(0, -1))
        }
      }
    })
  }
})

describe('compression engine, determinism', () => {
  it('gives the same block after thousands of other jobs', () => {
    const source = jsonLike(10, 60_000)
    const efforts = [1, 2, 4, 6, 9]
    const fresh = efforts.map((effort) =>
      compress(source, { effort, historyBytes: 4096 }, undefined, new CompressEngine()),
    )
    const seed = 11
    const random = makeRandom(seed)
    const worked = new CompressEngine()
    const others = [textLike(12, 5000), source.subarray(100, 9000), binaryLike(13, 3000), zeros(2000)]
    const room = new DirectTarget(new Uint8Array(20_000))
    for (let job = 0; job < 5000; job++) {
      const other = random.pick(others)
      const start = random.below(other.length - 1)
      const part = other.subarray(start, start + random.between(1, 400))
      const historyBytes = random.below(part.length)
      compress(part, { historyBytes, effort: random.below(10), count: random.below(2) === 1 }, room, worked)
    }
    efforts.forEach((effort, index) => {
      const again = compress(source, { effort, historyBytes: 4096 }, undefined, worked)
      assert.deepEqual(again, fresh[index], `effort ${effort}, seed ${seed}`)
    })
  })

  it('gives the same block with and without a counting job before', () => {
    for (const source of [textLike(1, 200_000), binaryLike(2, 30_000), randomBytes(3, 100_000), zeros(100)]) {
      for (const historyBytes of [0, 90]) {
        for (const effort of [1, 6]) {
          const { table, encoded } = compressTwice(source, { effort, historyBytes }, new CompressEngine())
          const options = { effort, historyBytes, dht: table.dht, dhtlen: table.dhtlen }
          assert.deepEqual(compress(source, options, undefined, new CompressEngine()), encoded)
        }
      }
    }
  })

  it('does not take the tokens of a counting job whose source, history or effort was another', () => {
    const source = textLike(4, 50_000)
    const options = { historyBytes: 1000, effort: 6 }
    const expected = compress(source, options, undefined, new CompressEngine())
    const others: [string, Uint8Array, Partial<CompressRequest>][] = [
      ['first byte', Uint8Array.from(source, (byte, at) => (at === 0 ? byte ^ 1 : byte)), {}],
      ['last byte', Uint8Array.from(source, (byte, at) => (at === 49_999 ? byte ^ 1 : byte)), {}],
      ['length', source.subarray(0, 49_999), {}],
      ['history', source, { historyBytes: 1016 }],
      ['effort', source, { effort: 5 }],
    ]
    for (const [what, other, change] of others) {
      const worked = new CompressEngine()
      compress(other, { ...options, ...change, count: true }, undefined, worked)
      assert.deepEqual(compress(source, options, undefined, worked), expected, what)
    }
  })

  it('compresses what the source holds at the time of the job, not at the time of the counting job', () => {
    const source = textLike(5, 20_000)
    compress(source, { count: true })
    source.fill(0x2e, 5000, 6000)
    assertInflates(compress(source), source, 0, 'changed source')
  })

  it('serves many counting jobs before their encoding jobs, small and large', () => {
    for (const size of [1500, 600_000]) {
      const sources = Array.from({ length: 40 }, (_, seed) => textLike(seed, size + seed).subarray(0, size))
      const worked = new CompressEngine()
      const jobs = (size > 100_000 ? sources.slice(0, 6) : sources).map((source) => {
        const { counts, cc } = compress(source, { effort: 1, count: true }, undefined, worked)
        assert.equal(cc, 0)
        return { source, table: makeTable(counts) }
      })
      for (const { source, table } of jobs) {
        const options = { effort: 1, dht: table.dht, dhtlen: table.dhtlen }
        assertInflates(compress(source, options, undefined, worked), source, 0, `${size} bytes`)
      }
    }
  })

  it('measures a block without writing when only its counts are wanted', () => {
    const random = makeRandom(81)
    const { table } = compressTwice(textLike(8, 20_000))
    for (let times = 0; times < 40; times++) {
      const source = textLike(random.below(1000), 1 + random.below(30_000))
      const codes = random.below(2) === 0 ? {} : { dht: table.dht, dhtlen: table.dhtlen }
      const options = { ...codes, effort: random.below(10), count: true }
      const room = random.below(3) === 0 ? random.below(source.length) : source.length * 2 + 400
      const written = compress(source, options, new DirectTarget(new Uint8Array(room)))
      const memory = new Uint8Array(room).fill(0xee)
      const measured = compress(source, { ...options, countsOnly: true }, new DirectTarget(memory))
      assert.deepEqual(
        { ...measured, bytes: written.bytes.length },
        { ...written, bytes: measured.bytes.length },
      )
      assert.ok(memory.every((byte) => byte === 0xee))
    }
  })

  it('forgets the tokens of a counting job that did not fit', () => {
    const source = textLike(6, 50_000)
    const worked = new CompressEngine()
    const short = compress(source, { count: true }, new DirectTarget(new Uint8Array(1000)), worked)
    assert.equal(short.cc, 13)
    assertInflates(compress(source, {}, undefined, worked), source, 0, 'after CC 13')
  })

  it('makes the same of a source that lies at any offset of its memory', () => {
    const text = textLike(7, 10_000)
    const memory = new Uint8Array(10_010)
    const expected = compress(text)
    for (const offset of [1, 2, 3, 7]) {
      memory.set(text, offset)
      assert.deepEqual(compress(memory.subarray(offset, offset + 10_000)), expected)
    }
    assert.deepEqual(compress(oneByte(5)).counts[0x61], 1)
  })
})
