// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import zlib from 'node:zlib'
import { FC, type JobResult } from '../../lib/nx.js'
import { textLike } from '../support/data.js'
import { fixed, FIXED_FINAL, openUnit, plainDht, stream } from '../support/unit.js'

const LOW = 1
const PARTIAL = 0b101

const status = ({ csb }: JobResult) => [csb.cc, csb.ce]

describe('the Low byte-count limit (UM 6.11.5)', () => {
  const data = textLike(65, 20_000)

  it('suspends compress at that many source bytes, history included, and resumes to the same data', () => {
    const { window } = openUnit({ maxByteCountLow: 3000 })
    const target = new Uint8Array(30_000)
    const blocks: Uint8Array[] = []
    let [at, jobs, adler, crc] = [0, 0, 1, 0]
    while (at < data.length) {
      const history = Math.min(at & ~15, 1024)
      const result = window.runSync({
        fc: FC.COMPRESS_RESUME_FHT | LOW,
        source: data.subarray(at - history),
        target,
        cpb: { histlen: history / 16, adler, crc },
      })
      const isLast = at - history + 3000 >= data.length
      assert.deepEqual(status(result), isLast ? [0, 0b001] : [3, PARTIAL])
      assert.equal(result.cpb.spbc, Math.min(3000, data.length - at + history))
      at += result.cpb.spbc - history
      ;({ adler, crc } = result.cpb)
      const block = target.slice(0, result.csb.tpbc)
      if (!isLast) block[0] &= 0xfe
      blocks.push(block)
      if (!isLast && result.cpb.tebc !== 0) {
        blocks.push(Uint8Array.of(...(result.cpb.tebc > 5 ? [0] : []), 0, 0, 0xff, 0xff))
      }
      jobs++
    }
    // 3000 bytes, then 3000 less 1024 of history each: 9 more jobs.
    assert.equal(jobs, 10)
    const joined = Buffer.concat(blocks)
    assert.deepEqual(new Uint8Array(zlib.inflateRawSync(joined)), data)
    assert.equal(crc, zlib.gzipSync(data).readUInt32LE(zlib.gzipSync(data).length - 8))
  })

  it('suspends decompress at that many target bytes and resumes to the same data', () => {
    const { window } = openUnit({ maxByteCountLow: 3000 })
    const source = zlib.deflateRawSync(data)
    const plain = new Uint8Array(data.length)
    let result = window.runSync({ fc: FC.DECOMPRESS | LOW, source, target: plain })
    let at = result.csb.tpbc
    let taken = result.cpb.spbc - ((result.cpb.subc + 7) >>> 3)
    let jobs = 1
    while (result.csb.cc === 3) {
      assert.deepEqual(status(result), [3, PARTIAL])
      // A symbol makes at most 258 bytes: the limit is passed by less than that.
      assert.ok(result.csb.tpbc >= 3000 && result.csb.tpbc < 3258, `TPBC ${result.csb.tpbc}`)
      const history = Math.min(at, 32768)
      const padding = -history & 15
      const { adler, crc, sfbt, subc, rembytecnt, dhtlen, dht } = result.cpb
      const cpb = {
        adler,
        crc,
        sfbt,
        subc: subc & 7,
        rembytecnt,
        dhtlen,
        dht,
        histlen: (history + padding) / 16,
      }
      const pieces = [new Uint8Array(padding), plain.subarray(at - history, at), source.subarray(taken)]
      result = window.runSync({
        fc: FC.DECOMPRESS_RESUME | LOW,
        source: pieces.filter(({ length }) => length > 0),
        target: plain.subarray(at),
        cpb,
      })
      at += result.csb.tpbc
      taken += result.cpb.spbc - history - padding - ((result.cpb.subc + 7) >>> 3)
      jobs++
    }
    assert.deepEqual(status(result), [0, 0b001])
    assert.ok(jobs >= 6, `${jobs} jobs`)
    assert.deepEqual(plain, data)
    assert.equal(taken, source.length)
  })

  it('suspends a resumed stored block within the block', () => {
    const { window } = openUnit({ maxByteCountLow: 100 })
    const source = Uint8Array.of(1, 0xe8, 3, 0x17, 0xfc, ...data.subarray(0, 1000))
    const target = new Uint8Array(1000)
    const { csb, cpb } = window.runSync({ fc: FC.DECOMPRESS | LOW, source, target })
    assert.deepEqual([csb.cc, csb.ce, csb.tpbc], [3, PARTIAL, 100])
    assert.deepEqual([cpb.sfbt, cpb.rembytecnt, cpb.subc], [0b1001, 900, 0])
  })

  it('suspends wrap at that many bytes', () => {
    const { window } = openUnit({ maxByteCountLow: 3000 })
    const target = new Uint8Array(20_000)
    for (let at = 0; at < data.length; at += 3000) {
      const rest = Math.min(3000, data.length - at)
      const result = window.runSync({
        fc: FC.WRAP | LOW,
        source: data.subarray(at),
        target: target.subarray(at),
      })
      assert.deepEqual(status(result), at + 3000 < data.length ? [3, PARTIAL] : [0, 0b001])
      assert.deepEqual([result.csb.tpbc, result.cpb.spbc], [rest, rest])
    }
    assert.deepEqual(target, data)
  })

  it('does not suspend a compress or wrap job whose source has just as many bytes', () => {
    const { window } = openUnit({ maxByteCountLow: 3000 })
    for (const fc of [FC.COMPRESS_FHT, FC.WRAP]) {
      const job = { source: data.subarray(0, 3000), target: new Uint8Array(4000) }
      assert.deepEqual(status(window.runSync({ ...job, fc: fc | LOW })), [0, 0b001])
    }
  })

  it('completes a decompress job whose source was all sent when the target count passed it', () => {
    const { window } = openUnit({ maxByteCountLow: 6 })
    // Six literals of 9 bits end at bit 57, in the last byte, and EOB at bit 64.
    const source = stream(FIXED_FINAL, fixed(200).repeat(6), fixed(256))
    const result = window.runSync({ fc: FC.DECOMPRESS | LOW, source, target: new Uint8Array(16) })
    assert.deepEqual([...status(result), result.csb.tpbc], [0, 0b001, 6])
  })

  it('suspends with SFBT 0000 when it cuts the source right behind the final block (UM table 5-3)', () => {
    const { window } = openUnit({ maxByteCountLow: 6 })
    // Six literals of 9 bits end at bit 57, EOB at bit 64.
    const block = stream(FIXED_FINAL, fixed(200).repeat(6), fixed(256))
    const source = Uint8Array.of(...block, 1, 2, 3, 4)
    const { csb, cpb } = window.runSync({ fc: FC.DECOMPRESS | LOW, source, target: new Uint8Array(16) })
    assert.deepEqual([csb.cc, csb.ce, csb.tpbc], [3, PARTIAL, 6])
    assert.deepEqual([cpb.sfbt, cpb.subc, cpb.spbc], [0, 0, 8])
  })

  it('holds no job whose FC(5) is 0', () => {
    const { window } = openUnit({ maxByteCountLow: 16 })
    for (const fc of [FC.COMPRESS_FHT, FC.WRAP]) {
      assert.equal(window.runSync({ fc, source: data, target: new Uint8Array(30_000) }).cpb.spbc, 20_000)
    }
  })

  it('is off when it is 0', () => {
    const { window } = openUnit({ maxByteCountLow: 0, maxByteCountHigh: 16 })
    const result = window.runSync({ fc: FC.WRAP | LOW, source: data, target: new Uint8Array(20_000) })
    assert.deepEqual([...status(result), result.csb.tpbc], [0, 0b001, 20_000])
  })

  it('lets every job get on although its history is as long as the limit', () => {
    const { window } = openUnit({ maxByteCountLow: 1024 })
    const { csb, cpb } = window.runSync({
      fc: FC.COMPRESS_RESUME_FHT | LOW,
      source: data,
      target: new Uint8Array(30_000),
      cpb: { histlen: 64 },
    })
    assert.deepEqual([csb.cc, csb.ce], [3, PARTIAL])
    assert.ok(cpb.spbc > 1024, `SPBC ${cpb.spbc}`)
  })
})

describe('the High byte-count limit', () => {
  const megabyte = 1024 * 1024

  it('is 1 MiB on PowerVM', () => {
    const { window } = openUnit({ platform: 'powervm' })
    assert.equal(window.jobLimit, megabyte)
    const target = new Uint8Array(megabyte + 1)
    const source = new Uint8Array(megabyte + 1)
    const longer = window.runSync({ fc: FC.WRAP, source, target })
    assert.deepEqual([...status(longer), longer.csb.tpbc], [3, PARTIAL, megabyte])
    const compressed = window.runSync({ fc: FC.COMPRESS_FHT, source, target, effort: 1 })
    assert.deepEqual([...status(compressed), compressed.cpb.spbc], [3, PARTIAL, megabyte])
    const exact = window.runSync({ fc: FC.WRAP, source: source.subarray(1), target })
    assert.deepEqual([...status(exact), exact.csb.tpbc], [0, 0b001, megabyte])
  })

  it('holds the target of a decompress job on PowerVM', () => {
    const { window } = openUnit({ platform: 'powervm' })
    const source = zlib.deflateRawSync(textLike(1, 2 * megabyte), { level: 1 })
    const { csb } = window.runSync({ fc: FC.DECOMPRESS, source, target: new Uint8Array(2 * megabyte) })
    assert.deepEqual([csb.cc, csb.ce], [3, PARTIAL])
    assert.ok(csb.tpbc >= megabyte && csb.tpbc < megabyte + 258, `TPBC ${csb.tpbc}`)
  })

  it('is off on bare metal', () => {
    const { window } = openUnit()
    assert.equal(window.jobLimit, Infinity)
    const source = new Uint8Array(8 * megabyte)
    const { csb } = window.runSync({ fc: FC.WRAP, source, target: new Uint8Array(8 * megabyte) })
    assert.deepEqual([csb.cc, csb.tpbc], [0, 8 * megabyte])
  })
})

describe('each of the 26 function codes', () => {
  const data = textLike(26, 2000)
  // Complete codes for all symbols: 226 / 2^8 + 60 / 2^9 and 2 / 2^4 + 28 / 2^5 are 1.
  const ll = Array.from({ length: 286 }, (_, symbol) => (symbol < 226 ? 8 : 9))
  const d = Array.from({ length: 30 }, (_, symbol) => (symbol < 2 ? 4 : 5))
  const bits = plainDht(ll, d)
  const dht = { dht: stream(bits), dhtlen: bits.length }
  const deflated = zlib.deflateRawSync(data)
  const { window } = openUnit()

  for (const low of [0, 1]) {
    for (const fc of [0x00, 0x02, 0x04, 0x06, 0x08, 0x0a, 0x0c, 0x0e]) {
      it(`0x${(fc | low).toString(16)} compresses`, () => {
        const target = new Uint8Array(4000)
        const isResume = (fc & 8) !== 0
        const cpb = { ...((fc & 2) !== 0 ? dht : {}), ...(isResume ? { histlen: 4 } : {}) }
        const result = window.runSync({ fc: fc | low, source: data, target, cpb })
        assert.deepEqual(status(result), [0, 0b001])
        assert.equal(result.cpb.spbc, 2000)
        const history = isResume ? 64 : 0
        const dictionary = data.subarray(0, history)
        const block = target.subarray(0, result.csb.tpbc)
        const plain = zlib.inflateRawSync(block, isResume ? { dictionary } : {})
        assert.deepEqual(new Uint8Array(plain), data.slice(history))
        assert.equal((block[0] >>> 1) & 3, (fc & 2) !== 0 ? 2 : 1)
        assert.equal(result.cpb.lzcount === undefined, (fc & 4) === 0)
      })
    }

    for (const fc of [0x10, 0x12, 0x14, 0x16]) {
      it(`0x${(fc | low).toString(16)} decompresses`, () => {
        const target = new Uint8Array(2000)
        const cpb = (fc & 4) !== 0 ? { sfbt: 0b1110 } : {}
        const result = window.runSync({ fc: fc | low, source: deflated, target, cpb })
        assert.deepEqual(status(result), [0, 0b001])
        assert.equal(result.cpb.spbc, deflated.length)
        assert.deepEqual(target, data)
      })
    }

    it(`0x${(0x1e | low).toString(16)} copies`, () => {
      const target = new Uint8Array(2000)
      assert.deepEqual(status(window.runSync({ fc: 0x1e | low, source: data, target })), [0, 0b001])
      assert.deepEqual(target, data)
    })
  }

  it('gives the same bytes with either FC(5) as long as no limit is met', () => {
    for (const fc of [0x00, 0x0c, 0x1e]) {
      const [first, second] = [new Uint8Array(4000), new Uint8Array(4000)]
      const one = window.runSync({ fc, source: data, target: first })
      const two = window.runSync({ fc: fc | 1, source: data, target: second })
      assert.deepEqual(second, first)
      assert.deepEqual(two, one)
    }
  })
})
