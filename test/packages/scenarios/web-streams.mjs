// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { Blob, Buffer } from 'node:buffer'
import { buffer } from 'node:stream/consumers'
import { CompressionStream, DecompressionStream } from 'node:stream/web'

import { text } from '../data.mjs'
import { node } from '../node-zlib.cjs'

const DATA = Buffer.from(text(1_000_000))

const FORMATS = {
  gzip: ['gzipSync', 'gunzipSync'],
  deflate: ['deflateSync', 'inflateSync'],
}

const through = (data, stream) => buffer(new Blob([data]).stream().pipeThrough(stream))

const checks = {}
for (const [format, [compress, decompress]] of Object.entries(FORMATS)) {
  checks[`CompressionStream: node:zlib reads its ${format}`] = async () => {
    assert.ok(node[decompress](await through(DATA, new CompressionStream(format))).equals(DATA))
  }
  checks[`DecompressionStream: reads node:zlib's ${format}`] = async () => {
    assert.ok((await through(node[compress](DATA), new DecompressionStream(format))).equals(DATA))
  }
  checks[`DecompressionStream: damaged ${format} is an error`] = async () => {
    const damaged = node[compress](DATA)
    damaged[damaged.length - 5] ^= 1
    await assert.rejects(through(damaged, new DecompressionStream(format)))
  }
}

export default checks
