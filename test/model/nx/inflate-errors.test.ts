// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { InflateEngine, type InflateRequest } from '../../../lib/model/nx/inflate.js'
import { randomBytes } from '../../support/data.js'
import {
  bitsOnly,
  codesOf,
  field,
  fromBits,
  lengthsOf,
  plainDht,
  request,
  run,
} from '../../support/inflate.js'

const engine = new InflateEngine()

/** Fixed codes (RFC 1951 3.2.6). */
const FIXED = '010'
const A = '10010001'
const LENGTH_3 = '0000001'
const END = '0000000'

/**
 * Runs a job whose source has all of `bits`, and jobs with one bit less each: all of them must end with `cc`, down to those
 * with fewer than `needed` bits, which must be suspended.
 */
function expectError(cc: number, bits: string, needed: number, given: Partial<InflateRequest> = {}): void {
  for (let count = 1; count <= bits.length; count++) {
    const result = run(engine, request({ ...bitsOnly(bits.slice(0, count)), ...given }), 1000)
    const expected = count < needed ? [3, true] : [cc, false]
    assert.deepEqual([result.cc, result.partial], expected, `${count} of ${bits.length} bits`)
  }
}

describe('InflateEngine errors', () => {
  describe('CC=66', () => {
    it('reports block type 11 with three bits', () => {
      expectError(66, '011' + '0'.repeat(20), 3)
      expectError(66, '111' + '0'.repeat(20), 3)
    })

    it('reports LEN that is not the complement of NLEN with all 32 bits', () => {
      const pairs = [
        [5, 5],
        [0, 0],
        [5, 0xfffb],
        [0xffff, 0x8000],
        [0x1234, 0xeccb],
      ]
      for (const [len, nlen] of pairs) {
        for (let before = 0; before < 8; before++) {
          const padding = '0'.repeat((8 - ((before + 3) % 8)) % 8)
          const source = fromBits('1'.repeat(before) + '000' + padding + field(len, 16) + field(nlen, 16))
          const job = request({ source, resume: true, sfbt: 14, subc: (8 - before) % 8 })
          assert.equal(run(engine, job, 10).cc, 66, `${len}, ${nlen}`)
          const cut = run(engine, { ...job, source: source.subarray(0, -1) }, 10)
          assert.deepEqual(
            [cut.cc, cut.partial, cut.subc],
            [3, true, 3 + padding.length + 24],
            `${len}, ${nlen}`,
          )
        }
      }
    })

    it('reports fixed codes 286 and 287 with eight bits', () => {
      expectError(66, FIXED + '11000110' + '0'.repeat(40), 3 + 8)
      expectError(66, FIXED + '11000111' + '0'.repeat(40), 3 + 8)
      expectError(66, FIXED + A + '11000111' + '0'.repeat(40), 3 + 8 + 8)
    })

    it('reports fixed codes of distances 30 and 31 with four bits', () => {
      expectError(66, FIXED + A + LENGTH_3 + '11110' + '0'.repeat(40), 3 + 8 + 7 + 4)
      expectError(66, FIXED + A + LENGTH_3 + '11111' + '0'.repeat(40), 3 + 8 + 7 + 4)
      // Length 284 has five extra bits, which must all be there first.
      expectError(66, FIXED + A + '11000100' + '00000' + '1111', 3 + 8 + 8 + 5 + 4)
    })

    it('reports an undefined dynamic literal/length code with 15 bits', () => {
      const header = '001' + plainDht(lengthsOf(257, { 256: 1 }), [0])
      expectError(66, `${header}${'1'.repeat(15)}${'0'.repeat(20)}`, header.length + 15)
      expectError(66, `${header}1${'0'.repeat(14)}`, header.length + 15)
      const none = '001' + plainDht(lengthsOf(257, {}), [0])
      expectError(66, `${none}${'0'.repeat(30)}`, none.length + 15)
    })

    it('reports an undefined dynamic distance code with 15 bits', () => {
      const ll = lengthsOf(286, { 97: 1, 256: 2, 257: 3, 285: 3 })
      const [literal, length] = [codesOf(ll)[97], codesOf(ll)[257]]
      const lone = `001${plainDht(ll, [1])}${literal}${length}`
      expectError(66, `${lone}1${'0'.repeat(30)}`, lone.length + 15)
      const none = `001${plainDht(ll, [0])}${literal}${length}`
      expectError(66, `${none}${'0'.repeat(30)}`, none.length + 15)
    })
  })

  describe('CC=67', () => {
    it('reports a distance before the first byte once all its bits are there', () => {
      expectError(67, FIXED + LENGTH_3 + '00000' + END, 3 + 7 + 5)
      expectError(67, FIXED + A + LENGTH_3 + '00001' + END, 3 + 8 + 7 + 5)
      // Distance 5 or 6: symbol 4 with one extra bit.
      expectError(67, FIXED + A + A + LENGTH_3 + '00100' + '0' + END, 3 + 16 + 7 + 5 + 1)
      // Distance 32768: symbol 29 with all 13 extra bits.
      expectError(67, FIXED + A + LENGTH_3 + '11101' + '1'.repeat(13) + END, 3 + 8 + 7 + 5 + 13)
    })

    it('allows as far as history and output reach, and not a byte more', () => {
      const far = FIXED + A + LENGTH_3 + '00011'
      assert.equal(run(engine, request({ ...bitsOnly(far), history: randomBytes(1, 3) }), 10).cc, 3)
      assert.equal(run(engine, request({ ...bitsOnly(far), history: randomBytes(1, 3) }), 10).tpbc, 4)
      assert.equal(run(engine, request({ ...bitsOnly(far), history: randomBytes(1, 2) }), 10).cc, 67)
    })

    it('allows a distance of 32768 into a history of as many bytes, of which only the last 32768 count', () => {
      const farthest = FIXED + LENGTH_3 + '11101' + '1'.repeat(13)
      for (const [size, cc] of [
        [32767, 67],
        [32768, 3],
        [40000, 3],
      ]) {
        const history = randomBytes(1, size)
        const result = run(engine, request({ ...bitsOnly(farthest), history }), 10)
        assert.equal(result.cc, cc, `${size} bytes of history`)
        if (cc === 3)
          assert.deepEqual(result.output.subarray(0, 3), history.subarray(size - 32768, size - 32765))
      }
    })
  })

  describe('CC=68', () => {
    it('reports an invalid DHT in the source as soon as its bits show it', () => {
      expectError(68, '001' + field(30, 5) + '0'.repeat(60), 3 + 5)
      expectError(68, '101' + field(3, 5) + field(31, 5) + '0'.repeat(60), 3 + 10)
      expectError(68, '001' + field(0, 14) + '000'.repeat(4) + '0'.repeat(9), 3 + 14 + 12)
    })

    it('reports incomplete and oversubscribed codes in the source at the end of the table', () => {
      for (const [ll, d] of [
        [lengthsOf(257, { 97: 1, 256: 2 }), [1]],
        [lengthsOf(257, { 97: 1, 98: 1, 256: 1 }), [1]],
        [lengthsOf(257, { 97: 1, 256: 1 }), [1, 2]],
        [lengthsOf(257, { 97: 1, 256: 1 }), [1, 1, 1]],
      ]) {
        const bits = `001${plainDht(ll, d)}`
        expectError(68, bits + '0'.repeat(20), bits.length)
      }
    })

    it('reports a DHT of the CPB that is cut off, invalid, or not as long as DHTlen says', () => {
      const bits = plainDht(lengthsOf(257, { 97: 1, 256: 1 }), [1])
      const dht = new Uint8Array(288)
      dht.set(fromBits(bits))
      const job = { source: fromBits('0000'), sfbt: 0b1100, resume: true, dht, dhtlen: bits.length }
      assert.equal(run(engine, request(job), 100).cc, 3)
      for (const dhtlen of [0, 1, 41, bits.length - 1, bits.length + 1, 2283, 2304, 4095]) {
        const result = run(engine, request({ ...job, dhtlen }), 100)
        assert.deepEqual([result.cc, result.partial, result.tpbc], [68, false, 0], `dhtlen ${dhtlen}`)
      }
      const invalid = Uint8Array.from(dht)
      invalid[0] |= 0x1f
      assert.equal(run(engine, request({ ...job, dht: invalid }), 100).cc, 68)
    })

    it('takes no notice of the DHT where SFBT does not ask for it', () => {
      const dht = new Uint8Array(288).fill(255)
      for (const sfbt of [0, 7, 14, 15]) {
        const job = request({ source: fromBits('110' + A + END), sfbt, resume: true, dht, dhtlen: 100 })
        assert.equal(run(engine, job, 10).cc, 0, `sfbt ${sfbt}`)
      }
    })
  })

  it('writes all symbols before the one that fails, and nothing behind them', () => {
    for (const [cc, wrong] of [
      [66, '11000111'],
      [67, LENGTH_3 + '11101' + '1'.repeat(13)],
      [66, LENGTH_3 + '11111'],
      [66, END + '111'],
      [68, END + '001' + field(31, 5)],
    ] as const) {
      for (const count of [0, 1, 40, 300]) {
        const target = run(engine, request(bitsOnly(FIXED + A.repeat(count) + wrong)), 1000)
        assert.deepEqual([target.cc, target.partial, target.tpbc], [cc, false, count])
        assert.deepEqual(target.output, new Uint8Array(1000).fill(97, 0, count))
      }
    }
  })

  it('reports the error of a block behind which the source goes on', () => {
    const bits = FIXED + A.repeat(100) + '11000111' + A.repeat(100)
    const result = run(engine, request({ source: fromBits(bits) }), 1000)
    assert.deepEqual([result.cc, result.tpbc, result.spbc, result.subc, result.sfbt], [66, 100, 0, 0, 0])
  })
})
