// SPDX-License-Identifier: MIT
import zlib from 'node:zlib'

import { KINDS } from '../support/corpus.js'
import { jsonLike, textLike } from '../support/data.js'
import { FORMATS, nodes, ours } from './formats.js'
import { assertLikeNode, assertSameOutcome, callbackOutcome } from './outcome.js'
import { MANY_BLOCKS } from './streams.js'

/** Short streams of every block type, several blocks among them. */
const SAMPLES: Readonly<Record<string, Uint8Array>> = {
  'a dynamic block': textLike(91, 1500),
  'stored blocks': KINDS.random(300),
  'a fixed block': textLike(92, 60),
  zeros: KINDS.zeros(5000),
  'long codes': KINDS['Fibonacci weights'](3000),
}

describe('a stream that ends anywhere: same result or error as node:zlib', () => {
  for (const [title, data] of Object.entries(SAMPLES)) {
    for (const { compress, decompress } of FORMATS) {
      it(`${decompress}, ${title}`, () => {
        const stream = nodes(compress).sync(data)
        for (let length = 0; length <= stream.length; length++) {
          assertLikeNode(decompress, stream.subarray(0, length), `${length} of ${stream.length} bytes`)
        }
      })
    }
  }

  it('with a callback', async () => {
    const stream = zlib.gzipSync(SAMPLES['a fixed block'])
    for (let length = 0; length <= stream.length; length++) {
      const [actual, expected] = await Promise.all(
        [ours, nodes].map((library) =>
          callbackOutcome((callback) => {
            library('gunzip').async(stream.subarray(0, length), callback)
          }),
        ),
      )
      assertSameOutcome(actual, expected, `${length} bytes`)
    }
  })

  it('inflateRaw, many blocks', () => {
    const stream = zlib.deflateRawSync(jsonLike(93, 2500), MANY_BLOCKS)
    for (let length = 0; length <= stream.length; length++) {
      assertLikeNode('inflateRaw', stream.subarray(0, length), `${length} of ${stream.length} bytes`)
    }
  })
})
