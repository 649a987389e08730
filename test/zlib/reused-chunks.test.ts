// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { gunzipSync, gzipSync } from 'node:zlib'

import { GzipCompressor, GzipDecompressor } from '../../lib/zlib/gzip-codec.js'
import { textLike } from '../support/data.js'

const CHUNK_BYTES = 64 * 1024

describe('a chunk that the caller reuses once it was taken', () => {
  for (const kind of ['Buffer', 'Uint8Array'] as const) {
    const chunk = kind === 'Buffer' ? Buffer.alloc(CHUNK_BYTES) : new Uint8Array(CHUNK_BYTES)

    it(`does not change what the compressor makes of it (${kind})`, async () => {
      const data = textLike(1, 5 * CHUNK_BYTES)
      const compressor = new GzipCompressor()
      const pieces: Uint8Array[] = []
      for (let at = 0; at < data.length; at += CHUNK_BYTES) {
        chunk.set(data.subarray(at, at + CHUNK_BYTES))
        pieces.push(...(await compressor.push(chunk)))
        chunk.fill(0xff)
      }
      pieces.push(...(await compressor.finish()))
      assert.ok(gunzipSync(Buffer.concat(pieces)).equals(data))
    })

    it(`does not change what the decompressor makes of it (${kind})`, async () => {
      const data = textLike(2, 1000)
      const compressed = gzipSync(data)
      const decompressor = new GzipDecompressor()
      const pieces: Uint8Array[] = []
      for (const byte of compressed) {
        chunk[0] = byte
        for await (const piece of decompressor.push(chunk.subarray(0, 1))) pieces.push(new Uint8Array(piece))
        chunk[0] = 0xff
      }
      decompressor.finish()
      assert.ok(Buffer.concat(pieces).equals(data))
    })
  }
})
