// SPDX-License-Identifier: MIT
/** CRBs that no honest client sends, put to the software unit: they end in a CSB or are lost, and nothing else happens. */
import assert from 'node:assert/strict'
import { Worker } from 'node:worker_threads'
import * as zlib from 'node:zlib'
import { makeRandom, randomBytes, textLike, type Random } from '../support/data.js'
import { withAddon, type Addon } from './addon.js'
import { alignedBytes, AwaitedUnit, csbOf, UnitJob } from './unit-job.js'

/** Every completion code that the unit or its kernel may write (UM tables 5-1 and 6-8). */
const CODES = new Set([0, 1, 3, 13, 14, 17, 21, 30, 31, 33, 64, 66, 67, 68, 250])

const FUNCTIONS = [0x00, 0x02, 0x04, 0x06, 0x08, 0x0a, 0x0c, 0x0e, 0x10, 0x12, 0x14, 0x16, 0x1e]

/** Memory of a test, cut into a part that is mapped between two that are not. */
class Arena {
  readonly bytes: Uint8Array
  readonly base: bigint
  readonly #before: Uint8Array
  readonly #behind: Uint8Array
  static readonly UNMAPPED = 4096

  constructor(addon: Addon, unit: AwaitedUnit, length: number) {
    const all = alignedBytes(addon, length + 2 * Arena.UNMAPPED).fill(0xee)
    this.#before = all.subarray(0, Arena.UNMAPPED)
    this.bytes = all.subarray(Arena.UNMAPPED, Arena.UNMAPPED + length)
    this.#behind = all.subarray(Arena.UNMAPPED + length)
    this.base = unit.unit.map(this.bytes)
  }

  /** Whether what is not mapped is as it was. */
  get isIntact(): boolean {
    return [this.#before, this.#behind].every((part) => part.every((byte) => byte === 0xee))
  }

  /** An address: mostly in the mapped part, sometimes about its ends, sometimes nowhere. */
  someAddress(random: Random): bigint {
    const kind = random.below(12)
    if (kind === 0) return BigInt(random.below(2 ** 32)) << BigInt(random.below(33))
    if (kind === 1) return this.base + BigInt(this.bytes.length - 40 + random.below(60))
    if (kind === 2) return this.base - BigInt(random.below(40))
    return this.base + BigInt(random.below(this.bytes.length) & ~15)
  }

  someLength(random: Random): number {
    return random.pick([0, 1, random.below(300), random.below(20_000), random.below(2 ** 32), 0xffffffff])
  }
}

describe('hostile CRBs', () => {
  let addon: Addon

  withAddon((loaded) => {
    addon = loaded
  })

  it('of random bytes end in a CSB or are lost (seed 21)', async () => {
    const random = makeRandom(21)
    const awaited = new AwaitedUnit(addon)
    const arena = new Arena(addon, awaited, 100_000)
    for (let index = 0; index < 2000; index++) {
      const crb = randomBytes(1000 + index, 128)
      const view = new DataView(crb.buffer)
      // The fewer bits are random, the farther the unit comes.
      if (random.below(2) === 0) crb.fill(0, 0, 8).fill(0, 48, 64)
      if (random.below(2) === 0) view.setBigUint64(8, arena.someAddress(random) & ~15n)
      if (index % 2 === 0) awaited.unit.execute(crb)
      else awaited.unit.submit(crb)
    }
    if (awaited.unit.pending > 0) await awaited.whenIdle()
    assert.ok(arena.isIntact)
  })

  it('with DDEs and lists that lead anywhere end in a CSB and write nothing that is not mapped (seed 22)', () => {
    const random = makeRandom(22)
    const awaited = new AwaitedUnit(addon)
    const arena = new Arena(addon, awaited, 100_000)
    const text = textLike(22, 30_000)
    const streams = [text, zlib.deflateRawSync(text), randomBytes(22, 30_000)]
    const view = new DataView(arena.bytes.buffer, arena.bytes.byteOffset, arena.bytes.byteLength)
    const crb = new Uint8Array(128)
    const crbView = new DataView(crb.buffer)
    const setDde = (target: DataView, at: number, count: number): void => {
      target.setUint8(at + 2, count)
      target.setUint32(at + 4, arena.someLength(random))
      target.setBigUint64(at + 8, arena.someAddress(random))
    }
    const codes = new Map<number, number>()
    for (let index = 0; index < 5000; index++) {
      // Control structures, lists, source and target anywhere in one piece of memory: they may all overlap.
      arena.bytes.set(random.pick(streams), random.below(60_000))
      for (let list = 0; list < 20; list++) {
        const at = random.below(arena.bytes.length - 16) & ~15
        view.setUint32(at, 0)
        setDde(view, at, random.below(20) === 0 ? random.below(256) : 0)
      }
      crb.fill(0)
      crb[3] = random.pick(FUNCTIONS) | random.below(2)
      crb[80] = random.below(11)
      for (const at of [16, 32]) setDde(crbView, at, random.pick([0, 0, 1, 3, random.below(256)]))
      const at = random.below(arena.bytes.length - 2000) & ~15
      view.setUint8(at, 0)
      crbView.setBigUint64(8, arena.base + BigInt(at))
      awaited.unit.execute(crb)
      const { v, cc } = csbOf(new DataView(view.buffer, view.byteOffset + at, 16))
      assert.ok(v === 1 && CODES.has(cc), `job ${index}: V=${v}, CC=${cc}`)
      codes.set(cc, (codes.get(cc) ?? 0) + 1)
    }
    assert.ok(arena.isIntact)
    assert.ok(codes.size >= 8, `completion codes: ${[...codes.keys()].join(' ')}`)
  })

  it('whose source another thread changes while it is read stay within their target (seed 23)', async function () {
    this.timeout(60_000)
    const random = makeRandom(23)
    const awaited = new AwaitedUnit(addon)
    const text = textLike(23, 20_000)
    const shared = new Uint8Array(new SharedArrayBuffer(20_000))
    const changer = new Worker(
      `
      const { bytes, texts, stop } = require('node:worker_threads').workerData
      let seed = 1
      while (Atomics.load(stop, 0) === 0) {
        seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
        const text = texts[seed % texts.length]
        const at = (seed >>> 8) % bytes.length
        bytes.set(text.subarray(0, Math.min(text.length, bytes.length - at, 1 + (seed >>> 4) % 400)), at)
      }`,
      {
        eval: true,
        workerData: {
          bytes: shared,
          texts: [text, zlib.deflateRawSync(text), new Uint8Array(500), randomBytes(23, 500)],
          stop: new Int32Array(new SharedArrayBuffer(4)),
        },
      },
    )
    try {
      for (let index = 0; index < 600; index++) {
        const fc = random.pick(FUNCTIONS)
        if (index % 20 === 0) shared.set(fc < 0x10 ? text : zlib.deflateRawSync(text))
        const cpb = randomBytes(index, 1680)
        // Of history there is less than of source.
        cpb.set([0, random.below(16) << 4], 8)
        const job = new UnitJob(addon, awaited.unit, {
          fc,
          source: shared,
          room: random.pick([20, 5000, 60_000]),
          effort: random.below(10),
          cpb,
        })
        const { csb } = job.execute()
        const { v, cc, tpbc } = csbOf(csb)
        const message = `job ${index}: V=${v}, CC=${cc}, TPBC=${tpbc}`
        assert.ok(v === 1 && CODES.has(cc) && job.isGuarded, message)
        job.unmap()
      }
    } finally {
      await changer.terminate()
    }
  })

  it('that write over their own source, control block and lists end all the same', () => {
    const { unit } = new AwaitedUnit(addon)
    const text = textLike(24, 30_000)
    for (const [index, fc] of FUNCTIONS.entries()) {
      for (const shift of [0, 1, 7, 1000]) {
        const bytes = alignedBytes(addon, 64 * 1024)
        bytes.set(fc < 0x10 || fc === 0x1e ? text : zlib.deflateRawSync(text), 4096)
        const base = unit.map(bytes)
        const crb = new Uint8Array(128)
        const view = new DataView(crb.buffer)
        crb[3] = fc
        view.setBigUint64(8, base + 4096n)
        view.setUint32(20, 30_000)
        view.setBigUint64(24, base + 4096n)
        view.setUint32(36, 40_000)
        view.setBigUint64(40, base + 4096n + BigInt(shift))
        unit.execute(crb)
        const { v, cc } = csbOf(new DataView(bytes.buffer, bytes.byteOffset + 4096, 16))
        assert.ok(v === 1 && CODES.has(cc), `function ${index}, shift ${shift}: V=${v}, CC=${cc}`)
        unit.unmap(base, bytes.length)
      }
    }
  })
})
