// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { makeRandom } from '../support/data.js'
import { assertTerminated, bytesOf, openUnit, RawJob } from '../support/unit.js'

const A_BLOCK = bytesOf('4b0400')
const DONE = '80000020' + '00000001' + '00'.repeat(8)

function decompressJob(): RawJob {
  return new RawJob(openUnit().window, 0x10).source(A_BLOCK).target(new Uint8Array(64))
}

/** Bits of the CRB, counted from the most significant one of byte 0, that UM figures 6-3, 6-4 and 6-9 call reserved. */
const RESERVED: readonly [string, first: number, last: number][] = [
  ['CCW bits 0:25', 0, 25],
  ['bytes 4 to 7', 32, 63],
  ['bit 29 of the word at byte 12', 8 * 12 + 29, 8 * 12 + 29],
  ['bit 31 of the word at byte 12', 8 * 12 + 31, 8 * 12 + 31],
  ['bits 0:15 of the source DDE', 8 * 16, 8 * 16 + 15],
  ['bits 24:31 of the source DDE', 8 * 16 + 24, 8 * 16 + 31],
  ['bits 0:15 of the target DDE', 8 * 32, 8 * 32 + 15],
  ['bits 24:31 of the target DDE', 8 * 32 + 24, 8 * 32 + 31],
  ['bytes 48 to 59', 8 * 48, 8 * 60 - 1],
  ['bits 0:28 of the word at byte 60', 8 * 60, 8 * 60 + 28],
]

describe('CC 21, Invalid CRB (UM figures 6-3, 6-4 and 6-9)', () => {
  for (const [name, first, last] of RESERVED) {
    it(`ends a job when one of ${name} is set`, () => {
      for (let bit = first; bit <= last; bit++) {
        const job = decompressJob()
        job.memory[bit >>> 3] |= 0x80 >>> (bit & 7)
        assertTerminated(job, 21)
      }
    })
  }

  it('ends a job with C=1 for every CM but 1', () => {
    for (const cm of [0, 2, 3, 4, 5, 6, 7]) {
      const job = decompressJob()
      job.memory[15] |= 0x08
      job.memory[63] = cm
      assertTerminated(job, 21)
    }
  })

  it('ends a job with C=0 and a CM', () => {
    const job = decompressJob()
    job.memory[63] = 1
    assertTerminated(job, 21)
  })
})

describe('a CRB', () => {
  it('may ask for an interrupt with C=1 and CM=1', () => {
    const job = decompressJob()
    job.memory[15] |= 0x08
    job.memory[63] = 1
    assert.equal(job.run(), DONE)
  })

  it('may have any AT', () => {
    const job = decompressJob()
    job.memory[15] |= 0x02
    assert.equal(job.run(), DONE)
  })

  it('may hold anything in bytes 64 to 127', () => {
    const random = makeRandom(64)
    for (let round = 0; round < 20; round++) {
      const job = decompressJob()
      for (let at = 64; at < 128; at++) job.memory[at] = round === 0 ? 0xff : random.below(256)
      assert.equal(job.run(), DONE, `seed 64, round ${round}`)
    }
  })

  it('is not changed by the job', () => {
    const job = decompressJob()
    const before = job.crb.slice()
    job.run()
    assert.deepEqual(job.crb, before)
  })
})
