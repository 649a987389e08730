// SPDX-License-Identifier: MIT
import zlib, { constants } from 'node:zlib'

import { KINDS } from '../support/corpus.js'
import { makeRandom, textLike } from '../support/data.js'
import { assertLikeNode } from './outcome.js'
import { FLAG, MANY_BLOCKS, memberWith } from './streams.js'

describe('flipped bits: same result or error as node:zlib', () => {
  it('raw: every single bit of a short stream with a dynamic block', () => {
    const stream = zlib.deflateRawSync(textLike(94, 700))
    for (let bit = 0; bit < stream.length * 8; bit++) {
      const damaged = Buffer.from(stream)
      damaged[bit >>> 3] ^= 1 << (bit & 7)
      assertLikeNode('inflateRaw', damaged, `bit ${bit}`)
    }
  })

  it('raw: every single bit of a short stream with a fixed block', () => {
    const stream = zlib.deflateRawSync(textLike(95, 400), { strategy: constants.Z_FIXED })
    for (let bit = 0; bit < stream.length * 8; bit++) {
      const damaged = Buffer.from(stream)
      damaged[bit >>> 3] ^= 1 << (bit & 7)
      assertLikeNode('inflateRaw', damaged, `bit ${bit}`)
    }
  })

  for (const name of ['gunzip', 'inflate'] as const) {
    it(`${name}: every single bit of headers and trailers`, () => {
      const data = textLike(96, 50)
      const stream = name === 'gunzip' ? memberWith(FLAG.FNAME | FLAG.FHCRC, data) : zlib.deflateSync(data)
      for (let bit = 0; bit < stream.length * 8; bit++) {
        const damaged = Buffer.from(stream)
        damaged[bit >>> 3] ^= 1 << (bit & 7)
        assertLikeNode(name, damaged, `bit ${bit}`)
        assertLikeNode('unzip', damaged, `bit ${bit}`)
      }
    })
  }

  for (const kind of Object.keys(KINDS)) {
    it(`raw: 1 to 3 random bits of 40000 bytes of ${kind}`, () => {
      const seed = 97 + kind.length
      const random = makeRandom(seed)
      const data = KINDS[kind](40_000)
      const streams = [zlib.deflateRawSync(data), zlib.deflateRawSync(data, MANY_BLOCKS)]
      for (let round = 0; round < 40; round++) {
        const damaged = Buffer.from(random.pick(streams))
        for (let flips = random.between(1, 3); flips > 0; flips--) {
          damaged[random.below(damaged.length)] ^= 1 << random.below(8)
        }
        assertLikeNode('inflateRaw', damaged, `seed ${seed}, round ${round}`)
      }
    })
  }

  it('raw: random bytes as a stream', () => {
    for (let seed = 0; seed < 1500; seed++) {
      const random = makeRandom(seed)
      const stream = Uint8Array.from({ length: random.between(1, 120) }, () => random.below(256))
      // All block types but the reserved one, so that more than the first bits are looked at.
      if ((stream[0] & 6) === 6) stream[0] &= ~2
      assertLikeNode('inflateRaw', stream, `seed ${seed}`)
    }
  })

  it('raw: random bytes behind the header of a dynamic block that is valid', () => {
    const stream = zlib.deflateRawSync(textLike(98, 3000))
    for (let seed = 0; seed < 300; seed++) {
      const random = makeRandom(seed)
      const tail = Uint8Array.from({ length: random.between(20, 300) }, () => random.below(256))
      assertLikeNode('inflateRaw', Buffer.concat([stream.subarray(0, 100), tail]), `seed ${seed}`)
    }
  })
})
