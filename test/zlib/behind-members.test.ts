// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { gzipSync } from 'node:zlib'

import { GzipDecompressor } from '../../lib/zlib/gzip-codec.js'

const MEMBER = gzipSync('plain')

async function decompress(data: Uint8Array, chunkBytes: number): Promise<GzipDecompressor> {
  const decompressor = new GzipDecompressor()
  let plain = ''
  for (let at = 0; at < data.length; at += chunkBytes) {
    for await (const piece of decompressor.push(data.subarray(at, at + chunkBytes))) {
      plain += Buffer.from(piece).toString('latin1')
    }
  }
  decompressor.finish()
  assert.equal(plain, 'plain')
  return decompressor
}

describe('what follows a gzip member, however it is cut', () => {
  for (const chunkBytes of [1, 2, 3, 1000]) {
    it(`is garbage if it does not begin as a member does (pieces of ${chunkBytes})`, async () => {
      for (const garbage of [
        [0x41, 0x42, 0x43],
        [0x1f, 0x00, 0x08],
        [0x00, 0x00, 0x41],
      ]) {
        const { members, trailing } = await decompress(
          Buffer.concat([MEMBER, Buffer.from(garbage)]),
          chunkBytes,
        )
        assert.deepEqual([members, trailing], [1, 'garbage'])
      }
    })

    it(`is a damaged member if it begins as one (pieces of ${chunkBytes})`, async () => {
      const unknownMethod = Buffer.concat([MEMBER, Buffer.of(0x1f, 0x8b, 0x07, 0, 0)])
      await assert.rejects(decompress(unknownMethod, chunkBytes), { message: 'unknown compression method' })
      const unknownFlags = Buffer.concat([MEMBER, Buffer.of(0x1f, 0x8b, 0x08, 0x80, 0)])
      await assert.rejects(decompress(unknownFlags, chunkBytes), { message: 'unknown header flags set' })
    })
  }
})
