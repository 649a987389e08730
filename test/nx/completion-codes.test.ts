// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import zlib from 'node:zlib'
import { randomBytes, textLike } from '../support/data.js'
import {
  assertTerminated,
  bytesOf,
  hexOf,
  openUnit,
  piecesOf,
  RawJob,
  stream,
  fixed,
  FIXED_FINAL,
} from '../support/unit.js'

const A = Uint8Array.of(0x61)
/** The fixed block of one byte 'a'. */
const A_BLOCK = bytesOf('4b0400')

/** A job of function `fc` with plausible memory, in a window of its own. */
function jobOf(fc: number, source: Uint8Array = A_BLOCK, target = new Uint8Array(64)): RawJob {
  return new RawJob(openUnit().window, fc).source(source).target(target)
}

describe('CC 1, Invalid Alignment (UM table 6-8)', () => {
  for (const [side, at] of [
    ['source', 16],
    ['target', 32],
  ] as const) {
    it(`ends a job whose ${side} list is not 16-byte aligned, with the list's address as FSA`, () => {
      const job = jobOf(0x10)
      for (const off of [1, 2, 4, 8, 15]) {
        const address = job.address + 4096n + BigInt(off)
        job.dde(at, 1, 3, address)
        assertTerminated(job, 1, address)
      }
    })
  }
})

describe('CC 3, Data Length, terminated (UM table 6-8)', () => {
  for (const fc of [0x08, 0x0a, 0x0c, 0x0e]) {
    it(`ends function 0x${fc.toString(16)} when the history is as long as the source or longer`, () => {
      for (const histlen of [2, 3, 4095]) {
        const job = jobOf(fc, new Uint8Array(32))
        job.setCpbWord(8, histlen * 2 ** 20)
        assertTerminated(job, 3)
      }
    })
  }

  for (const fc of [0x14, 0x16]) {
    it(`ends function 0x${fc.toString(16)} when the source is shorter than the history`, () => {
      const job = jobOf(fc, new Uint8Array(31))
      job.setCpbWord(8, 2 * 2 ** 20)
      assertTerminated(job, 3)
    })

    it(`suspends function 0x${fc.toString(16)} with nothing done when the source is the history alone`, () => {
      const job = jobOf(fc, new Uint8Array(32))
      job.setCpbWord(8, 2 * 2 ** 20)
      assert.equal(job.run(), '800003a0' + '00000000' + '00'.repeat(8))
      assert.equal(hexOf(job.cpb.subarray(392, 400)), '00000000' + '000e0000')
      assert.equal(job.cpbWord(688), 32)
    })
  }
})

describe('CC 3 with CE(0), suspended (UM table 5-3)', () => {
  const CASES: readonly [string, source: string, tpbc: number, subc: number, sfbt: number][] = [
    ['a source that ends inside a fixed block', '4b04', 1, 5, 0b1011],
    ['a source that ends inside a block header', '04', 0, 8, 0b1110],
    ['a source that ends inside a stored block', '010200fdff61', 1, 0, 0b1001],
    ['one byte behind the final block', '4b0400ff', 1, 14, 0],
    ['a zlib trailer behind the final block', '4b040000620062', 1, 38, 0],
    ['a gzip trailer behind the final block', '4b040043beb7e801000000', 1, 70, 0],
  ]
  for (const [what, source, tpbc, subc, sfbt] of CASES) {
    it(`ends ${what}`, () => {
      const job = jobOf(0x10, bytesOf(source))
      assert.equal(job.run(), '800003a0' + tpbc.toString(16).padStart(8, '0') + '00'.repeat(8))
      assert.deepEqual([job.cpbWord(392), job.cpbWord(396) >>> 16], [subc, sfbt])
    })
  }
})

describe('CC 13, Target Space Exhausted (UM table 6-8)', () => {
  const text = textLike(1, 4096)
  const CASES: readonly [string, fc: number, source: Uint8Array, needed: number][] = [
    ['compress', 0x00, A, 3],
    ['compress with counts', 0x04, A, 3],
    ['decompress', 0x10, zlib.deflateRawSync(text), 4096],
    ['wrap', 0x1e, text, 4096],
  ]
  for (const [name, fc, source, needed] of CASES) {
    it(`ends ${name} when one byte of target is missing`, () => {
      assertTerminated(jobOf(fc, source, new Uint8Array(needed - 1)), 13)
    })

    it(`does not end ${name} when the target fits exactly`, () => {
      const csb = jobOf(fc, source, new Uint8Array(needed)).run()
      assert.equal(csb.slice(8, 16), needed.toString(16).padStart(8, '0'))
    })

    it(`ends ${name} with a target DDE of zero bytes`, () => {
      assertTerminated(jobOf(fc, source, new Uint8Array(0)), 13)
    })
  }

  it('ends a job that meets a zero-byte DDE in its target list', () => {
    const job = jobOf(0x1e, textLike(1, 10))
    const [first, second] = piecesOf(job.window, [new Uint8Array(8), new Uint8Array(8)])
    job.targetList([first, { address: second.address, bytes: 0 }, second], 16)
    assertTerminated(job, 13)
  })
})

describe('CC 14, Excessive DDE Count (UM table 6-8)', () => {
  for (const fc of [0x00, 0x0e, 0x10, 0x14, 0x1e]) {
    it(`ends function 0x${fc.toString(16)} with a direct source DDE of zero bytes`, () => {
      assertTerminated(jobOf(fc, new Uint8Array(0)), 14)
    })
  }

  it('ends a job that meets a zero-byte DDE in its source list', () => {
    const job = jobOf(0x10)
    const [first, second] = piecesOf(job.window, [A_BLOCK.subarray(0, 1), A_BLOCK.subarray(1)])
    job.sourceList([first, { address: second.address, bytes: 0 }, second])
    assertTerminated(job, 14)
  })

  it('ends a job with an indirect source DDE of zero bytes', () => {
    const job = jobOf(0x10)
    job.sourceList(piecesOf(job.window, [A_BLOCK]), 0)
    assertTerminated(job, 14)
  })
})

describe('CC 17, Unrecognized Subfunction (UM table 6-2)', () => {
  // The 13 functions, each with either value of FC(5).
  const defined = [0x00, 0x02, 0x04, 0x06, 0x08, 0x0a, 0x0c, 0x0e, 0x10, 0x12, 0x14, 0x16, 0x1e]
  const undefinedCodes = Array.from({ length: 64 }, (_, fc) => fc).filter(
    (fc) => !defined.includes(fc & 0x3e),
  )

  it('ends each of the 38 codes that name no function', () => {
    assert.equal(undefinedCodes.length, 38)
    for (const fc of undefinedCodes) assertTerminated(jobOf(fc), 17)
  })
})

describe('CC 30, Invalid DDE (UM figure 6-5)', () => {
  for (const side of ['source', 'target'] as const) {
    it(`ends a job for each reserved bit of a DDE in the ${side} list`, () => {
      for (const byte of [0, 1, 3]) {
        for (let bit = 0; bit < 8; bit++) {
          const job = jobOf(0x10)
          const pieces = piecesOf(job.window, [A_BLOCK.slice()])
          const at = side === 'source' ? job.sourceEntry(0) : job.targetEntry(0)
          if (side === 'source') job.sourceList(pieces)
          else job.targetList(pieces)
          job.memory[at + byte] = 1 << bit
          assertTerminated(job, 30)
        }
      }
    })
  }
})

describe('CC 31, Segmented DDL (UM 6.4)', () => {
  for (const side of ['source', 'target'] as const) {
    it(`ends a job with an indirect DDE in its ${side} list`, () => {
      const job = jobOf(0x10)
      const pieces = piecesOf(job.window, [A_BLOCK.slice()])
      const at = side === 'source' ? job.sourceEntry(0) : job.targetEntry(0)
      if (side === 'source') job.sourceList(pieces)
      else job.targetList(pieces)
      job.memory[at + 2] = 1
      assertTerminated(job, 31)
    })
  }
})

describe('CC 33, DDE Overflow (UM 6.4)', () => {
  it('ends a job whose indirect source DDE names one byte more than its list has', () => {
    for (const [fc, source] of [
      [0x00, A],
      [0x10, A_BLOCK],
      [0x1e, A],
    ] as const) {
      const job = jobOf(fc)
      job.sourceList(piecesOf(job.window, [source]), source.length + 1)
      assertTerminated(job, 33)
    }
  })
})

describe('CC 64, TPBC > SPBC (UM table 6-8)', () => {
  it('is a full completion with valid output', () => {
    const source = randomBytes(3, 5000)
    const target = new Uint8Array(8000)
    const job = jobOf(0x00, source, target)
    const csb = job.run()
    assert.equal(csb.slice(0, 8), '80004020')
    const block = target.subarray(0, Number.parseInt(csb.slice(8, 16), 16))
    assert.ok(block.length > 5000)
    assert.deepEqual(new Uint8Array(zlib.inflateRawSync(block)), source)
    assert.equal(job.cpbWord(400), 5000)
  })

  it('compares with SPBC, which counts the history too', () => {
    const history = 64
    const source = randomBytes(4, history + 500)
    const job = jobOf(0x08, source, new Uint8Array(8000))
    job.setCpbWord(8, (history / 16) * 2 ** 20)
    const csb = job.run()
    const tpbc = Number.parseInt(csb.slice(8, 16), 16)
    assert.ok(tpbc > 500 && tpbc <= 564, `${tpbc} bytes`)
    assert.equal(csb.slice(0, 8), '80000020')
  })

  it('is CC 0 when TPBC equals SPBC', () => {
    // Header, 'a', a match of length 4 and distance 1, three bytes above 143, EOB: 3 + 8 + 12 + 27 + 7 bits are 8 bytes.
    assert.equal(jobOf(0x00, bytesOf('6161616161e1e2e3')).run().slice(0, 16), '80000020' + '00000008')
  })
})

describe('a job with several errors', () => {
  it('ends with CC 21 for a bad CRB before its function code or its DDEs are looked at', () => {
    const job = jobOf(0x3e, new Uint8Array(0))
    job.memory[4] = 1
    assertTerminated(job, 21)
  })

  it('ends with CC 17 for a bad function code before its DDEs are looked at', () => {
    assertTerminated(jobOf(0x3e, new Uint8Array(0)), 17)
  })

  it('ends with the error of the source before the one of the target', () => {
    assertTerminated(jobOf(0x10, new Uint8Array(0), new Uint8Array(0)), 14)
  })

  it('does not read DDEs of a list beyond the indirect byte count', () => {
    const job = jobOf(0x10)
    const [piece] = piecesOf(job.window, [A_BLOCK])
    job.sourceList([piece, { address: 0n, bytes: 0 }], 3)
    job.memory[job.sourceEntry(1) + 2] = 1
    assert.equal(job.run().slice(0, 8), '80000020')
  })
})

describe('the order of bits', () => {
  it('decodes a stream that was written down bit by bit', () => {
    const job = jobOf(0x10, stream(FIXED_FINAL, fixed(0x61), fixed(256)))
    assert.equal(job.run(), '80000020' + '00000001' + '00'.repeat(8))
  })
})
