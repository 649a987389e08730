// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import zlib from 'node:zlib'

import { deflateRawSync, gunzipSync, gzip, gzipSync, inflateRawSync } from '../../lib/index.js'
import { textLike, zeros } from '../support/data.js'
import { assertSameBytes } from './outcome.js'

const MIB = 1024 * 1024

/** 64 MiB of prose: 2 MiB again and again, too far apart for a match to reach from one to the next. */
function longText(): Uint8Array {
  return Buffer.alloc(64 * MIB, textLike(21, 2 * MIB))
}

describe('64 MiB in one call', () => {
  it('prose at level 1 comes back by node:zlib and by nxzlib', () => {
    const text = longText()
    const member = gzipSync(text, { level: 1 })
    assertSameBytes(zlib.gunzipSync(member), text)
    assertSameBytes(gunzipSync(member), text)
  })

  it('zeros at the default level come back by node:zlib and by nxzlib', () => {
    const data = zeros(64 * MIB)
    const stream = deflateRawSync(data)
    assertSameBytes(zlib.inflateRawSync(stream), data)
    assertSameBytes(inflateRawSync(stream), data)
  })

  it('prose from node:zlib comes back', () => {
    const text = longText()
    assertSameBytes(gunzipSync(zlib.gzipSync(text, { level: 1 })), text)
  })

  it('level 0 with a callback lets timers run, and comes back', async () => {
    const text = longText()
    let ticks = 0
    const timer = setInterval(() => ticks++, 1)
    const member = await new Promise<Buffer>((resolve, reject) => {
      gzip(text, { level: 0 }, (error, result) => {
        if (error) reject(error)
        else resolve(result)
      })
    })
    clearInterval(timer)
    assertSameBytes(zlib.gunzipSync(member), text)
    assert(ticks > 0, 'no timer ran while 256 jobs did')
  })
})
