// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { constants } from 'node:zlib'

import * as minizlib from 'minizlib'

import { text } from '../data.mjs'
import { node } from '../node-zlib.cjs'

const DATA = Buffer.from(text(900_000))

/** Compressing classes, the ones that undo them, and node:zlib's functions for the same. */
const PAIRS = [
  ['Gzip', 'Gunzip', 'gzipSync', 'gunzipSync'],
  ['Deflate', 'Inflate', 'deflateSync', 'inflateSync'],
  ['DeflateRaw', 'InflateRaw', 'deflateRawSync', 'inflateRawSync'],
  ['Gzip', 'Unzip', 'gzipSync', 'unzipSync'],
]

/** All that a stream makes of the data, which is written in parts of this many bytes. */
async function through(stream, data, partBytes) {
  const output = stream.concat()
  for (let at = 0; at < data.length; at += partBytes) stream.write(data.subarray(at, at + partBytes))
  stream.end()
  return output
}

const checks = {}
for (const [compressor, decompressor, compressSync, decompressSync] of PAIRS) {
  for (const partBytes of [1000, 300_000]) {
    const title = `minizlib: ${compressor} and ${decompressor} in writes of ${partBytes} bytes, against node:zlib`
    checks[title] = async () => {
      const compressed = await through(new minizlib[compressor]({ level: 6 }), DATA, partBytes)
      assert.ok(node[decompressSync](compressed).equals(DATA))
      const theirs = node[compressSync](DATA)
      assert.ok((await through(new minizlib[decompressor]({}), theirs, partBytes)).equals(DATA))
    }
  }
}

export default {
  ...checks,
  'minizlib: a flush makes all that was written readable': async () => {
    const stream = new minizlib.Gzip({})
    const output = []
    stream.on('data', (chunk) => output.push(chunk))
    stream.write(DATA.subarray(0, 5000))
    stream.flush()
    const soFar = node.gunzipSync(Buffer.concat(output), { finishFlush: constants.Z_SYNC_FLUSH })
    assert.ok(soFar.equals(DATA.subarray(0, 5000)))
    stream.end(DATA.subarray(5000))
    assert.ok(node.gunzipSync(Buffer.concat(output)).equals(DATA))
  },
  'minizlib: the level can be changed on the way': async () => {
    const stream = new minizlib.Deflate({ level: 1 })
    const output = stream.concat()
    stream.write(DATA.subarray(0, 400_000))
    stream.params(9, 0)
    stream.write(DATA.subarray(400_000))
    stream.end()
    assert.ok(node.inflateSync(await output).equals(DATA))
  },
  'minizlib: damaged data is an error as from node:zlib': async () => {
    const damaged = node.gzipSync(DATA)
    damaged[damaged.length - 5] ^= 1
    await assert.rejects(through(new minizlib.Gunzip({}), damaged, 1000), {
      code: 'Z_DATA_ERROR',
      errno: -3,
      message: 'zlib: incorrect data check',
    })
  },
}
