// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import zlib from 'node:zlib'
import { FC } from '../../lib/nx.js'
import { textLike } from '../support/data.js'
import { fixed, FIXED_NOT_FINAL, number, openUnit, RawJob, stream } from '../support/unit.js'

/** UM table 5-2: an empty stored block behind a block that ends with TEBC valid bits in its last byte. */
function syncFlush(block: Uint8Array, tebc: number): Uint8Array {
  if (tebc === 0) return block
  return Uint8Array.of(...block, ...(tebc > 5 ? [0] : []), 0, 0, 0xff, 0xff)
}

describe('compress, resume, resume (UM 5.2.5.3, figure 5-1)', () => {
  const input = textLike(1009, 0x3000)
  const HIGH = { maxByteCountHigh: 0x1009 }

  it('suspends the first job at SPBC 0x1009 and resumes with HistLen 0x100, which drops 9 bytes', () => {
    const { window } = openUnit({ ...HIGH, maxByteCountLow: 0 })
    const target = new Uint8Array(0x4000)
    const blocks: Uint8Array[] = []

    const first = new RawJob(window, FC.COMPRESS_FHT).source(input).target(target)
    const csb = first.run()
    assert.equal(csb.slice(0, 8), '800003a0')
    assert.equal(first.cpbWord(400), 0x1009)
    let tpbc = Number.parseInt(csb.slice(8, 16), 16)
    blocks.push(syncFlush(target.slice(0, tpbc), (first.cpbWord(392) >>> 16) & 7))

    // The third job takes the rest; FC(5)=1 because its limit is off here.
    let [previous, processed] = [first, 0x1009]
    for (const [fc, expected] of [
      [FC.COMPRESS_RESUME_FHT, '800003a0'],
      [FC.COMPRESS_RESUME_FHT | 1, '80000020'],
    ] as const) {
      const start = processed - 0x1000
      const job = new RawJob(window, fc).source(input.subarray(start)).target(target)
      job.cpb.set(previous.cpb.subarray(384, 392), 0)
      job.setCpbWord(8, 0x100 * 2 ** 20)
      const status = job.run()
      assert.equal(status.slice(0, 8), expected)
      tpbc = Number.parseInt(status.slice(8, 16), 16)
      blocks.push(syncFlush(target.slice(0, tpbc), (job.cpbWord(392) >>> 16) & 7))
      processed = start + job.cpbWord(400)
      previous = job
    }
    assert.equal(processed, 0x3000)
    assert.equal(previous.cpbWord(384), adlerOf(input))

    // The unit emits BFINAL=1: only the last block keeps it, and no sync flush follows that one.
    for (const block of blocks.slice(0, -1)) block[0] &= 0xfe
    assert.deepEqual(new Uint8Array(zlib.inflateRawSync(Buffer.concat(blocks))), input)
  })
})

/** Adler-32 as node:zlib puts it behind a zlib stream. */
function adlerOf(bytes: Uint8Array): number {
  return zlib.deflateSync(bytes).readUInt32BE(zlib.deflateSync(bytes).length - 4)
}

describe('decompress and resume (UM 5.2.5.4)', () => {
  /*
   * A stream made to measure: 430 empty stored blocks of 40 bits, the header of a fixed block, 1940 literals of 8 bits
   * and 4 of 9 bits end 9 bits before byte 0x1000. A match of 21 bits follows, whose distance of 1944 bytes reaches the
   * first byte of the output, so that history and padding have to lie right.
   */
  const literals = Array.from({ length: 1944 }, (_, index) => (index < 4 ? 150 + index : (index * 7) % 140))
  const match = fixed(257) + '10101' + number(1944 - 1537, 9)
  const more = Array.from({ length: 1000 }, (_, index) => (index * 11) % 144)
  // EOB ends at bit 40787; BFINAL, BTYPE, padding to byte 5099, LEN and NLEN of the rest, 15377 bytes.
  const tail = textLike(5, 15377)
  const bits = [
    ('0 00 00000' + number(0, 16) + number(0xffff, 16)).repeat(430),
    FIXED_NOT_FINAL,
    ...literals.map(fixed),
    match,
    ...more.map(fixed),
    fixed(256),
    '1 00 00',
    number(15377, 16),
    number(~15377 & 0xffff, 16),
  ]
  const source = Uint8Array.of(...stream(...bits), ...tail)
  const plain = new Uint8Array(zlib.inflateRawSync(source))

  it('gives the counts of the example and of the resumed job', () => {
    const { window } = openUnit()
    // Job 1: source at 0x1000 with 0x5000 bytes, target at 0x10000 with 0x10000 bytes, here as offsets.
    assert.equal(source.length, 0x5000)
    const memory = new Uint8Array(0x20000)
    memory.set(source, 0x1000)
    const base = window.map(memory)
    const at = (address: number) => base + BigInt(address)

    // What suspends the job is not said; here its source ends after 0x1000 bytes.
    const first = new RawJob(window, FC.DECOMPRESS)
    first.dde(16, 0, 0x1000, at(0x1000)).dde(32, 0, 0x10000, at(0x10000))
    assert.equal(first.run(), '800003a0' + '00000798' + '00'.repeat(8))
    assert.equal(first.cpbWord(396) >>> 16, 0b1010)
    assert.equal(first.cpbWord(392), 0x0009)
    assert.equal(first.cpbWord(688), 0x1000)

    const second = new RawJob(window, FC.DECOMPRESS_RESUME)
    second.sourceList([
      { address: at(0x10000), bytes: 0x8 },
      { address: at(0x10000), bytes: 0x798 },
      { address: at(0x1ffe), bytes: 0x4002 },
    ])
    second.dde(32, 0, 0xf868, at(0x10798))
    second.cpb.set(first.cpb.subarray(384, 400), 0)
    second.setCpbWord(8, second.cpbWord(8) | (0x07a * 2 ** 20))
    // Of SUBC only the low three bits are read.
    assert.equal(second.cpbWord(8) & 7, 1)

    const rest = plain.length - 0x798
    assert.equal(second.run(), '80000020' + rest.toString(16).padStart(8, '0') + '00'.repeat(8))
    assert.deepEqual([second.cpbWord(688), second.cpbWord(392), second.cpbWord(396)], [0x7a0 + 0x4002, 0, 0])
    assert.deepEqual(memory.subarray(0x10000, 0x10000 + plain.length), plain)
    assert.equal(second.cpbWord(384), adlerOf(plain))
  })
})
