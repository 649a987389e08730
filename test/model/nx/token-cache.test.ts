// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'

import { TokenCache, type CachedTokens } from '../../../lib/model/nx/token-cache.js'
import { textLike } from '../../support/data.js'

const SOURCE = textLike(7, 100_000)

/** Records that many entries at a time, each with as many tokens as bytes. */
function recorded(cache: TokenCache, count: number, source = SOURCE): CachedTokens[] {
  return Array.from({ length: count }, (_, index) => {
    const entry = cache.open(source, 0, index + 1)
    assert(entry)
    entry.append(new Int32Array(source.length), source.length)
    cache.keep(entry)
    return entry
  })
}

function dropAll(cache: TokenCache, entries: readonly CachedTokens[]): void {
  for (const entry of entries) cache.drop(entry)
}

describe('TokenCache', () => {
  it('finds the tokens of the same source, history and effort only', () => {
    const cache = new TokenCache()
    const [first, second] = recorded(cache, 2)
    assert.equal(cache.find(SOURCE, 0, 1), first)
    assert.equal(cache.find(SOURCE.slice(), 0, 2), second)
    assert.equal(cache.find(SOURCE, 0, 3), undefined)
    assert.equal(cache.find(SOURCE, 16, 1), undefined)
    assert.equal(cache.find(SOURCE.slice(1), 0, 1), undefined)
  })

  it('takes entries that have served for the next jobs, with their memory', () => {
    const cache = new TokenCache()
    const before = recorded(cache, 4)
    const memory = new Set(before.map(({ tokens }) => tokens.buffer))
    dropAll(cache, before)
    const after = recorded(cache, 4)
    assert.deepEqual(
      after.map(({ tokens }) => memory.has(tokens.buffer)),
      [true, true, true, true],
    )
  })

  it('keeps few of them where they are large', () => {
    const cache = new TokenCache()
    const large = textLike(8, 700_000)
    const before = new Set(recorded(cache, 2, large))
    dropAll(cache, [...before])
    const after = recorded(cache, 2, large)
    assert.equal(after.filter((entry) => before.has(entry)).length, 1)
  })

  it('gives the oldest ones up where there is no room for all', () => {
    const cache = new TokenCache()
    const large = textLike(9, 1_000_000)
    recorded(cache, 2, large)
    assert.equal(cache.find(large, 0, 1), undefined)
    assert(cache.find(large, 0, 2))
  })
})
