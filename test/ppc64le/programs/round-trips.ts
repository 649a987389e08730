// SPDX-License-Identifier: MIT
/** Compresses and decompresses on the hardware device in every way, and reports digests of what was made. */
import assert from 'node:assert/strict'
import zlib from 'node:zlib'

import { openDevice } from '../../../lib/nx.js'
import * as nxzlib from '../../../lib/index.js'
import { jobsOf } from '../../../lib/zlib/shared-devices.js'
import { digestsOn, INPUTS, promised } from '../inputs.js'
import { program } from './program.js'

const CALLBACKS = [
  [promised(nxzlib.gzip), promised(nxzlib.gunzip)],
  [promised(nxzlib.deflate), promised(nxzlib.inflate)],
  [promised(nxzlib.deflateRaw), promised(nxzlib.inflateRaw)],
] as const

program(async () => {
  assert.equal(jobsOf('compress').info.engine, 'hardware')
  const window = openDevice({ engine: 'hardware' }).openWindow()
  const digests = digestsOn(window)
  for (const data of Object.values(INPUTS)) {
    const bytes = data()
    assert.deepEqual(nxzlib.gunzipSync(nxzlib.gzipSync(bytes)), bytes)
    // Node's own reads what the device made, and the device what Node's own made.
    assert.deepEqual(zlib.gunzipSync(nxzlib.gzipSync(bytes, { level: 1 })), bytes)
    assert.deepEqual(nxzlib.inflateSync(zlib.deflateSync(bytes, { level: 1 })), bytes)
    for (const [compress, decompress] of CALLBACKS) {
      assert.deepEqual(await decompress(await compress(bytes)), bytes)
    }
  }
  await window.close()
  return digests
})
