// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { promisify } from 'node:util'
import zlib from 'node:zlib'

import * as nxzlib from '../../lib/index.js'
import { joined, joinedInTurns } from '../../lib/zlib/joined.js'
import { textLike } from '../support/data.js'

const MiB = 1024 * 1024

describe('joining pieces', () => {
  const pieces = [0, 1, 3 * MiB, 5 * MiB - 1, 17, 6 * MiB].map((length, index) => textLike(index + 1, length))

  it('gives the same in turns and at once', async () => {
    const expected = Buffer.concat(pieces)
    assert.ok(joined(pieces).equals(expected))
    assert.ok((await joinedInTurns(pieces)).equals(expected))
  })

  it('does not copy a single piece that fills its memory', async () => {
    const piece = new Uint8Array(5 * MiB)
    assert.equal(joined([piece]).buffer, piece.buffer)
    assert.equal((await joinedInTurns([piece])).buffer, piece.buffer)
  })

  it('copies a single piece that does not', () => {
    const piece = new Uint8Array(100).subarray(1)
    const copy = joined([piece])
    assert.equal(copy.length, 99)
    assert.notEqual(copy.buffer, piece.buffer)
  })
})

describe('callback calls on input that is copied in parts', () => {
  it('give what node:zlib reads, and read what it gives', async () => {
    const data = Buffer.from(textLike(9, 9 * MiB + 5))
    for (const [compress, decompress] of [
      ['gzip', 'gunzip'],
      ['deflate', 'inflate'],
      ['deflateRaw', 'inflateRaw'],
    ] as const) {
      const packed = (await promisify(nxzlib[compress])(data)) as unknown as Buffer
      assert.ok(zlib[`${decompress}Sync`](packed).equals(data), compress)
      const large = zlib[`${compress}Sync`](data, { level: 0 })
      assert.ok(((await promisify(nxzlib[decompress])(large)) as unknown as Buffer).equals(data), decompress)
    }
  })
})
