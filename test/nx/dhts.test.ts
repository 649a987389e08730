// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import zlib from 'node:zlib'
import { FC } from '../../lib/nx.js'
import { makeRandom, textLike } from '../support/data.js'
import {
  assertTerminated,
  canonicalCodes,
  dhtBits,
  DYNAMIC_FINAL,
  hexOf,
  lengthsOf,
  number,
  openUnit,
  RawJob,
  stream,
} from '../support/unit.js'

const { window } = openUnit()

/** The shortest table: two runs of 138 and 120 zeros. No symbol of either alphabet has a code. */
const SHORTEST = dhtBits(0, 0, { 18: 1, 0: 1 }, [
  [18, number(127, 7)],
  [18, number(109, 7)],
])

/**
 * The longest table: 286 and 30 lengths, each sent with a code of 7 bits. The lengths in use are 4, 5, 8 and 9; codes of
 * lengths that do not occur take the rest of the code space.
 */
const LL = Array.from({ length: 286 }, (_, symbol) => (symbol < 226 ? 8 : 9))
const D = Array.from({ length: 30 }, (_, symbol) => (symbol < 2 ? 4 : 5))
const LONGEST = dhtBits(29, 29, { 4: 7, 5: 7, 8: 7, 9: 7, 15: 1, 14: 2, 13: 3, 12: 4, 11: 5 }, [...LL, ...D])

function compressJob(
  fc: number,
  bits: string,
  source: Uint8Array,
  target = new Uint8Array(source.length * 2 + 512),
) {
  const job = new RawJob(window, fc).source(source).target(target)
  job.setCpbWord(8, 0)
  job.setCpbWord(12, bits.length)
  job.cpb.set(stream(bits), 16)
  return { job, target }
}

describe('the shortest DHT, 42 bits', () => {
  it('has 42 bits', () => {
    assert.equal(SHORTEST.length, 42)
  })

  for (const fc of [0x02, 0x06, 0x0a, 0x0e]) {
    it(`is accepted by function 0x${fc.toString(16)}, which then finds no code for EOB`, () => {
      assertTerminated(compressJob(fc, SHORTEST, Uint8Array.of(0x61)).job, 66)
    })
  }

  it('is accepted in a block, in which then no code is defined', () => {
    const { csb } = window.runSync({
      fc: FC.DECOMPRESS,
      source: stream(DYNAMIC_FINAL, SHORTEST, '0'.repeat(19)),
      target: new Uint8Array(8),
    })
    assert.deepEqual([csb.cc, csb.ce], [66, 0b011])
  })

  it('is handed back by a job that is suspended behind it', () => {
    const source = stream('00000', DYNAMIC_FINAL, SHORTEST, '0'.repeat(14))
    const cpb = { subc: 3, sfbt: 0b1110 }
    const { csb, cpb: out } = window.runSync({
      fc: FC.DECOMPRESS_RESUME,
      source,
      target: new Uint8Array(8),
      cpb,
    })
    assert.deepEqual([csb.cc, csb.ce, out.sfbt, out.dhtlen, out.subc], [3, 0b101, 0b1101, 42, 14])
    assert.equal(hexOf(out.dht), hexOf(stream(SHORTEST)))
  })
})

describe('the longest DHT, 2283 bits', () => {
  const data = textLike(5, 3000)

  it('has 2283 bits', () => {
    assert.equal(LONGEST.length, 2283)
  })

  for (const fc of [0x02, 0x06, 0x0a, 0x0e]) {
    it(`is copied bit by bit into the block by function 0x${fc.toString(16)}`, () => {
      const { job, target } = compressJob(fc, LONGEST, data)
      const csb = job.run()
      assert.equal(csb.slice(0, 6), '800000')
      const block = target.subarray(0, Number.parseInt(csb.slice(8, 16), 16))
      assert.deepEqual(new Uint8Array(zlib.inflateRawSync(block)), data)
      // 3 + 2283 bits are 285 bytes and 6 bits.
      const header = stream(DYNAMIC_FINAL, LONGEST)
      assert.equal(hexOf(block.subarray(0, 285)), hexOf(header.subarray(0, 285)))
      assert.equal(block[285] & 0x3f, header[285])
    })
  }

  const codes = canonicalCodes(LL)
  const random = makeRandom(2283)
  const bytes = Uint8Array.from({ length: 500 }, () => random.below(256))
  const literals = Array.from(bytes, (byte) => codes[byte])
  const block = stream(DYNAMIC_FINAL, LONGEST, ...literals, codes[256])

  it('is read from a block', () => {
    const target = new Uint8Array(600)
    const { csb } = window.runSync({ fc: FC.DECOMPRESS, source: block, target })
    assert.deepEqual([csb.cc, csb.tpbc], [0, 500])
    assert.deepEqual(target.subarray(0, 500), bytes)
  })

  it('takes 18 quadwords of the CPB output of a suspended job, and resumes it', () => {
    const target = new Uint8Array(600)
    const job = new RawJob(window, 0x10).source(block.subarray(0, 400)).target(target)
    const csb = job.run()
    assert.equal(csb.slice(0, 8), '800003a0')
    assert.equal(job.cpbWord(396), 0x000d08eb)
    assert.equal(hexOf(job.cpb.subarray(400, 688)), hexOf(stream(LONGEST)) + '0000')

    const tpbc = Number.parseInt(csb.slice(8, 16), 16)
    const history = new Uint8Array(Math.ceil(tpbc / 16) * 16)
    history.set(target.subarray(0, tpbc), history.length - tpbc)
    const subc = job.cpbWord(392)
    const rest = block.subarray(400 - ((subc + 7) >>> 3))
    const next = new RawJob(window, 0x14)
    next.sourceList([
      { address: window.map(history), bytes: history.length },
      { address: window.map(rest), bytes: rest.length },
    ])
    next.target(target.subarray(tpbc))
    // UM 5.2.5.4: quadwords 24-42 become quadwords 0-18, and HistLen is set.
    next.cpb.set(job.cpb.subarray(384, 688), 0)
    next.setCpbWord(8, next.cpbWord(8) | ((history.length / 16) << 20))
    assert.equal(next.run().slice(0, 16), '80000020' + (500 - tpbc).toString(16).padStart(8, '0'))
    assert.deepEqual(target.subarray(0, 500), bytes)
  })
})

describe('DHTlen', () => {
  const data = textLike(6, 100)
  const withLength = (bits: string, dhtlen: number) => {
    const { job } = compressJob(0x02, bits, data)
    job.setCpbWord(12, dhtlen)
    return job
  }

  it('ends the job with CC 68 when it is 41, below the shortest table', () => {
    assertTerminated(withLength(SHORTEST, 41), 68)
  })

  it('ends the job with CC 68 when it is one bit less than the table has', () => {
    assertTerminated(withLength(LONGEST, 2282), 68)
  })

  it('ends the job with CC 68 when it is 2284, above the longest table', () => {
    assertTerminated(withLength(LONGEST, 2284), 68)
  })

  it('ends the job with CC 68 when it is above the 18 quadwords of the field', () => {
    for (const dhtlen of [2304, 2305, 4095]) assertTerminated(withLength(LONGEST, dhtlen), 68)
  })

  it('may be anything in a job whose function takes no DHT', () => {
    const { job } = compressJob(0x00, '', data)
    job.setCpbWord(12, 4095)
    assert.equal(job.run().slice(0, 4), '8000')
    assert.ok(['00', '40'].includes(hexOf(job.csb.subarray(2, 3))))
  })
})

describe('the DHT of a job', () => {
  const job = { fc: FC.COMPRESS_DHT, source: textLike(7, 3000), target: new Uint8Array(6000) }

  it('has 8 bits for each of its bytes when its length is not given', () => {
    // 14 bits, 18 lengths of 3 bits, two runs of 8 bits, and 2 bits each for LL276 and D0; EOB has no code.
    const bits = dhtBits(20, 0, { 18: 1, 0: 2, 1: 2 }, [[18, number(127, 7)], [18, number(127, 7)], 0, 1])
    assert.equal(bits.length, 88)
    const { csb } = window.runSync({ ...job, cpb: { dht: stream(bits) } })
    assert.equal(csb.cc, 66)
  })

  it('takes no bit from the one of the job before', () => {
    const { csb } = window.runSync({ ...job, cpb: { dht: stream(LONGEST), dhtlen: 2283 } })
    assert.equal(csb.cc, 0)
    const cut = window.runSync({ ...job, cpb: { dht: stream(LONGEST).subarray(0, 200), dhtlen: 2283 } })
    assert.equal(cut.csb.cc, 68)
  })
})

describe('a DHT with one distance code', () => {
  // RFC 1951 3.2.7: one code of one bit, of which only 0 occurs.
  const ll = lengthsOf(286, { 0x61: 1, 256: 3, 257: 3, 285: 3, 284: 3 })
  const bits = dhtBits(29, 0, { 18: 2, 0: 2, 1: 2, 3: 2 }, [...ll, 1])

  it('decodes matches of that distance', () => {
    const codes = canonicalCodes(ll)
    const source = stream(DYNAMIC_FINAL, bits, codes[0x61], codes[285], '0', codes[256])
    const target = new Uint8Array(300)
    const { csb } = window.runSync({ fc: FC.DECOMPRESS, source, target })
    assert.deepEqual([csb.cc, csb.tpbc], [0, 259])
    assert.deepEqual(target.subarray(0, 259), new Uint8Array(259).fill(0x61))
  })
})
