// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { FC, type CpbInput } from '../../lib/nx.js'
import {
  assertTerminated,
  bytesOf,
  canonicalCodes,
  dhtBits,
  DYNAMIC_FINAL,
  fixed,
  FIXED_FINAL,
  FOUR_BITS,
  lengthsOf,
  number,
  openUnit,
  plainDht,
  RawJob,
  stream,
} from '../support/unit.js'

const { window } = openUnit()

/** Decompresses, from the start or with what a resume needs. */
function decompress(source: Uint8Array, cpb?: CpbInput) {
  const fc = cpb ? FC.DECOMPRESS_RESUME : FC.DECOMPRESS
  const { csb, cpb: out } = window.runSync({ fc, source, target: new Uint8Array(1024), cpb: cpb ?? {} })
  return { cc: csb.cc, ce: csb.ce, sfbt: out.sfbt, subc: out.subc }
}
const terminated = (cc: number) => ({ cc, ce: 0b011, sfbt: 0, subc: 0 })
const suspended = (sfbt: number, subc: number) => ({ cc: 3, ce: 0b101, sfbt, subc })

/** A literal whose fixed code has 9 bits, to shift what follows by a bit. */
const NINE = fixed(200)
/** The fixed code of match length 3. */
const LENGTH_3 = fixed(257)

describe('CC 66 when decompressing: undefined Huffman code (UM table 5-1)', () => {
  for (const symbol of [286, 287]) {
    it(`needs all 8 bits of the fixed code of LL${symbol}`, () => {
      const bits = fixed(symbol)
      assert.equal(bits.length, 8)
      assert.deepEqual(
        decompress(stream(FIXED_FINAL, NINE.repeat(6), bits.slice(0, 7))),
        suspended(0b1011, 7),
      )
      assert.deepEqual(decompress(stream(FIXED_FINAL, NINE.repeat(5), bits)), terminated(66))
    })
  }

  it('needs 4 bits of the fixed codes of D30 and D31', () => {
    assert.deepEqual(decompress(stream(FIXED_FINAL, NINE.repeat(3), LENGTH_3, '111')), suspended(0b1011, 10))
    assert.deepEqual(decompress(stream(FIXED_FINAL, NINE.repeat(2), LENGTH_3, '1111')), terminated(66))
  })

  // Literal 'a', EOB and length 3 share the literal/length codes; one distance code of one bit leaves '1' undefined.
  const ll = lengthsOf(258, { 0x61: 1, 256: 2, 257: 2 })
  const codes = canonicalCodes(ll)
  const dht = plainDht(ll, [1])
  /** A stream of whole bytes that ends after `bits` bits of an undefined distance code. */
  const undefinedDistance = (bits: number) => {
    const before = DYNAMIC_FINAL.replace(' ', '') + dht
    const literals = (16 - ((before.length + 2 + bits) % 8)) % 8 || 8
    return stream(before, codes[0x61].repeat(literals), codes[257], '1'.repeat(bits))
  }

  it('needs 15 bits of an undefined dynamic distance code', () => {
    assert.deepEqual(decompress(undefinedDistance(14)), suspended(0b1101, 16))
    assert.deepEqual(decompress(undefinedDistance(15)), terminated(66))
  })

  it('needs 15 bits of an undefined dynamic literal/length code', () => {
    // No symbol has a code at all: the table of 42 bits.
    const empty = dhtBits(0, 0, { 18: 1, 0: 1 }, [
      [18, number(127, 7)],
      [18, number(109, 7)],
    ])
    const withBits = (bits: number) =>
      stream(number(0, 8).slice(0, 3), DYNAMIC_FINAL, empty, '0'.repeat(bits))
    // 3 bits of a resumed byte, 3 of the block header, 42 of the table: 6 bytes.
    assert.deepEqual(decompress(withBits(8), { subc: 5, sfbt: 0b1110 }), suspended(0b1101, 8))
    assert.deepEqual(decompress(withBits(16), { subc: 5, sfbt: 0b1110 }), terminated(66))
  })
})

describe('CC 66 when decompressing: invalid block header (UM table 5-1)', () => {
  it('ends a block of type 11, which takes 3 bits to see', () => {
    assert.deepEqual(decompress(stream('1 11')), terminated(66))
    assert.deepEqual(decompress(stream('0 11')), terminated(66))
  })

  it('ends a stored block whose LEN and NLEN do not belong together', () => {
    assert.deepEqual(decompress(bytesOf('01 0100 ffff 61')), terminated(66))
    assert.deepEqual(decompress(bytesOf('01 0100 feff 61')), { cc: 0, ce: 0b001, sfbt: 0, subc: 0 })
  })

  it('does not see that before NLEN is complete', () => {
    assert.deepEqual(decompress(bytesOf('01 0100 ff')), suspended(0b1111, 32))
  })
})

describe('CC 66 when compressing: a symbol without a code (UM table 5-1)', () => {
  /** Compresses with the codes of these symbols; all lengths of a row make a complete code. */
  const compress = (source: string, ll: Record<number, number>, d: Record<number, number>) => {
    const bits = plainDht(lengthsOf(286, ll), lengthsOf(30, d))
    const job = new RawJob(window, FC.COMPRESS_DHT).source(Buffer.from(source)).target(new Uint8Array(1024))
    job.setCpbWord(12, bits.length)
    job.cpb.set(stream(bits), 16)
    return job
  }
  const DISTANCES = { 0: 1, 1: 1 }
  /** 'a' with one bit, EOB with two, and with seven bits each all lengths and three other literals: a complete code. */
  const ALL_LENGTHS = {
    0x61: 1,
    256: 2,
    ...Object.fromEntries([0x62, 0x63, 0x64, ...range(257, 285)].map((symbol) => [symbol, 7])),
  }

  it('ends a job with a literal that has none', () => {
    assertTerminated(compress('b', { 0x61: 1, 256: 1 }, DISTANCES), 66)
  })

  it('ends a job when EOB has none', () => {
    assertTerminated(compress('a', { 0x61: 1, 0x62: 1 }, DISTANCES), 66)
  })

  it('ends a job with a length that has none', () => {
    assertTerminated(compress('a'.repeat(100), { 0x61: 1, 256: 1 }, DISTANCES), 66)
  })

  it('ends a job with a distance that has none', () => {
    // Distance 1 is D0.
    assertTerminated(compress('a'.repeat(100), ALL_LENGTHS, { 1: 1, 2: 1 }), 66)
  })

  it('does not end a job whose symbols all have codes', () => {
    const csb = compress('a'.repeat(400), ALL_LENGTHS, DISTANCES).run()
    assert.equal(csb.slice(0, 8), '80000020')
  })
})

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index)
}

describe('CC 67, Invalid Distance (UM table 5-1)', () => {
  const farther = (literals: number, distanceSymbol: string) =>
    stream(FIXED_FINAL, fixed(0x61).repeat(literals), LENGTH_3, distanceSymbol, fixed(256))

  it('ends a match that reaches before the first byte', () => {
    assert.deepEqual(decompress(farther(0, '00000')), terminated(67))
    assert.deepEqual(decompress(farther(1, '00001')), terminated(67))
    assert.deepEqual(decompress(farther(3, '00011')), terminated(67))
  })

  it('takes a match that starts at the first byte', () => {
    assert.equal(decompress(farther(1, '00000')).cc, 0)
    assert.equal(decompress(farther(4, '00011')).cc, 0)
  })

  it('counts the history of a resumed job, all of it and no more', () => {
    const block = (distanceExtra: string) =>
      // D8 stands for distances 17..24, with 3 extra bits.
      stream(FIXED_FINAL, fixed(0x61), LENGTH_3, '01000', distanceExtra, fixed(256))
    const resume = (bytes: Uint8Array) =>
      decompress(Uint8Array.of(...new Uint8Array(16), ...bytes), { histlen: 1, sfbt: 0b1110 })
    assert.equal(resume(block('000')).cc, 0)
    assert.deepEqual(resume(block('100')), terminated(67))
  })

  it('reaches back 32768 bytes into a history that is longer', () => {
    const history = new Uint8Array(32784)
    // D29 stands for distances 24577..32768, with 13 extra bits.
    const source = [history, stream(FIXED_FINAL, LENGTH_3, '11101', '1'.repeat(13), fixed(256))]
    history.set([7, 8, 9], 16)
    const target = new Uint8Array(3)
    const { csb } = window.runSync({
      fc: FC.DECOMPRESS_RESUME,
      source,
      target,
      cpb: { histlen: 2049, sfbt: 0b1110 },
    })
    assert.deepEqual([csb.cc, ...target], [0, 7, 8, 9])
  })
})

describe('CC 68, Invalid DHT (UM table 5-1)', () => {
  const LL = lengthsOf(257, { 0x61: 1, 256: 1 })
  const CAUSES: readonly [string, bits: string][] = [
    ['HLIT 30', dhtBits(30, 0, FOUR_BITS, [...lengthsOf(287, { 0x61: 1, 256: 1 }), 1])],
    ['HLIT 31', dhtBits(31, 0, FOUR_BITS, [...lengthsOf(288, { 0x61: 1, 256: 1 }), 1])],
    ['HDIST 30', dhtBits(0, 30, FOUR_BITS, [...LL, ...lengthsOf(31, { 0: 1, 1: 1 })])],
    ['HDIST 31', dhtBits(0, 31, FOUR_BITS, [...LL, ...lengthsOf(32, { 0: 1, 1: 1 })])],
    [
      'an oversubscribed code-length code',
      dhtBits(0, 0, { 0: 1, 1: 1, 18: 1 }, [...LL.map((length) => (length === 0 ? 0 : 1)), 1]),
    ],
    ['an incomplete code-length code', dhtBits(0, 0, { 0: 2, 1: 2 }, [...LL, 1])],
    ['a code-length code of one symbol', dhtBits(0, 0, { 0: 1 }, lengthsOf(258, {}))],
    ['an oversubscribed literal/length code', plainDht(lengthsOf(257, { 0x61: 1, 0x62: 1, 256: 1 }), [1])],
    ['an incomplete literal/length code', plainDht(lengthsOf(257, { 0x61: 1, 256: 2 }), [1])],
    ['an oversubscribed distance code', plainDht(LL, [1, 1, 1])],
    ['an incomplete distance code', plainDht(LL, [1, 2])],
    ['one distance code of two bits', plainDht(LL, [2])],
    [
      'a repeat of the previous length at the start',
      dhtBits(0, 0, { 16: 1, 0: 2, 1: 2 }, [[16, '00'], ...LL.slice(3), 1]),
    ],
    [
      'a repeat of the previous length beyond the last distance symbol',
      dhtBits(0, 3, { 16: 1, 0: 2, 1: 2 }, [...LL, 0, 1, [16, '00']]),
    ],
    [
      'a short run of zeros beyond the last distance symbol',
      dhtBits(0, 3, { 17: 1, 0: 2, 1: 2 }, [...LL, 1, 1, [17, '000']]),
    ],
    [
      'a long run of zeros beyond the last distance symbol',
      dhtBits(0, 11, { 18: 1, 0: 2, 1: 2 }, [...LL, 1, 1, [18, '0000000']]),
    ],
  ]
  const inCpb = (fc: number, bits: string, dhtlen = bits.length) => {
    const job = new RawJob(window, fc).source(Buffer.from('aaaa')).target(new Uint8Array(4096))
    job.setCpbWord(12, 0b1101 * 2 ** 16 + dhtlen)
    job.cpb.set(stream(bits).subarray(0, 288), 16)
    return job
  }

  for (const [cause, bits] of CAUSES) {
    it(`ends ${cause} in the source`, () => {
      assert.deepEqual(decompress(stream(DYNAMIC_FINAL, bits, '0'.repeat(64))), terminated(68))
    })

    it(`ends ${cause} in the CPB, of compress and of resume decompress`, () => {
      assertTerminated(inCpb(0x02, bits), 68)
      assertTerminated(inCpb(0x14, bits), 68)
    })
  }

  const VALID = plainDht(LL, [1])
  for (const [what, change] of [
    ['one bit short', -1],
    ['one bit long', 1],
  ] as const) {
    it(`ends a DHTlen that is ${what}`, () => {
      for (const fc of [0x02, 0x06, 0x0a, 0x0e, 0x14, 0x16]) {
        assertTerminated(inCpb(fc, VALID, VALID.length + change), 68)
      }
    })
  }

  it('ends a DHTlen of 0', () => {
    for (const fc of [0x02, 0x14]) assertTerminated(inCpb(fc, VALID, 0), 68)
  })

  it('does not look at a DHT that the function or its SFBT has no use for', () => {
    assert.equal(inCpb(0x00, '').run().slice(0, 8), '80004020')
    const job = inCpb(0x14, '')
    job.source(stream(fixed(0x61), fixed(256)))
    job.setCpbWord(12, 0b1011 * 2 ** 16 + 41)
    assert.equal(job.run().slice(0, 16), '8000002000000001')
  })

  it('suspends instead when the source ends inside the table', () => {
    // 10 bytes hold the 71 bits up to the first length, and two of those.
    assert.deepEqual(decompress(stream(DYNAMIC_FINAL, VALID).subarray(0, 10)), suspended(0b1111, 80))
  })
})
