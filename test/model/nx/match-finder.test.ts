// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { CompressEngine } from '../../../lib/model/nx/compress.js'
import { effortRow } from '../../../lib/model/nx/effort.js'
import { BucketFinder } from '../../../lib/model/nx/match-finder-bucket.js'
import { ChainFinder } from '../../../lib/model/nx/match-finder-chain.js'
import type { MatchFinder } from '../../../lib/model/nx/match-finder.js'
import { ProbeFinder } from '../../../lib/model/nx/match-finder-probe.js'
import { SmallFinder } from '../../../lib/model/nx/match-finder-small.js'
import { DirectTarget } from '../../../lib/model/nx/target.js'
import { addSaturating, TokenChunk } from '../../../lib/model/nx/tokens.js'
import {
  binaryLike,
  jsonLike,
  makeRandom,
  oneByte,
  randomBytes,
  textLike,
  zeros,
} from '../../support/data.js'
import { slowMatch, slowSmallMatch, type SlowToken } from '../../support/slow-match.js'

const makeFinders = () => ({ probe: new ProbeFinder(), bucket: new BucketFinder(), chain: new ChainFinder() })

type Finders = ReturnType<typeof makeFinders>

/** Shared by all tests here as they are by an engine's jobs. */
const shared = makeFinders()

function beginFinder(
  source: Uint8Array,
  historyBytes: number,
  effort: number,
  finders: Finders,
): MatchFinder {
  const row = effortRow(effort)
  if (row.finder === 'probe') finders.probe.begin(source, historyBytes, row)
  else if (row.finder === 'bucket') finders.bucket.begin(source, historyBytes, row)
  else finders.chain.begin(source, historyBytes, row, true)
  return finders[row.finder]
}

/** The tokens that a finder makes of a source, in the form of the slow one's. */
function fastMatch(source: Uint8Array, historyBytes: number, effort: number, finders = shared): SlowToken[] {
  return allTokens(beginFinder(source, historyBytes, effort, finders))
}

function allTokens(finder: MatchFinder): SlowToken[] {
  const chunk = new TokenChunk()
  const tokens: SlowToken[] = []
  for (let more = true; more;) {
    chunk.clear()
    more = finder.find(chunk)
    for (const token of chunk.tokens.subarray(0, chunk.length)) {
      const length = (token >>> 15) & 0x1ff
      tokens.push(length === 0 ? token : { length, distance: (token & 0x7fff) + 1 })
    }
  }
  finder.end()
  return tokens
}

/** Plays tokens back as RFC 1951 3.2.3 says, and checks the limits of lengths and distances. */
function unpack(tokens: SlowToken[], history: Uint8Array): Uint8Array {
  const bytes = [...history]
  for (const token of tokens) {
    if (typeof token === 'number') {
      bytes.push(token)
      continue
    }
    const { length, distance } = token
    assert.ok(length >= 3 && length <= 258, `length ${length}`)
    assert.ok(distance >= 1 && distance <= 32768 && distance <= bytes.length, `distance ${distance}`)
    for (let count = 0; count < length; count++) bytes.push(bytes[bytes.length - distance])
  }
  return Uint8Array.from(bytes.slice(history.length))
}

const EFFORTS = [1, 2, 3, 4, 5, 6, 7, 8, 9]

/** Sources of few different bytes, with copies of earlier parts: matches of all lengths, many candidates, ties. */
const copies = fc
  .tuple(
    fc.integer({ min: 0, max: 2 ** 31 - 1 }),
    fc.integer({ min: 1, max: 1500 }),
    fc.integer({ min: 1, max: 6 }),
  )
  .map(([seed, size, alphabet]) => {
    const random = makeRandom(seed)
    const bytes: number[] = []
    while (bytes.length < size) {
      if (bytes.length > 4 && random.below(4) === 0) {
        const from = random.below(bytes.length)
        const count = random.between(3, random.pick([6, 20, 300]))
        for (let index = 0; index < count; index++) bytes.push(bytes[from + index])
      } else bytes.push(random.below(random.pick([1, alphabet, 256])))
    }
    return Uint8Array.from(bytes.slice(0, size))
  })

describe('match finder', () => {
  for (const effort of EFFORTS) {
    it(`follows the written rule on small sources of any kind and history at effort ${effort}`, () => {
      fc.assert(
        fc.property(
          fc.oneof(copies, fc.uint8Array({ minLength: 1, maxLength: 40 })),
          fc.nat(),
          (source, cut) => {
            const historyBytes = cut % source.length
            const expected = slowMatch(source, historyBytes, effortRow(effort))
            assert.deepEqual(fastMatch(source, historyBytes, effort), expected)
          },
        ),
        { numRuns: 250 },
      )
    })

    it(`inserts what is inside of a match that is held until the source ends, at effort ${effort}`, () => {
      const source = Uint8Array.of(70, 0, 132, 128, 0, 15, 0, 0, 0, 69, 0, 60, 0, 0, 0, 0, 0, 0, 0, 0)
      assert.deepEqual(fastMatch(source, 0, effort), slowMatch(source, 0, effortRow(effort)))
    })

    if (effort > 3) {
      it(`finds what begins inside of a match that is held until the source ends, at effort ${effort}`, () => {
        const source = Uint8Array.of(0, 0, 3, 3, 1, 2, 0, 0, 3, 3, 0, 3, 3, 0)
        const tokens = [0, 0, 3, 3, 1, 2, { length: 4, distance: 6 }, { length: 4, distance: 3 }]
        assert.deepEqual(fastMatch(source, 0, effort), tokens)
        assert.deepEqual(slowMatch(source, 0, effortRow(effort)), tokens)
      })
    }

    it(`follows the written rule beyond the window and over many chunks at effort ${effort}`, () => {
      for (const source of [textLike(effort, 50_000), binaryLike(effort, 60_000), jsonLike(effort, 90_000)]) {
        const historyBytes = effort * 3000
        const tokens = fastMatch(source, historyBytes, effort)
        assert.deepEqual(tokens, slowMatch(source, historyBytes, effortRow(effort)))
        assert.deepEqual(unpack(tokens, source.subarray(0, historyBytes)), source.subarray(historyBytes))
      }
    })

    it(`steps over data that does not compress as the rule says, and finds matches behind it, at effort ${effort}`, () => {
      const noise = randomBytes(effort, 20_000)
      const source = Buffer.concat([noise, noise.subarray(10_000, 11_000), noise.subarray(3), oneByte(700)])
      const tokens = fastMatch(source, 0, effort)
      assert.deepEqual(tokens, slowMatch(source, 0, effortRow(effort)))
      assert.ok(tokens.length < 24_000, `${tokens.length} tokens`)
    })

    it(`uses the whole length and at most the whole window at effort ${effort}`, () => {
      const runs = fastMatch(zeros(1 + 258 * 4), 0, effort)
      assert.ok(runs.filter((token) => typeof token !== 'number' && token.length === 258).length >= 3)
      const far = Buffer.concat([textLike(7, 400), randomBytes(8, 32367), textLike(7, 400)])
      assert.deepEqual(unpack(fastMatch(far, 0, effort), new Uint8Array(0)), new Uint8Array(far))
      assert.deepEqual(
        unpack(fastMatch(far, 32767, effort), far.subarray(0, 32767)),
        new Uint8Array(far.subarray(32767)),
      )
    })
  }

  for (const [bytes, pieces] of [
    [98_303, 1],
    [98_304, 3],
    [200_003, 3],
    [294_913, 6],
  ] as const) {
    it(`cuts ${bytes} bytes of data into as many pieces as the rule says (${pieces}) at effort 1`, () => {
      for (const historyBytes of [0, 9999, 32768]) {
        const length = historyBytes + bytes
        const half = length >>> 1
        const source = new Uint8Array(Buffer.concat([textLike(bytes, half), jsonLike(bytes, length - half)]))
        const tokens = fastMatch(source, historyBytes, 1)
        assert.deepEqual(tokens, slowMatch(source, historyBytes, effortRow(1)))
        assert.deepEqual(unpack(tokens, source.subarray(0, historyBytes)), source.subarray(historyBytes))

        const starts = new Set<number>()
        let position = 0
        for (const token of fastMatch(zeros(length), historyBytes, 1)) {
          starts.add(position)
          position += typeof token === 'number' ? 1 : token.length
        }
        for (let start = 0; start < bytes; start += Math.ceil(bytes / pieces))
          assert.ok(starts.has(start), `byte ${start}`)
      }
    })
  }

  // Each job of one byte takes 32769 positions: after 32760 jobs the next one passes 2^30 while it runs, after 32780 jobs
  // one of them has passed it.
  for (const jobs of [32_760, 32_780]) {
    it(`finds the same tokens when positions have come near the end of 32 bits, after ${jobs} jobs`, () => {
      const source = textLike(3, 400_000)
      for (const effort of [2, 6]) {
        const expected = fastMatch(source, 20_000, effort, makeFinders())
        const finders = makeFinders()
        for (let job = 0; job < jobs; job++) matchOneByte(finders, effort)
        for (let job = 0; job < 3; job++)
          assert.deepEqual(fastMatch(source, 20_000, effort, finders), expected)
      }
    })
  }

  it('finds the same tokens in the jobs of a stream, each with the end of the one before as its history', () => {
    const random = makeRandom(21)
    // The noise comes again while it is within reach, and positions of it have been stepped over.
    const noise = randomBytes(22, 12_000)
    const pieces = [
      textLike(21, 90_000),
      noise,
      noise,
      zeros(900),
      noise,
      zeros(9000),
      binaryLike(23, 60_000),
    ]
    const stream = Buffer.concat([...pieces, ...pieces, ...pieces])
    let effort = 6
    for (let at = 0; at < stream.length;) {
      if (random.below(3) === 0) effort = random.between(3, 9)
      const end = Math.min(stream.length, at + random.between(1, random.pick([9, 500, 40_000])))
      // As clients do: whole quadwords, not always all that there are.
      const historyBytes = Math.min(at, random.pick([32768, 32768, 32768, 4096, 0])) & ~15
      const source = stream.subarray(at - historyBytes, end)
      const expected = fastMatch(source, historyBytes, effort, makeFinders())
      assert.deepEqual(fastMatch(source, historyBytes, effort), expected, `bytes ${at} to ${end}`)
      at = end
    }
  })

  it('does not take a history for inserted when others could change it during the job before', () => {
    const row = effortRow(6)
    assert.equal(row.finder, 'chain')
    const { chain } = makeFinders()
    const text = textLike(31, 60_000)
    const changing = text.slice()
    chain.begin(changing, 0, row, false)
    const chunk = new TokenChunk()
    for (let count = 0, more = true; more; count++) {
      if (count === 2) changing.fill(0)
      if (count === 6) changing.set(text)
      chunk.clear()
      more = chain.find(chunk)
    }

    const next = Buffer.concat([text.subarray(-32768), text.subarray(30_000, 40_000)])
    chain.begin(next, 32768, row, true)
    assert.deepEqual(allTokens(chain), slowMatch(next, 32768, row))
  })

  it('gives a full chunk its neighbours without a gap', () => {
    const noise = randomBytes(11, 40_000)
    const tokens = fastMatch(noise, 0, 6)
    assert.ok(tokens.length > 3 * new TokenChunk().bytes)
    assert.deepEqual(unpack(tokens, new Uint8Array(0)), noise)
  })
})

describe('small match finder', () => {
  const small = new SmallFinder()

  for (const effort of [3, 4, 5, 6]) {
    const row = effortRow(effort)
    assert.ok(row.finder === 'chain')
    const match = (source: Uint8Array, historyBytes: number): SlowToken[] => {
      small.begin(source, historyBytes, row)
      return allTokens(small)
    }

    it(`follows the written rule on sources of any kind and history at effort ${effort}`, () => {
      fc.assert(
        fc.property(
          fc.oneof(copies, fc.uint8Array({ minLength: 1, maxLength: 40 })),
          fc.nat(),
          (source, cut) => {
            const historyBytes = cut % source.length
            assert.deepEqual(match(source, historyBytes), slowSmallMatch(source, historyBytes, row))
          },
        ),
        { numRuns: 250 },
      )
    })

    it(`takes a match that is held until the source ends, at effort ${effort}`, () => {
      const source = Uint8Array.of(9, 1, 2, 3, 4, 9, 9, 1, 2, 3, 4)
      assert.deepEqual(match(source, 0), [9, 1, 2, 3, 4, 9, { length: 5, distance: 6 }])
    })

    it(`follows the written rule up to its longest sources, job after job, at effort ${effort}`, () => {
      // Entries have 16 bits: more than one of these rounds would use them up.
      for (let round = 0; round < 12; round++) {
        for (const make of [textLike, binaryLike, jsonLike, randomBytes]) {
          const source = make(effort + round, 4096)
          const historyBytes = 100 * round
          const tokens = match(source, historyBytes)
          assert.deepEqual(tokens, slowSmallMatch(source, historyBytes, row))
          assert.deepEqual(unpack(tokens, source.subarray(0, historyBytes)), source.subarray(historyBytes))
        }
      }
    })
  }

  /** How many literals and matches a counting job finds. */
  const counted = (source: Uint8Array, historyBytes: number, effort: number): number[] => {
    const request = { source, historyBytes, effort, dht: null, dhtlen: 0, count: true, countsOnly: true }
    const { counts } = new CompressEngine().run(request, new DirectTarget(new Uint8Array(8192)))
    const sum = (from: number, to: number) => counts.slice(from, to).reduce((total, count) => total + count)
    return [sum(0, 256), sum(286, 316)]
  }
  const countOf = (tokens: SlowToken[]): number[] => {
    const literals = tokens.filter((token) => typeof token === 'number').length
    return [literals, tokens.length - literals]
  }
  const source = jsonLike(41, 4097)

  for (const effort of EFFORTS) {
    const row = effortRow(effort)
    const small = row.finder === 'chain' && !row.near3

    it(`${small ? 'works' : 'does not work'} for sources of up to 4096 bytes, history included, at effort ${effort}`, () => {
      for (const historyBytes of [0, 1000]) {
        const most = source.subarray(0, 4096)
        const expected = small ? slowSmallMatch(most, historyBytes, row) : slowMatch(most, historyBytes, row)
        assert.deepEqual(counted(most, historyBytes, effort), countOf(expected))
        const beyond = slowMatch(source, historyBytes, row)
        assert.deepEqual(counted(source, historyBytes, effort), countOf(beyond))
      }
      if (small)
        assert.notDeepEqual(countOf(slowSmallMatch(source, 0, row)), countOf(slowMatch(source, 0, row)))
    })
  }
})

const oneByteSource = oneByte(1)
const scratch = new TokenChunk()

function matchOneByte(finders: Finders, effort: number): void {
  const finder = beginFinder(oneByteSource, 0, effort, finders)
  scratch.clear()
  finder.find(scratch)
  finder.end()
}

describe('symbol counts', () => {
  it('stay at 2^24 - 1', () => {
    const counts = new Uint32Array(316)
    const histogram = new Int32Array(316)
    histogram[0] = 0xfffffe
    histogram[315] = 5
    addSaturating(counts, histogram)
    assert.deepEqual([counts[0], counts[1], counts[315]], [16777214, 0, 5])
    histogram[0] = 1
    addSaturating(counts, histogram)
    assert.equal(counts[0], 16777215)
    addSaturating(counts, histogram)
    assert.deepEqual([counts[0], counts[315]], [16777215, 15])
  })
})
