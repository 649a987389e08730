// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'

import { fillCounts, MadeTable, makePortableTable, makeTable } from '../../lib/deflate/huffman.js'
import { LZCOUNTS } from '../../lib/format/cpb.js'
import { makeRandom, textLike, type Random } from '../support/data.js'
import { withAddon, type Addon } from './addon.js'
import { assertSame } from './twins.js'
import { AwaitedUnit, UnitJob } from './unit-job.js'

/** Counts of few symbols or many, small or as large as a counter can show, even or as skew as they come. */
function someCounts(random: Random): Uint32Array {
  const counts = new Uint32Array(316)
  const symbols = 1 + random.below(random.pick([3, 20, 60, 316, 600]))
  const [scale, skew] = [2 ** random.below(25), 1 + random.below(12)]
  for (let left = symbols; left > 0; left--) {
    const symbol = random.below(2) === 0 ? random.below(316) : random.pick([256, 32, 101, 257, 286, 300])
    counts[symbol] = Math.min(0xffffff, Math.floor(1 + scale * random.next() ** skew))
  }
  return counts
}

/** Counts that make codes deeper than they may be. */
function steepCounts(random: Random): Uint32Array {
  const counts = new Uint32Array(316)
  let [first, second] = [1, 1]
  for (let left = 10 + random.below(22); left > 0; left--) {
    counts[random.below(316)] = first
    ;[first, second] = [second, first + second]
  }
  return counts
}

describe('a table made in C++', () => {
  const SEED = 20
  const TABLES = 4000
  let addon: Addon
  withAddon((loaded) => {
    addon = loaded
  })

  it(`is the one that TypeScript makes, bit by bit (seed ${SEED})`, () => {
    const random = makeRandom(SEED)
    const [expected, made] = [new MadeTable(), new MadeTable()]
    for (let index = 0; index < TABLES; index++) {
      const counts = index % 4 === 0 ? steepCounts(random) : someCounts(random)
      makePortableTable(counts, expected)
      made.memory.fill(0xaa)
      addon.makeTable(counts, made.memory, made.sizes)
      assert.deepEqual(made.sizes, expected.sizes, `table ${index}`)
      assert.deepEqual(made.memory, expected.memory, `table ${index}`)
    }
  })

  it('is made of no counts and of the largest ones', () => {
    const [expected, made] = [new MadeTable(), new MadeTable()]
    for (const counts of [new Uint32Array(316), new Uint32Array(316).fill(0xffffffff)]) {
      makePortableTable(counts, expected)
      addon.makeTable(counts, made.memory, made.sizes)
      assert.deepEqual(made, expected)
    }
  })

  it('is not taken for that of a job, unless it is the same', () => {
    const { unit } = new AwaitedUnit(addon)
    const source = textLike(12, 700)
    const counts = new Uint32Array(LZCOUNTS)
    for (const byte of source) counts[byte]++
    const table = makeTable(fillCounts(counts, 'lengths-and-distances'))
    const outcomeOf = (cpb: Uint8Array, made: Uint32Array) => {
      makeTable(made)
      return new UnitJob(addon, unit, { fc: 0x02, source, cpb, room: 2000 }).execute()
    }
    for (let bit = -1; bit < table.dhtlen; bit++) {
      const cpb = new Uint8Array(1680)
      new DataView(cpb.buffer).setUint16(14, table.dhtlen)
      cpb.set(table.dht, 16)
      if (bit >= 0) cpb[16 + (bit >>> 3)] ^= 1 << (bit & 7)
      const expected = outcomeOf(cpb, new Uint32Array(LZCOUNTS))
      const actual = outcomeOf(cpb, fillCounts(counts, 'lengths-and-distances'))
      assertSame(actual, expected, `bit ${bit} is another one`)
    }
  })

  it('is refused into memory of another kind or length', () => {
    const { memory, sizes } = new MadeTable()
    const counts = new Uint32Array(316)
    const detached = new Uint32Array(316)
    structuredClone(detached.buffer, { transfer: [detached.buffer] })
    const calls: unknown[][] = [
      [],
      [new Uint32Array(315), memory, sizes],
      [new Int32Array(316), memory, sizes],
      [detached, memory, sizes],
      [counts, memory.subarray(1), sizes],
      [counts, new Uint8ClampedArray(memory.length), sizes],
      [counts, memory, new Float32Array(3)],
      [counts, memory, [0, 0, 0]],
    ]
    for (const call of calls) {
      assert.throws(() => Reflect.apply(Reflect.get(addon, 'makeTable'), undefined, call), TypeError)
    }
  })
})
