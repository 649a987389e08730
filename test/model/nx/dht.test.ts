// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import * as zlib from 'node:zlib'
import { makeTable } from '../../../lib/deflate/huffman.js'
import { Dht, DHT_INCOMPLETE, DHT_INVALID } from '../../../lib/model/nx/dht.js'
import { binaryLike, fibonacciWeighted, jsonLike, makeRandom, textLike } from '../../support/data.js'
import { codesOf, field, fromBits, lengthsOf, plainDht } from '../../support/inflate.js'

/** Reads the bits at each of the 8 places in a byte, with other bits behind them, and expects one answer. */
function read(bits: string, dht = new Dht()): number {
  const answers = Array.from({ length: 8 }, (_, shift) => {
    const bytes = fromBits('1'.repeat(shift) + bits + '1'.repeat(64))
    return dht.read(bytes, shift, shift + bits.length)
  })
  assert.deepEqual(new Set(answers).size, 1, 'the answer depends on the place in the byte')
  return answers[0]
}

/** HLIT, HDIST, HCLEN and code-length code lengths given by symbol. */
function head(hlit: number, hdist: number, codeLengths: number[]): string {
  const order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
  return (
    field(hlit, 5) +
    field(hdist, 5) +
    field(15, 4) +
    order.map((symbol) => field(codeLengths[symbol], 3)).join('')
  )
}

/** UM table 6-3: no codes at all, written as 138 + 120 zeros: 14 bits, four code-length lengths, two times 1 + 7 bits. */
const SHORTEST =
  field(0, 5) +
  field(0, 5) +
  field(0, 4) +
  '000' +
  '000' +
  field(1, 3) +
  field(1, 3) +
  '1' +
  field(127, 7) +
  '1' +
  field(109, 7)

/** Each of 316 lengths takes a 7-bit code: 226 codes of 8 bits and 60 of 9, 2 of 4 bits and 28 of 5. */
function longest(): { bits: string; ll: number[]; d: number[] } {
  const codeLengths = lengthsOf(19, { 0: 1, 1: 2, 2: 3, 3: 4, 6: 5, 4: 7, 5: 7, 8: 7, 9: 7 })
  const codes = codesOf(codeLengths)
  const ll = Array.from({ length: 286 }, (_, symbol) => (symbol < 226 ? 8 : 9))
  const d = Array.from({ length: 30 }, (_, symbol) => (symbol < 2 ? 4 : 5))
  return { bits: head(29, 29, codeLengths) + [...ll, ...d].map((length) => codes[length]).join(''), ll, d }
}

describe('Dht', () => {
  it('reads the shortest valid table, 42 bits without any code', () => {
    const dht = new Dht()
    assert.equal(SHORTEST.length, 42)
    assert.equal(read(SHORTEST, dht), 42)
    assert.ok(dht.ll.lengths.every((length) => length === 0))
    assert.ok(dht.d.lengths.every((length) => length === 0))
  })

  it('reads the longest valid table, 2283 bits', () => {
    const dht = new Dht()
    const { bits, ll, d } = longest()
    assert.equal(read(bits, dht), 2283)
    assert.deepEqual(Array.from(dht.ll.lengths), ll)
    assert.deepEqual(Array.from(dht.d.lengths), d)
  })

  describe('a table that was made', () => {
    /** What is read from bit 0 on, where a table may be expected, and from bit 8 on, where none is. */
    const bothReadings = (bytes: Uint8Array, bits: number) =>
      [0, 8].map((start) => {
        const dht = new Dht()
        const shifted = new Uint8Array(bytes.length + 1)
        shifted.set(bytes, 1)
        const read = dht.read(start === 0 ? bytes : shifted, start, start + bits)
        const [ll, d] = [dht.ll, dht.d].map(({ lengths, counts, symbols, used }) => {
          return { lengths, counts, symbols: symbols.subarray(0, used) }
        })
        return { read, ll, d }
      })

    it('has the lengths that its bits say, and as many of each', () => {
      const seed = 71
      const random = makeRandom(seed)
      for (let round = 0; round < 300; round++) {
        const counts = Uint32Array.from({ length: 316 }, () => Math.max(0, random.between(-500, 500)))
        const { dht, dhtlen } = makeTable(counts)
        const [compared, decoded] = bothReadings(dht, dhtlen)
        assert.equal(compared.read, dhtlen)
        assert.deepEqual(compared, decoded, `seed ${seed}, round ${round}`)
      }
    })

    it('is not taken for one with another bit, for one that is cut, or for what was there before', () => {
      const text = textLike(72, 900)
      const counts = new Uint32Array(316)
      for (const byte of text) counts[byte]++
      const { dht, dhtlen } = makeTable(counts)
      const before = dht.slice()
      for (let bit = 0; bit < dhtlen; bit++) {
        const other = dht.slice()
        other[bit >>> 3] ^= 1 << (bit & 7)
        const [compared, decoded] = bothReadings(other, dhtlen)
        assert.equal(compared.read, decoded.read, `bit ${bit}`)
        if (decoded.read > 0) assert.deepEqual(compared, decoded, `bit ${bit}`)
        assert.equal(new Dht().read(dht, 0, bit), DHT_INCOMPLETE)
      }
      makeTable(new Uint32Array(316).fill(1))
      const [compared, decoded] = bothReadings(before, dhtlen)
      assert.deepEqual(compared, decoded)
    })
  })

  it('finds every proper beginning of a table incomplete', () => {
    for (const bits of [SHORTEST, longest().bits]) {
      for (let length = 0; length < bits.length; length++) {
        assert.equal(
          new Dht().read(fromBits(bits), 0, length),
          DHT_INCOMPLETE,
          `${length} of ${bits.length} bits`,
        )
      }
    }
  })

  it('forgets the table it read before', () => {
    const dht = new Dht()
    read(longest().bits, dht)
    read(SHORTEST, dht)
    assert.ok(dht.ll.lengths.every((length) => length === 0))
    assert.ok(dht.d.lengths.every((length) => length === 0))
  })

  it('reads the table of the job before again, and says by its version that it is the same', () => {
    const dht = new Dht()
    const { bits, ll, d } = longest()
    dht.read(fromBits(bits), 0, bits.length)
    const { version } = dht
    assert.equal(dht.read(fromBits(`${bits}0110`), 0, bits.length + 4), bits.length)
    assert.equal(dht.version, version)
    assert.deepEqual([Array.from(dht.ll.lengths), Array.from(dht.d.lengths)], [ll, d])
  })

  it('takes no table for that of the job before that differs from it in one bit, or has less of it', () => {
    const { bits } = longest()
    for (let at = 0; at < bits.length; at++) {
      const other = `${bits.slice(0, at)}${bits[at] === '0' ? '1' : '0'}${bits.slice(at + 1)}`
      const dht = new Dht()
      dht.read(fromBits(bits), 0, bits.length)
      const alone = new Dht()
      const answer = alone.read(fromBits(other), 0, other.length)
      assert.equal(dht.read(fromBits(other), 0, other.length), answer, `bit ${at}`)
      if (answer > 0)
        assert.deepEqual([dht.ll.lengths, dht.d.lengths], [alone.ll.lengths, alone.d.lengths], `bit ${at}`)
    }
    const dht = new Dht()
    dht.read(fromBits(bits), 0, bits.length)
    assert.equal(dht.read(fromBits(bits), 0, bits.length - 1), DHT_INCOMPLETE)
  })

  it('reads a table anew when one that is not valid came between', () => {
    const dht = new Dht()
    const { bits, ll, d } = longest()
    assert.equal(dht.read(fromBits(bits), 0, bits.length), bits.length)
    assert.equal(dht.read(fromBits(bits), 0, 1000), DHT_INCOMPLETE)
    assert.equal(dht.read(fromBits(bits), 0, bits.length), bits.length)
    assert.deepEqual([Array.from(dht.ll.lengths), Array.from(dht.d.lengths)], [ll, d])
  })

  it('rejects HLIT 30 and 31 once their five bits are there', () => {
    for (const hlit of [30, 31]) {
      assert.equal(read(field(hlit, 5)), DHT_INVALID)
      assert.equal(read(field(hlit, 5).slice(0, 4)), DHT_INCOMPLETE)
    }
    assert.equal(read(field(29, 5)), DHT_INCOMPLETE)
  })

  it('rejects HDIST 30 and 31 once their five bits are there', () => {
    for (const hdist of [30, 31]) {
      assert.equal(read(field(0, 5) + field(hdist, 5)), DHT_INVALID)
      assert.equal(read(field(0, 5) + field(hdist, 5).slice(0, 4)), DHT_INCOMPLETE)
    }
    assert.equal(read(field(0, 5) + field(29, 5)), DHT_INCOMPLETE)
  })

  it('rejects a code-length code that is incomplete, with one code or none too', () => {
    for (const given of [{}, { 0: 1 }, { 0: 1, 18: 2 }, { 0: 2, 1: 2, 18: 2 }]) {
      assert.equal(read(head(0, 0, lengthsOf(19, given))), DHT_INVALID, JSON.stringify(given))
    }
  })

  it('rejects an oversubscribed code-length code', () => {
    assert.equal(read(head(0, 0, lengthsOf(19, { 0: 1, 1: 1, 18: 1 }))), DHT_INVALID)
    assert.equal(read(head(0, 0, lengthsOf(19, { 0: 1, 1: 1, 18: 7 }))), DHT_INVALID)
  })

  it('rejects a repetition of the previous length where there is none, without its extra bits', () => {
    assert.equal(read(head(0, 0, lengthsOf(19, { 0: 1, 16: 1 })) + '1'), DHT_INVALID)
  })

  it('rejects repetitions that run past the last distance length', () => {
    const zeros = head(0, 0, lengthsOf(19, { 16: 2, 0: 2, 17: 2, 18: 2 }))
    const [zero, previous, short, long] = ['00', '01', '10', '11']
    const many = long + field(127, 7) + long + field(105, 7)
    assert.equal(read(zeros + many + zero + zero + zero + zero), zeros.length + many.length + 8)
    assert.equal(read(zeros + many + zero + previous + field(0, 2)), zeros.length + many.length + 6)
    assert.equal(read(zeros + many + zero + zero + previous + field(0, 2)), DHT_INVALID)
    assert.equal(read(zeros + many + zero + zero + short + field(0, 3)), DHT_INVALID)
    assert.equal(read(zeros + many + long + field(0, 7)), DHT_INVALID)
  })

  it('lets a repetition run from the literal/length into the distance lengths', () => {
    const dht = new Dht()
    // LL255 and LL256 have one bit each, and so have, repeated from there, D0 and D1 but not D2.
    const bits = head(0, 2, lengthsOf(19, { 0: 2, 1: 2, 16: 2, 18: 2 }))
    const zeroes = '11' + field(127, 7) + '11' + field(106, 7)
    assert.equal(read(`${bits}${zeroes}01` + '10' + field(0, 2) + '00', dht), bits.length + 18 + 2 + 4 + 2)
    assert.deepEqual(Array.from(dht.ll.lengths.subarray(254)), [0, 1, 1, ...new Array<number>(29).fill(0)])
    assert.deepEqual(Array.from(dht.d.lengths.subarray(0, 3)), [1, 1, 0])
  })

  it('allows one code or none in either alphabet, if it has one bit', () => {
    const two = lengthsOf(257, { 0: 1, 256: 1 })
    assert.ok(read(plainDht(two, [0])) > 0)
    assert.ok(read(plainDht(two, [1])) > 0)
    assert.ok(read(plainDht(two, [0, 0, 0, 1])) > 0)
    assert.ok(read(plainDht(lengthsOf(257, { 256: 1 }), [0])) > 0)
    assert.equal(read(plainDht(two, [2])), DHT_INVALID)
    assert.equal(read(plainDht(lengthsOf(257, { 256: 15 }), [0])), DHT_INVALID)
  })

  it('rejects incomplete and oversubscribed literal/length and distance codes', () => {
    const two = lengthsOf(257, { 0: 1, 256: 1 })
    assert.equal(read(plainDht(lengthsOf(257, { 0: 1, 256: 2 }), [1])), DHT_INVALID)
    assert.equal(read(plainDht(lengthsOf(257, { 0: 1, 1: 1, 256: 1 }), [1])), DHT_INVALID)
    assert.equal(read(plainDht(two, [1, 2])), DHT_INVALID)
    assert.equal(read(plainDht(two, [1, 1, 15])), DHT_INVALID)
    assert.equal(read(plainDht(two, [2, 2, 2])), DHT_INVALID)
  })

  it('reads the tables of zlib streams, so that their codes are complete', () => {
    for (const plain of [
      textLike(1, 40_000),
      jsonLike(2, 40_000),
      binaryLike(3, 40_000),
      fibonacciWeighted(40_000),
    ]) {
      const stream = zlib.deflateRawSync(plain)
      assert.equal((stream[0] >> 1) & 3, 2)
      const dht = new Dht()
      assert.ok(dht.read(stream, 3, stream.length * 8) > 42)
      const sum = dht.ll.lengths.reduce((total, length) => total + (length > 0 ? 2 ** -length : 0), 0)
      assert.equal(sum, 1)
      assert.ok(dht.ll.lengths[256] > 0)
    }
  })

  it('never throws and never takes more bits than there are, whatever the bits (seed 7)', () => {
    const random = makeRandom(7)
    const dht = new Dht()
    for (let turn = 0; turn < 5000; turn++) {
      const bytes = Uint8Array.from({ length: random.below(300) }, () => random.below(256))
      const end = random.below(bytes.length * 8 + 1)
      const start = random.below(Math.min(8, end + 1))
      const answer = dht.read(bytes, start, end)
      assert.ok(
        answer === DHT_INCOMPLETE || answer === DHT_INVALID || (answer >= 42 && answer <= end - start),
      )
    }
  })
})
