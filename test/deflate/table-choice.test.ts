// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'

import { dynamicBlockBits, fixedBlockBits } from '../../lib/deflate/huffman.js'
import { chooseBlock } from '../../lib/deflate/table-choice.js'
import { makeRandom } from '../support/data.js'

/** Symbol counts of a block: literals by value, one end of block. */
function countsOf(literals: Readonly<Record<number, number>>): Uint32Array {
  const counts = new Uint32Array(316)
  for (const [symbol, count] of Object.entries(literals)) counts[Number(symbol)] = count
  counts[256] = 1
  return counts
}

/** Every byte as often as every other. */
const flat = (each: number) =>
  countsOf(Object.fromEntries(Array.from({ length: 256 }, (_, byte) => [byte, each])))

describe('choice of a block', () => {
  it('a few letters: the fixed code', () => {
    assert.equal(chooseBlock(countsOf({ 0x61: 3, 0x62: 2 }), 5, true).kind, 'fixed')
  })

  it('many of few letters: a table of their own', () => {
    const counts = countsOf({ 0x61: 3000, 0x62: 2000, 0x63: 500 })
    const choice = chooseBlock(counts, 5500, true)
    assert(choice.kind === 'dynamic')
    assert(dynamicBlockBits(counts, choice.table) < fixedBlockBits(counts))
  })

  it('bytes that are all as frequent: stored', () => {
    assert.equal(chooseBlock(flat(40), 256 * 40, true).kind, 'stored')
  })

  it('bytes above 143, which have 9 bits in the fixed code, are stored from the length where that is shorter', () => {
    // Fixed: 3 + 9n + 7 bits. Stored: 40 + 8n bits.
    const kinds = [20, 29, 30, 31, 35].map((n) => {
      const literals = Object.fromEntries(Array.from({ length: n }, (_, index) => [144 + index, 1]))
      return chooseBlock(countsOf(literals), n, true).kind
    })
    assert.deepEqual(kinds, ['fixed', 'fixed', 'stored', 'stored', 'stored'])
  })

  it('one distance again and again: the two symbols of a long run need next to no bits', () => {
    const counts = countsOf({ 0x61: 1 })
    counts[285] = 1000
    counts[286] = 1000
    const choice = chooseBlock(counts, 258_001, true)
    assert(choice.kind === 'dynamic')
    assert(dynamicBlockBits(counts, choice.table) < 2600)
  })

  it('a block behind which others come may as well be stored when it would save less than the joining costs', () => {
    // 36 bytes of 8 bits: fixed takes 298 bits and, if others follow, 35 more on average; stored takes 328.
    const literals = Object.fromEntries(Array.from({ length: 36 }, (_, index) => [index, 1]))
    assert.equal(chooseBlock(countsOf(literals), 36, true).kind, 'fixed')
    assert.equal(chooseBlock(countsOf(literals), 36, false).kind, 'stored')
  })

  it('is never longer than each of the three would be', () => {
    for (let seed = 0; seed < 300; seed++) {
      const random = makeRandom(seed)
      const counts = new Uint32Array(316)
      let bytes = 0
      for (let kinds = random.between(1, 300); kinds > 0; kinds--) {
        const symbol = random.below(256)
        const count = random.between(1, 10 ** random.between(0, 3))
        counts[symbol] += count
        bytes += count
      }
      counts[256] = 1
      const choice = chooseBlock(counts, bytes, true)
      const stored = 8 * (bytes + 5 * Math.ceil(bytes / 65_535))
      const fixed = fixedBlockBits(counts)
      const chosen =
        choice.kind === 'stored'
          ? stored
          : choice.kind === 'fixed'
            ? fixed
            : dynamicBlockBits(counts, choice.table)
      assert(chosen <= Math.min(stored, fixed), `seed ${seed}: ${choice.kind} with ${chosen} bits`)
    }
  })
})
