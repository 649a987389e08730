// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { once } from 'node:events'
import zlib from 'node:zlib'

import * as nxzlib from '../../lib/index.js'
import { textLike } from '../support/data.js'

const data = Buffer.from(textLike(93, 200_000))

/** Sends data through a stream until it is closed; returns how many bytes came out. */
async function through(stream: zlib.Gzip | zlib.Gunzip, input: Uint8Array): Promise<number> {
  let bytes = 0
  stream.on('data', (piece: Uint8Array) => (bytes += piece.length))
  stream.end(input)
  await once(stream, 'close')
  return bytes
}

describe('stats() of streams', () => {
  beforeEach(() => {
    nxzlib.resetStats()
  })

  it('counts a stream that jobs served as a call of its class, with its bytes', async () => {
    const packed = zlib.gzipSync(data)
    const bytesOut = await through(nxzlib.createGzip(), data)
    await through(nxzlib.createGunzip(), packed)
    const { functions, compress, decompress } = nxzlib.stats()
    assert.deepEqual(functions, { Gzip: 1, Gunzip: 1 })
    assert.deepEqual(
      [compress.calls, compress.servedByNode, compress.bytesIn, compress.bytesOut],
      [1, 0, data.length, bytesOut],
    )
    assert.deepEqual(
      [decompress.calls, decompress.servedByNode, decompress.bytesIn, decompress.bytesOut],
      [1, 0, packed.length, data.length],
    )
  })

  it("counts a stream that Node's own zlib served", async () => {
    await through(nxzlib.createGzip({ windowBits: 9 }), data)
    const { calls, servedByNode, bytesIn } = nxzlib.stats().compress
    assert.deepEqual([calls, servedByNode, bytesIn], [1, 1, data.length])
  })

  it('counts a stream that is destroyed', async () => {
    const stream = nxzlib.createGzip()
    stream.destroy()
    await once(stream, 'close')
    assert.deepEqual(nxzlib.stats().functions, { Gzip: 1 })
  })
})
