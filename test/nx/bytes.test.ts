// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import {
  bytesOf,
  DYNAMIC_FINAL,
  DYNAMIC_NOT_FINAL,
  canonicalCodes,
  hexOf,
  lengthsOf,
  openUnit,
  plainDht,
  RawJob,
  stream,
} from '../support/unit.js'

const A = Uint8Array.of(0x61)
const EE = 'ee'
/** Adler-32 and CRC-32 of 'a', the latter with its least significant byte first. */
const CHECKSUMS = '00620062' + '43beb7e8'

/** A job of 'a' or of its fixed block, with CPB input of ones wherever the function has no use for it. */
function jobOf(fc: number, source: Uint8Array, target = new Uint8Array(16)): RawJob {
  return new RawJob(openUnit().window, fc).source(source).target(target)
}

describe('the bytes that a job writes', () => {
  // BFINAL 1, BTYPE 01, 'a' is 10010001, EOB 0000000: 18 bits.
  it('are 4b 04 00 for one byte in a fixed block', () => {
    const target = new Uint8Array(16).fill(UNTOUCHED)
    const csb = jobOf(0x00, A, target).run()
    assert.equal(csb, '80004020' + '00000003' + '0000000000000000')
    assert.equal(hexOf(target), '4b0400' + 'cc'.repeat(13))
  })

  it('are checksums, TEBC and SPBC in quadwords 24 and 25 for compress', () => {
    const job = jobOf(0x00, A)
    job.run()
    // TEBC 2 in bits 77:79 of quadword 24.
    assert.equal(
      hexOf(job.cpb.subarray(384)),
      CHECKSUMS + '00020000' + '00000000' + '00000001' + EE.repeat(1276),
    )
  })

  it('are 316 counts from quadword 25 on and SPBC in quadword 104 for compress with counts', () => {
    const job = jobOf(0x04, A)
    job.run()
    const counts = Array.from({ length: 316 }, (_, index) =>
      index === 0x61 || index === 256 ? '00000001' : '00000000',
    )
    assert.equal(
      hexOf(job.cpb.subarray(384)),
      CHECKSUMS + '00020000' + '00000000' + counts.join('') + '00000001' + EE.repeat(12),
    )
  })

  it('are checksums, SUBC and SFBT in quadword 24 and SPBC in 43 for decompress', () => {
    const target = new Uint8Array(4).fill(UNTOUCHED)
    const job = jobOf(0x10, bytesOf('4b0400'), target)
    assert.equal(job.run(), '80000020' + '00000001' + '0000000000000000')
    assert.equal(hexOf(target), '61cccccc')
    assert.equal(
      hexOf(job.cpb.subarray(384)),
      CHECKSUMS + '00000006' + '00000000' + EE.repeat(288) + '00000003' + EE.repeat(988),
    )
  })

  it('are SFBT and RemByteCnt for a stored block that is cut off', () => {
    const job = jobOf(0x10, bytesOf('00 3412 cbed 61'), new Uint8Array(4))
    assert.equal(job.run(), '800003a0' + '00000001' + '0000000000000000')
    // 0x1234 bytes less one; SFBT 1000.
    assert.equal(hexOf(job.cpb.subarray(384, 400)), CHECKSUMS + '00000000' + '00081233')
    assert.equal(hexOf(job.cpb.subarray(400, 688)), EE.repeat(288))
  })

  it('are SFBT, DHTlen and as many quadwords of DHT as it has for a dynamic block that is cut off', () => {
    const ll = lengthsOf(257, { 0x61: 1, 256: 1 })
    const dht = plainDht(ll, [1])
    // 14 + 19 * 3 + 258 * 4 bits: 8 quadwords hold 1024 of them, the ninth the rest.
    assert.equal(dht.length, 1103)
    const codes = canonicalCodes(ll)
    for (const [header, sfbt] of [
      [DYNAMIC_NOT_FINAL, 'c'],
      [DYNAMIC_FINAL, 'd'],
    ] as const) {
      // 3 + 1103 bits and 6 literals: 139 bytes.
      const job = jobOf(0x10, stream(header, dht, codes[0x61].repeat(6)))
      assert.equal(job.run().slice(0, 16), '800003a0' + '00000006')
      assert.equal(hexOf(job.cpb.subarray(392, 400)), '00000000' + `000${sfbt}044f`)
      const written = new Uint8Array(144)
      written.set(stream(dht))
      assert.equal(hexOf(job.cpb.subarray(400, 688)), hexOf(written) + EE.repeat(144))
      assert.equal(job.cpbWord(688), 139)
    }
  })

  it('are checksums and SPBC in quadwords 24 and 25 for wrap', () => {
    const target = new Uint8Array(4).fill(UNTOUCHED)
    const job = jobOf(0x1e, A, target)
    assert.equal(job.run(), '80000020' + '00000001' + '0000000000000000')
    assert.equal(hexOf(target), '61cccccc')
    assert.equal(
      hexOf(job.cpb.subarray(384)),
      CHECKSUMS + '00000000' + '00000000' + '00000001' + EE.repeat(1276),
    )
  })

  it('are 16 bytes of CSB with CC 3 and CE(0) when suspended', () => {
    assert.equal(jobOf(0x10, bytesOf('4b04')).run(), '800003a0' + '00000001' + '0000000000000000')
  })

  it('are 16 bytes of CSB with CC 13 and CE(1) when terminated', () => {
    assert.equal(jobOf(0x00, A, new Uint8Array(0)).run(), '80000d60' + '00000000' + '0000000000000000')
  })

  it('are 16 bytes of CSB with CC 250 and the address after a page fault, as the kernel writes them', () => {
    const job = jobOf(0x00, A)
    job.dde(16, 0, 1, 0x0000_1234_5678_9abcn)
    assert.equal(job.run(), '8000fa40' + '00000000' + '0000123456789abc')
  })
})

const UNTOUCHED = 0xcc

describe('a CRB and its CPB input (UM 6.8)', () => {
  const JOBS: readonly [string, fc: number, source: Uint8Array][] = [
    ['compress', 0x08, new Uint8Array(64).fill(0x61)],
    ['compress with counts', 0x0c, new Uint8Array(64).fill(0x61)],
    ['decompress', 0x14, Uint8Array.of(...new Uint8Array(16), ...bytesOf('4b0400'))],
    ['wrap', 0x1e, A],
  ]
  for (const [name, fc, source] of JOBS) {
    it(`are never written by ${name}`, () => {
      const job = jobOf(fc, source, new Uint8Array(256))
      job.cpb.fill(0xff, 0, 384)
      job.setCpbWord(8, 1 * 2 ** 20)
      job.setCpbWord(12, 0x000e0000)
      const before = hexOf(job.memory.subarray(0, 240)) + hexOf(job.cpb.subarray(0, 384))
      assert.equal(job.run()[0], '8')
      assert.equal(hexOf(job.memory.subarray(0, 240)) + hexOf(job.cpb.subarray(0, 384)), before)
    })

    it(`give the same CSB, CPB and target when ${name} is pasted again`, () => {
      const target = new Uint8Array(256)
      const job = jobOf(fc, source, target)
      job.setCpbWord(8, 1 * 2 ** 20)
      job.setCpbWord(12, 0x000e0000)
      const first = [job.run(), hexOf(job.cpb), hexOf(target)]
      job.cpb.fill(0xaa, 384)
      target.fill(0)
      const again = [job.run(), hexOf(job.cpb).replaceAll('aa', 'ee'), hexOf(target)]
      assert.deepEqual(again, first)
    })
  }

  it('may have ones in every reserved bit of the CPB', () => {
    const job = jobOf(0x14, Uint8Array.of(...new Uint8Array(16), ...bytesOf('4b0400')))
    job.cpb.fill(0xff)
    // HistLen 1, SUBC 0, SFBT 1110; every other bit is 1.
    job.setCpbWord(0, 1)
    job.setCpbWord(4, 0)
    job.setCpbWord(8, 0x001ffff8)
    job.setCpbWord(12, 0xfffeffff)
    assert.equal(job.run(), '80000020' + '00000001' + '0000000000000000')
    assert.equal(hexOf(job.cpb.subarray(384, 400)), CHECKSUMS + '00000006' + '00000000')
  })

  it('are read where the function uses them: Adler-32 and CRC-32 to start from', () => {
    const job = jobOf(0x08, A)
    job.setCpbWord(0, 0x00620062)
    job.cpb.set(bytesOf('43beb7e8'), 4)
    job.run()
    // Those of 'aa'.
    assert.equal(hexOf(job.cpb.subarray(384, 392)), '012500c3' + 'd7198a07')
  })

  it('are not read where it does not: checksums start from 1 and 0', () => {
    for (const fc of [0x00, 0x1e]) {
      const job = jobOf(fc, A)
      job.cpb.fill(0xff, 0, 384)
      job.run()
      assert.equal(hexOf(job.cpb.subarray(384, 392)), CHECKSUMS)
    }
  })
})
