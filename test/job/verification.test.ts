// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { deflateRawSync } from 'node:zlib'

import { NxVerificationError } from '../../lib/errors.js'
import type { Job, JobResult } from '../../lib/job/job.js'
import { verificationOf } from '../../lib/job/verification.js'
import { FC } from '../../lib/nx.js'
import { makeTable } from '../../lib/deflate/huffman.js'
import { makeRandom, randomBytes, textLike } from '../support/data.js'
import { openUnit } from '../support/unit.js'

const { window } = openUnit()
const BYTES = 600

interface Compressed {
  readonly job: Job & { target: Uint8Array }
  readonly result: JobResult
}

/** Data in which no string comes again twice: there a wrong distance could restore the data all the same. */
function letters(seed: number, length: number): Uint8Array {
  const random = makeRandom(seed)
  const fresh = Uint8Array.from({ length }, () => Math.max(random.between(32, 126), random.between(32, 126)))
  fresh.copyWithin(length - 60, 40, 100)
  return fresh
}

/** A compress job that was run. */
function compressed(fc: number, cpb: Job['cpb'] = {}, data = letters(70, BYTES)): Compressed {
  const job = { fc, source: data, target: new Uint8Array(2 * data.length + 400), cpb }
  return { job, result: window.runSync(job) }
}

/** What is wrong with the output of a job; undefined: nothing. */
function faultOf({ job, result }: Compressed): NxVerificationError | undefined {
  const verification = verificationOf(job, result)
  assert.ok(verification)
  return verification.judge(verification.job && window.runSync(verification.job))
}

const counts = compressed(FC.COMPRESS_FHT_COUNT).result.cpb.lzcount!

/** Each kind of job whose output is used. */
const KINDS: Readonly<Record<string, () => Compressed>> = {
  'a fixed table': () => compressed(FC.COMPRESS_FHT),
  'a made table': () => compressed(FC.COMPRESS_DHT, makeTable(counts)),
  'history and checksums to carry on': () =>
    compressed(FC.COMPRESS_RESUME_FHT, { histlen: 10, adler: 0x00420042, crc: 0x12345678 }),
  'a copy': () => compressed(FC.WRAP),
  'data that hardly shrinks': () => compressed(FC.COMPRESS_FHT, {}, randomBytes(5, BYTES)),
}

describe('verification of a job', () => {
  for (const [kind, run] of Object.entries(KINDS)) {
    it(`has nothing against the output with ${kind}`, () => {
      assert.equal(faultOf(run()), undefined)
    })

    it(`finds every single wrong bit in the output with ${kind}`, () => {
      const done = run()
      const { target } = done.job
      for (let bit = 0; bit < done.result.csb.tpbc * 8; bit++) {
        target[bit >>> 3] ^= 1 << (bit & 7)
        assert.ok(faultOf(done) instanceof NxVerificationError, `bit ${bit}`)
        target[bit >>> 3] ^= 1 << (bit & 7)
      }
      assert.equal(faultOf(done), undefined)
    })
  }

  it('takes output and source in pieces', () => {
    const { job, result } = KINDS['history and checksums to carry on']()
    const source = job.source as Uint8Array
    const pieces = {
      ...job,
      source: [source.subarray(0, 100), source.subarray(100, 333), source.subarray(333)],
      target: [job.target.subarray(0, 7), job.target.subarray(7)],
    }
    assert.equal(faultOf({ job: pieces as never, result }), undefined)
    job.target[20] ^= 4
    assert.ok(faultOf({ job: pieces as never, result }))
  })

  const WRONG: Readonly<Record<string, (result: JobResult) => void>> = {
    TPBC: ({ csb }) => csb.tpbc--,
    SPBC: ({ cpb }) => cpb.spbc++,
    TEBC: ({ cpb }) => (cpb.tebc = (cpb.tebc + 1) & 7),
    'Adler-32': ({ cpb }) => (cpb.adler ^= 1),
    'CRC-32': ({ cpb }) => (cpb.crc ^= 0x80000000),
  }
  for (const [name, spoil] of Object.entries(WRONG)) {
    it(`finds a wrong ${name}`, () => {
      const done = KINDS['a made table']()
      spoil(done.result)
      assert.ok(faultOf(done))
    })
  }

  it('finds output that restores other data, whatever the checksums say', () => {
    const done = compressed(FC.COMPRESS_FHT)
    const other = deflateRawSync(textLike(71, BYTES), { strategy: 4 })
    done.job.target.set(other)
    done.result.csb.tpbc = other.length
    assert.ok(faultOf(done))
  })

  it('tells what is wrong with an error that has the dump of the job', () => {
    const done = compressed(FC.COMPRESS_FHT)
    done.job.target[30] ^= 1
    const error = faultOf(done)
    assert.equal(error?.code, 'ERR_NX_VERIFICATION')
    assert.match(String(error.dump), /CRB, 128 bytes[^]*CSB, 16 bytes/)
  })

  it('has nothing to check where there is no output to use', () => {
    const small = { fc: FC.COMPRESS_FHT, source: randomBytes(9, 100), target: new Uint8Array(10) }
    const result = window.runSync(small)
    assert.equal(result.csb.cc, 13)
    assert.equal(verificationOf(small, result), undefined)
    const inflate = { fc: FC.DECOMPRESS, source: deflateRawSync(small.source), target: new Uint8Array(100) }
    assert.equal(verificationOf(inflate, window.runSync(inflate)), undefined)
  })

  it('is not misled by room that an earlier check left full', () => {
    const random = makeRandom(8)
    for (let round = 0; round < 20; round++) {
      assert.equal(
        faultOf(compressed(FC.COMPRESS_FHT, {}, textLike(round, random.between(1, 3000)))),
        undefined,
      )
    }
  })
})
