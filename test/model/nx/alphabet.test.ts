// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { Alphabet } from '../../../lib/model/nx/alphabet.js'

/** What is known of an alphabet, without what is no part of it. */
const contents = ({ lengths, counts, symbols, used }: Alphabet) => ({
  lengths: [...lengths],
  counts: Object.fromEntries([...counts.entries()].filter(([, count]) => count > 0)),
  symbols: [...symbols.subarray(0, used)],
})

describe('Alphabet', () => {
  it('has the symbols that have a code in rising order, and the number of each length', () => {
    assert.deepEqual(contents(Alphabet.of(Uint8Array.of(0, 2, 0, 15, 2, 1))), {
      lengths: [0, 2, 0, 15, 2, 1],
      counts: { 1: 1, 2: 2, 15: 1 },
      symbols: [1, 3, 4, 5],
    })
  })

  it('forgets the lengths that it had before', () => {
    const alphabet = Alphabet.of(Uint8Array.of(1, 1, 0))
    alphabet.set(Uint8Array.of(0, 0, 7))
    assert.deepEqual(contents(alphabet), { lengths: [0, 0, 7], counts: { 7: 1 }, symbols: [2] })
    alphabet.clear()
    assert.deepEqual(contents(alphabet), { lengths: [0, 0, 0], counts: {}, symbols: [] })
  })
})
