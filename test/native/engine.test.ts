// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import * as zlib from 'node:zlib'
import { adler32, portableCrc32 } from '../../lib/format/checksums.js'
import { CRB } from '../../lib/format/crb.js'
import { CSB } from '../../lib/format/csb.js'
import { binaryLike, makeRandom, randomBytes, textLike, zeros } from '../support/data.js'
import { loadAddon, withAddon } from './addon.js'
import { incompleteTables, JobStream, makePool } from './random-jobs.js'
import { Twins } from './twins.js'

/** Random jobs of the first test; NXZLIB_JOBS sets another number. */
const JOBS = Number(process.env.NXZLIB_JOBS ?? 10_000)
/** Seed of the first random job; NXZLIB_SEED sets another. */
const SEED = Number(process.env.NXZLIB_SEED ?? 1)
/** Jobs that follow one another from one seed, so that a failure can be repeated without all that was before it. */
const JOBS_PER_SEED = 500

describe('native engine', () => {
  const addon = loadAddon()

  withAddon()

  it(`equals the model on ${JOBS} random jobs of all functions (seeds from ${SEED})`, function () {
    this.timeout(60_000 + JOBS * 20)
    if (addon === undefined) return
    const pool = makePool(SEED, 40_000)
    const codes = new Map<number, number>()
    for (let done = 0; done < JOBS; done += JOBS_PER_SEED) {
      const seed = SEED + done / JOBS_PER_SEED
      const twins = new Twins(addon)
      const jobs = new JobStream(seed, pool)
      for (let index = 0; index < Math.min(JOBS_PER_SEED, JOBS - done); index++) {
        const job = jobs.next()
        const fault = twins.run(
          job,
          `pool ${SEED}, seed ${seed}, job ${index}, FC ${job.crb[3].toString(16)}`,
        )
        jobs.learn(job)
        const csb = job.space.view(CRB.field.csb_address.get(job.view, 0), CSB.size)
        const code = fault === undefined && csb ? CSB.field.cc.get(csb, 0) : 250
        codes.set(code, (codes.get(code) ?? 0) + 1)
      }
    }
    if (process.env.NXZLIB_JOBS) console.log([...codes].sort((a, b) => b[1] - a[1]))
  })

  it('makes the checksums from what each job is given, whatever an earlier job of the same data was given', () => {
    if (addon === undefined) return
    const twins = new Twins(addon)
    const text = textLike(3, 40_000)
    const other = text.slice()
    other[39_999] ^= 1
    const [count, encode] = [0x0c, 0x08]
    const seeds: readonly [adler: number, crc: number][] = [
      [1, 0],
      [0x12345, 0],
      [1, 0xdeadbeef],
    ]
    for (const [first, second] of seeds.flatMap((one) => seeds.map((two) => [one, two] as const))) {
      for (const [fc, source, [adler, crc]] of [
        [count, text, first],
        [encode, text, second],
        [count, text, second],
        [encode, other, second],
      ] as const) {
        const cpb = new Uint8Array(16)
        const view = new DataView(cpb.buffer)
        view.setUint32(0, adler)
        view.setUint32(4, crc, true)
        const written = twins.runDirect({ fc, source, room: 60_000, effort: 1, cpb }, `FC ${fc}`)
        assert.equal(written.cpb.getUint32(384), adler32(source, adler))
        assert.equal(written.cpb.getUint32(388, true), portableCrc32(source, crc))
      }
    }
  })

  it('equals the model where data is searched in pieces side by side, whichever of them is finished first', function () {
    this.timeout(60_000)
    if (addon === undefined) return
    const twins = new Twins(addon)
    const part = (kind: number, seed: number) =>
      [textLike(seed, 35_000), binaryLike(seed, 35_000), randomBytes(seed, 35_000), zeros(35_000)][kind]
    for (let kinds = 0; kinds < 64; kinds++) {
      const parts = [part(kinds & 3, 1), part((kinds >>> 2) & 3, 2), part(kinds >>> 4, 3)]
      const source = Buffer.concat(kinds % 5 === 0 ? [...parts, ...parts, ...parts] : parts)
      const histlen = kinds % 3 === 0 ? 0 : kinds
      const cpb = new Uint8Array(16)
      new DataView(cpb.buffer).setUint16(8, histlen << 4)
      twins.runDirect({ fc: 0x0c, source, room: 400_000, effort: 1, cpb }, `kinds ${kinds}`)
    }
  })

  it('equals the model wherever the source ends within a symbol, at every bit (seed 7)', function () {
    this.timeout(60_000)
    if (addon === undefined) return
    const twins = new Twins(addon)
    const random = makeRandom(7)
    const bits = (count: number): string =>
      Array.from({ length: count }, () => (random.below(2) === 0 ? '0' : '1')).join('')
    const ones = (count: number): string => '1'.repeat(count)
    const tables = incompleteTables(random)
    for (let turn = 0; turn < 500; turn++) {
      const table = random.pick([undefined, ...tables])
      // Of a fixed block: the code of a length, extra bits, and a distance that is often one of the undefined ones.
      const lengthCode = random.between(1, 23).toString(2).padStart(7, '0')
      const fixed = lengthCode + bits(random.below(6)) + random.pick([ones(4), '']) + bits(random.below(20))
      const stream = table ? random.pick([bits(40), bits(random.below(12)) + ones(28)]) : fixed
      const cpb = new Uint8Array(16 + 288)
      cpb[13] = (table ? 12 : 10) + random.below(2)
      if (table) {
        cpb[14] = table.dhtlen >>> 8
        cpb[15] = table.dhtlen
        cpb.set(table.dht, 16)
      }
      for (let count = 1; count <= stream.length; count++) {
        const source = new Uint8Array(Math.ceil(count / 8))
        // The first bits of the first byte belong to what was processed before.
        const skipped = source.length * 8 - count
        cpb[11] = (8 - skipped) & 7
        for (let bit = 0; bit < count; bit++)
          if (stream[bit] === '1') source[(skipped + bit) >>> 3] |= 1 << ((skipped + bit) & 7)
        twins.runDirect({ fc: 0x14, source, room: 600, cpb }, `turn ${turn}, ${stream.slice(0, count)}`)
      }
    }
  })

  it('equals the model on data with any share of literals, wherever the target ends (seed 8)', function () {
    this.timeout(60_000)
    if (addon === undefined) return
    const twins = new Twins(addon)
    const random = makeRandom(8)
    for (let turn = 0; turn < 200; turn++) {
      const digits = random.between(2, 200)
      const repeats = random.below(12)
      const plain: number[] = []
      while (plain.length < 5000) {
        for (let run = random.below(30); run >= 0; run--) plain.push(random.below(digits))
        if (random.below(12) >= repeats) continue
        const from = random.below(plain.length)
        plain.push(...plain.slice(from, from + random.between(3, 60)))
      }
      const source = zlib.deflateRawSync(Uint8Array.from(plain))
      for (const room of [plain.length, plain.length - 1, random.between(1, plain.length)])
        twins.runDirect({ fc: 0x10, source, room }, `turn ${turn}, room for ${room} bytes`)
    }
  })
})
