// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import * as zlib from 'node:zlib'
import { InflateEngine } from '../../../lib/model/nx/inflate.js'
import { DirectTarget } from '../../../lib/model/nx/target.js'
import { binaryLike, jsonLike, randomBytes, textLike } from '../../support/data.js'
import {
  bitsOnly,
  blockOf,
  codesOf,
  field,
  fromBits,
  lengthsOf,
  plainDht,
  request,
  resumption,
  run,
  storedBlock,
} from '../../support/inflate.js'
import { resultAt, slowInflate, type Step } from '../../support/slow-inflate.js'

const HISTORY = randomBytes(11, 32768)

/** Code lengths 1, 2, 3 ... 15, 15 for these symbols, the last two of which so have the longest codes there are. */
function chain(count: number, symbols: number[]): number[] {
  return lengthsOf(
    count,
    Object.fromEntries(symbols.map((symbol, index) => [symbol, Math.min(index + 1, 15)])),
  )
}

const CHAIN_LL = chain(286, [97, 98, 99, 100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 256, 284])
const CHAIN_D = chain(30, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 28, 29])
const [CHAIN_LL_CODES, CHAIN_D_CODES] = [codesOf(CHAIN_LL), codesOf(CHAIN_D)]

/** A match of 47 + 1 bits: 15 of LL284, 5 extra (length 240), 15 of D29, 13 extra (distance 28722). */
const LONGEST_SYMBOL = CHAIN_LL_CODES[284] + field(13, 5) + CHAIN_D_CODES[29] + field(4145, 13)
const CHAIN_HEADER = `001${plainDht(CHAIN_LL, CHAIN_D)}`
const CHAIN_BLOCK = `${CHAIN_HEADER}${CHAIN_LL_CODES[97]}${LONGEST_SYMBOL}${CHAIN_LL_CODES[110]}${LONGEST_SYMBOL}${CHAIN_LL_CODES[256]}`

/** Every kind of block, at different places in the byte, the longest symbols, and a final block, behind `shift` other bits. */
function everyBlock(shift: number): Uint8Array {
  const fixed = (plain: Uint8Array) => zlib.deflateRawSync(plain, { strategy: zlib.constants.Z_FIXED })
  let bits = '1'.repeat(shift)
  bits += blockOf(zlib.deflateRawSync(textLike(1, 1500)), 0)
  bits += storedBlock(randomBytes(2, 101), 0, bits.length)
  bits += storedBlock(new Uint8Array(0), 0, bits.length)
  bits += blockOf(fixed(jsonLike(3, 1100)), 0)
  bits += CHAIN_BLOCK
  bits += '010' + '0000000'
  bits += storedBlock(new Uint8Array(0), 0, bits.length)
  bits += blockOf(zlib.deflateRawSync(binaryLike(4, 3500)), 0)
  bits += storedBlock(randomBytes(5, 400), 0, bits.length)
  bits += blockOf(fixed(textLike(6, 1000)), 0)
  bits += storedBlock(randomBytes(5, 7), 0, bits.length)
  bits += blockOf(zlib.deflateRawSync(jsonLike(7, 9000)), 0)
  bits += storedBlock(randomBytes(8, 900), 0, bits.length)
  bits += blockOf(fixed(binaryLike(9, 900)), 1)
  return fromBits(bits)
}

describe('InflateEngine at the end of the source', function () {
  this.timeout(60_000)

  const stream = everyBlock(0)
  const engine = new InflateEngine()
  const resuming = new InflateEngine()
  const whole = slowInflate(request({ source: stream, history: HISTORY }), Infinity)
  const everything = Buffer.concat([HISTORY, whole.output])
  const target = new Uint8Array(whole.output.length)
  const rest = new Uint8Array(whole.output.length)
  const packed = new Map<string, Buffer>()

  /** The DHT as the CPB must hold it: bits from bit 0 on, whole quadwords, zeros behind the last bit. */
  function quadwords(dht: string): Buffer {
    const known = packed.get(dht)
    if (known) return known
    const bytes = Buffer.alloc(Math.ceil(dht.length / 128) * 16)
    bytes.set(fromBits(dht))
    packed.set(dht, bytes)
    return bytes
  }

  /** Ends the source behind byte `size`, compares with what the steps say, resumes, and compares the whole output. */
  function check(source: Uint8Array, shift: number, step: Step, size: number): void {
    const at = `source of ${size} bytes, moved by ${shift} bits`
    const part = source.subarray(0, size)
    const job = request({ source: part, history: HISTORY, resume: true, sfbt: 14, subc: (8 - shift) % 8 })
    const result = engine.run(job, new DirectTarget(target))
    const expected = resultAt(step, source, Math.max(size * 8, step.bit))
    assert.equal(result.cc, expected.cc, at)
    assert.equal(result.partial, expected.partial, at)
    assert.equal(result.tpbc, expected.tpbc, at)
    assert.equal(result.sfbt, expected.sfbt, at)
    assert.equal(result.subc, expected.subc, at)
    assert.equal(result.spbc, size, at)
    assert.equal(result.rembytecnt, expected.rembytecnt, at)
    assert.equal(result.dhtlen, expected.dht.length, at)
    const dht = quadwords(expected.dht)
    assert.equal(dht.compare(result.dht, 0, dht.length), 0, at)
    assert.equal(
      Buffer.compare(target.subarray(0, result.tpbc), whole.output.subarray(0, result.tpbc)),
      0,
      at,
    )
    if (result.cc === 0) return

    const done = HISTORY.length + result.tpbc
    const history = everything.subarray(done - 32768, done)
    // Nothing of an empty source has been taken, so its first bits are still those.
    const resumed = size === 0 ? { ...job, source } : resumption(result, source, history)
    const last = resuming.run(resumed, new DirectTarget(rest))
    assert.equal(last.cc, 0, at)
    assert.equal(last.tpbc, whole.output.length - result.tpbc, at)
    assert.equal(Buffer.compare(rest.subarray(0, last.tpbc), whole.output.subarray(result.tpbc)), 0, at)
  }

  /** Calls `check` for sources from one size to another. */
  function checkSizes(shift: number, from: number, to: number): void {
    const source = everyBlock(shift)
    const start = {
      bit: shift,
      written: 0,
      place: 'header',
      bfinal: 0,
      rembytecnt: 0,
      dht: '',
      blockEnded: false,
    }
    const steps: Step[] = [start as Step]
    slowInflate(
      request({ source, history: HISTORY, resume: true, sfbt: 14, subc: (8 - shift) % 8 }),
      Infinity,
      steps,
    )
    let next = 0
    for (let size = from; size <= Math.min(to, source.length); size++) {
      while (next + 1 < steps.length && steps[next + 1].bit <= size * 8) next++
      check(source, shift, steps[next], size)
    }
  }

  it('has a stream of more than 4 KiB with all blocks to test with', () => {
    assert.equal(whole.cc, 0)
    assert.ok(stream.length > 5000, `${stream.length} bytes`)
  })

  for (let shift = 0; shift < 8; shift++) {
    it(`says where it stopped and resumes there, ${shift} bits past every byte of the first 4 KiB`, () => {
      checkSizes(shift, 0, 4096)
    })
  }

  it('says where it stopped and resumes there, at every byte beyond 4 KiB', () => {
    checkSizes(0, 4097, stream.length)
  })

  it('comes to the same end when it is fed byte by byte', () => {
    let job = request({ source: stream.subarray(0, 1), history: HISTORY, resume: true, sfbt: 14 })
    let written = 0
    let taken = 0
    for (let size = 1; size <= stream.length; size++) {
      const result = engine.run(job, new DirectTarget(rest))
      assert.equal(
        Buffer.compare(rest.subarray(0, result.tpbc), whole.output.subarray(written, written + result.tpbc)),
        0,
      )
      written += result.tpbc
      taken += result.spbc - ((result.subc + 7) >> 3)
      if (result.cc === 0) break
      assert.equal(result.partial, true)
      const history = everything.subarray(written, written + 32768)
      job = { ...resumption(result, job.source, history), source: stream.subarray(taken, size + 1) }
    }
    assert.equal(written, whole.output.length)
  })

  it('keeps up to 47 bits of a dynamic block and 30 of a fixed one (UM table 5-3)', () => {
    const table = bitsOnly(CHAIN_HEADER + LONGEST_SYMBOL.slice(0, 47))
    const dynamic = engine.run(request({ ...table, history: HISTORY }), new DirectTarget(target))
    assert.deepEqual([dynamic.cc, dynamic.sfbt, dynamic.subc, dynamic.tpbc], [3, 0b1100, 47, 0])
    const match = '11000100' + '11111' + '11101' + '0101010101010'
    const fixed = engine.run(
      request({ ...bitsOnly(`110${match.slice(0, 30)}`), history: HISTORY }),
      new DirectTarget(target),
    )
    assert.deepEqual([fixed.cc, fixed.sfbt, fixed.subc, fixed.tpbc], [3, 0b1011, 30, 0])
    const all = engine.run(
      request({ ...bitsOnly(`110${match}`), history: HISTORY }),
      new DirectTarget(target),
    )
    assert.deepEqual([all.cc, all.sfbt, all.subc, all.tpbc], [3, 0b1011, 0, 258])
  })

  it('keeps up to 34 bits of a stored and all of a dynamic header but the last (UM table 5-3)', () => {
    const stored = engine.run(
      request({ source: fromBits(`1${'1'.repeat(5)}`), resume: true, sfbt: 14, subc: 2 }),
      new DirectTarget(target),
    )
    assert.deepEqual([stored.cc, stored.sfbt, stored.subc], [3, 0b1110, 2])
    const late = engine.run(
      request({ ...bitsOnly(`100${'0'.repeat(7)}${field(5, 16)}${'0'.repeat(8)}`) }),
      new DirectTarget(target),
    )
    assert.deepEqual([late.cc, late.sfbt, late.subc], [3, 0b1111, 34])
    const header = CHAIN_HEADER.slice(0, -1)
    const dynamic = engine.run(request(bitsOnly(header)), new DirectTarget(target))
    assert.deepEqual([dynamic.cc, dynamic.sfbt, dynamic.subc], [3, 0b1110, header.length])
  })

  it('gives an empty source its state back', () => {
    const dht = new Uint8Array(288)
    const bits = plainDht(CHAIN_LL, CHAIN_D)
    dht.set(fromBits(bits))
    for (let sfbt = 0; sfbt < 16; sfbt++) {
      const job = request({ resume: true, sfbt, subc: 3, rembytecnt: 77, dht, dhtlen: bits.length })
      const result = run(engine, job, 10)
      const same = sfbt >= 8 && sfbt < 14
      assert.deepEqual([result.cc, result.partial, result.sfbt], [3, true, same ? sfbt : 14], `sfbt ${sfbt}`)
      assert.deepEqual([result.tpbc, result.spbc, result.subc], [0, 0, 0], `sfbt ${sfbt}`)
      assert.equal(result.rembytecnt, sfbt >> 1 === 4 ? 77 : 0, `sfbt ${sfbt}`)
      assert.equal(result.dht, sfbt >> 1 === 6 ? bits : '', `sfbt ${sfbt}`)
    }
  })
})
