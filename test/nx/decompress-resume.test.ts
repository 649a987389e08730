// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import zlib from 'node:zlib'
import { FC, type Window } from '../../lib/nx.js'
import { textLike } from '../support/data.js'
import { fixed, FIXED_FINAL, FIXED_NOT_FINAL, hexOf, openUnit, RawJob, stream } from '../support/unit.js'

/** Bytes that nothing may refer to, in front of a history that is no whole number of quadwords. */
const PADDING = new Uint8Array(16).fill(0x99)

/**
 * Decompresses a stream that arrives in parts, as UM 5.2.5.4 has it: CPB output quadwords 24-42 become the next input
 * quadwords 0-18, HistLen is set, and the source starts (SUBC + 7) >> 3 bytes before its end.
 */
class Resumer {
  readonly #target: Uint8Array
  #at = 0
  #processed = 0
  #suspended: Uint8Array | undefined
  /** CSB's CC and CE, and quadword 24's Adler-32, SUBC and SFBT of the last job. */
  last = { cc: -1, ce: -1, adler: 0, subc: 0, sfbt: 0 }

  constructor(
    private readonly window: Window,
    private readonly source: Uint8Array,
    room: number,
    private readonly singleBlock = 0,
  ) {
    // A job needs a target even when no more than the end of the block is left to decode.
    this.#target = new Uint8Array(room + 1)
  }

  get plain(): Uint8Array {
    return this.#target.subarray(0, this.#at)
  }

  /** Runs a job on the stream up to byte `end`. */
  run(end: number): void {
    const history = Math.min(this.#at, 32768)
    const padding = -history & 15
    const job = new RawJob(
      this.window,
      (this.#suspended ? FC.DECOMPRESS_RESUME : FC.DECOMPRESS) | this.singleBlock,
    )
    const parts = [
      PADDING.subarray(0, padding),
      this.#target.subarray(this.#at - history, this.#at),
      this.source.subarray(this.#processed, end),
    ].filter(({ length }) => length > 0)
    job.sourceList(parts.map((part) => ({ address: this.window.map(part), bytes: part.length })))
    job.target(this.#target.subarray(this.#at))
    if (this.#suspended) {
      job.cpb.set(this.#suspended, 0)
      job.view.setUint16(256 + 8, ((history + padding) / 16) << 4)
    }
    const csb = job.run()
    const subc = job.cpbWord(392) & 0xffff
    this.last = {
      cc: Number.parseInt(csb.slice(4, 6), 16),
      ce: Number.parseInt(csb.slice(6, 8), 16) >>> 5,
      adler: job.cpbWord(384),
      subc,
      sfbt: job.cpbWord(396) >>> 16,
    }
    if (this.last.cc !== 0 && this.last.cc !== 3) return
    const given = padding + history + end - this.#processed
    assert.equal(job.cpbWord(688), given, 'SPBC counts what was given, history included')
    this.#at += Number.parseInt(csb.slice(8, 16), 16)
    this.#processed = end - ((subc + 7) >>> 3)
    this.#suspended = job.cpb.slice(384, 688)
    for (const part of parts) this.window.unmap(part)
    this.window.unmap(job.memory)
  }
}

/** A stream with blocks of every type; the last one is final. */
function mixedStream(): { source: Uint8Array; plain: Uint8Array } {
  const text = textLike(42, 6000)
  const notFinal = (bytes: Uint8Array, options: zlib.ZlibOptions) =>
    zlib.deflateRawSync(bytes, { ...options, finishFlush: zlib.constants.Z_SYNC_FLUSH })
  const { Z_FIXED } = zlib.constants
  const source = Buffer.concat([
    notFinal(text.subarray(0, 1500), { strategy: Z_FIXED }),
    notFinal(text.subarray(1500, 1700), { level: 0 }),
    notFinal(text.subarray(1700, 4500), { level: 9 }),
    zlib.deflateRawSync(text.subarray(4500), { level: 9, dictionary: text.subarray(0, 4500) }),
  ])
  return { source: new Uint8Array(source), plain: text }
}

/** What UM table 5-3 allows for each SFBT: the range of SUBC. */
function assertTable53({ cc, ce, subc, sfbt }: Resumer['last'], where: string): void {
  const most = { 0b100: 0, 0b101: 30, 0b110: 47, 0b111: 2285 }[sfbt >>> 1]
  assert.deepEqual([cc, ce], [3, 0b101], where)
  assert.ok(most !== undefined && subc <= most, `SFBT ${sfbt.toString(2)}, SUBC ${subc} ${where}`)
}

describe('a stream with blocks of every type', () => {
  const { source, plain } = mixedStream()
  const { window } = openUnit()

  it('is suspended at every byte as table 5-3 says, and resumed to the same data and checksums', () => {
    const adler = zlib.deflateSync(plain).readUInt32BE(zlib.deflateSync(plain).length - 4)
    const seen = new Set<number>()
    for (let cut = 1; cut < source.length; cut++) {
      const resumer = new Resumer(window, source, plain.length)
      resumer.run(cut)
      assertTable53(resumer.last, `at byte ${cut}`)
      seen.add(resumer.last.sfbt)
      resumer.run(source.length)
      const { cc, sfbt } = resumer.last
      assert.deepEqual([cc, sfbt, resumer.last.adler], [0, 0, adler], `at byte ${cut}`)
      assert.ok(Buffer.from(resumer.plain).equals(plain), `at byte ${cut}`)
    }
    // Inside stored, fixed and dynamic blocks, final or not, and inside headers; zlib's only final block is dynamic.
    assert.deepEqual(
      [...seen].sort((a, b) => a - b),
      [0b1000, 0b1010, 0b1100, 0b1101, 0b1110, 0b1111],
    )
  })

  for (const step of [1, 2, 7, 64, 1000]) {
    it(`gives the same in steps of ${step} bytes`, () => {
      const resumer = new Resumer(window, source, plain.length)
      let [end, jobs] = [0, 0]
      do {
        end = Math.min(end + step, source.length)
        resumer.run(end)
        jobs++
        if (end < source.length) assertTable53(resumer.last, `at byte ${end}`)
      } while (end < source.length)
      assert.deepEqual([resumer.last.cc, jobs], [0, Math.ceil(source.length / step)])
      assert.equal(hexOf(resumer.plain), hexOf(plain))
    })
  }

  it('is suspended after every block by the single-block function', () => {
    const resumer = new Resumer(window, source, plain.length, 2)
    const ends: number[] = []
    for (let jobs = 0; jobs < 100; jobs++) {
      resumer.run(source.length)
      if (resumer.last.cc === 0) break
      assert.deepEqual([resumer.last.cc, resumer.last.ce, resumer.last.sfbt], [3, 0b101, 0b1110])
      ends.push(resumer.plain.length)
    }
    assert.equal(resumer.last.cc, 0)
    assert.equal(hexOf(resumer.plain), hexOf(plain))
    // Three data blocks, each with the empty stored block of its sync flush.
    assert.deepEqual(ends, [1500, 1500, 1700, 1700, 4500, 4500])
  })
})

describe('the checksums of a resumed decompression', () => {
  it('are left as they were given if they are not wanted', () => {
    const { window } = openUnit()
    const plain = textLike(9, 300)
    const cpb = { adler: 7, crc: 9, sfbt: 0b1110 }
    const run = (more: object) => {
      const source = zlib.deflateRawSync(plain)
      const job = { fc: FC.DECOMPRESS_RESUME, source, target: new Uint8Array(300), cpb, ...more }
      const result = window.runSync(job)
      assert.deepEqual([result.csb.cc, result.csb.tpbc], [0, 300])
      return [result.cpb.adler, result.cpb.crc]
    }
    const [adler, crc] = run({})
    assert.ok(adler !== 7 && crc !== 9)
    assert.deepEqual(run({ checksum: 'adler' }), [adler, 9])
    assert.deepEqual(run({ checksum: 'crc' }), [7, crc])
    assert.deepEqual(run({ checksum: 'none' }), [7, 9])
  })

  it('are all made by functions that do not decompress', () => {
    const { window } = openUnit()
    const [source, target] = [textLike(9, 300), new Uint8Array(300)]
    const both = window.runSync({ fc: FC.WRAP, source, target }).cpb
    const { adler, crc } = window.runSync({ fc: FC.WRAP, source, target, checksum: 'none' }).cpb
    assert.deepEqual([adler, crc], [both.adler, both.crc])
  })

  it('go on from the CPB input', () => {
    const { window } = openUnit()
    const plain = textLike(8, 5000)
    const source = zlib.deflateRawSync(plain)
    const target = new Uint8Array(5000)
    const first = window.runSync({ fc: FC.DECOMPRESS, source: source.subarray(0, 900), target })
    const { adler, crc, sfbt, subc, dht, dhtlen } = first.cpb
    const history = first.csb.tpbc
    const second = window.runSync({
      fc: FC.DECOMPRESS_RESUME,
      source: [
        ...(history % 16 === 0 ? [] : [PADDING.subarray(0, -history & 15)]),
        target.subarray(0, history),
        source.subarray(900 - ((subc + 7) >>> 3)),
      ],
      target: new Uint8Array(5000),
      cpb: { adler, crc, sfbt, subc: subc & 7, dht, dhtlen, histlen: Math.ceil(history / 16) },
    })
    const [gzip, deflate] = [zlib.gzipSync(plain), zlib.deflateSync(plain)]
    assert.equal(second.cpb.crc, gzip.readUInt32LE(gzip.length - 8))
    assert.equal(second.cpb.adler, deflate.readUInt32BE(deflate.length - 4))
  })
})

describe('forward progress (UM 5.2.5.6)', () => {
  it('is none when SUBC is 8 times SPBC', () => {
    const { window } = openUnit()
    const { csb, cpb } = window.runSync({
      fc: FC.DECOMPRESS,
      source: Uint8Array.of(0x05),
      target: new Uint8Array(8),
    })
    assert.deepEqual([csb.cc, csb.tpbc, cpb.spbc, cpb.subc, cpb.sfbt], [3, 0, 1, 8, 0b1111])
  })

  it('is none of a resumed job when its start bits and SUBC are all input bits', () => {
    const { window } = openUnit()
    const source = new Uint8Array(17)
    const cpb = { histlen: 1, subc: 3, sfbt: 0b1110 }
    const result = window.runSync({ fc: FC.DECOMPRESS_RESUME, source, target: new Uint8Array(8), cpb })
    assert.equal(result.csb.cc, 3)
    // HistLen counts quadwords of 128 bits.
    const inputBits = 8 * result.cpb.spbc - 1 * 128
    assert.equal(5 + result.cpb.subc, inputBits)
  })
})

describe('SFBT 0xxx (UM table 6-3)', () => {
  it('is taken for a block header', () => {
    const { window } = openUnit()
    const source = stream(FIXED_FINAL, fixed(0x61), fixed(256))
    for (let sfbt = 0; sfbt < 8; sfbt++) {
      const target = new Uint8Array(8)
      const { csb } = window.runSync({ fc: FC.DECOMPRESS_RESUME, source, target, cpb: { sfbt } })
      assert.deepEqual([csb.cc, csb.tpbc, target[0]], [0, 1, 0x61])
    }
  })
})

describe('a block that ends with the source', () => {
  it('is SFBT 1110 with SUBC 0 when it is not final', () => {
    const { window } = openUnit()
    // 3 bits of header, six literals of 9 bits, EOB: 64 bits.
    const source = stream(FIXED_NOT_FINAL, fixed(200).repeat(6), fixed(256))
    assert.equal(source.length, 8)
    const { csb, cpb } = window.runSync({ fc: FC.DECOMPRESS, source, target: new Uint8Array(8) })
    assert.deepEqual([csb.cc, csb.ce, cpb.sfbt, cpb.subc], [3, 0b101, 0b1110, 0])
  })
})
