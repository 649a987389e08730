// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { promisify } from 'node:util'
import zlib from 'node:zlib'

import * as nxzlib from '../../lib/index.js'
import { textLike } from '../support/data.js'

/** A class whose constructor does not take what Uint8Array's takes, so that its own subarray makes something else. */
class Record64 extends Uint8Array {
  constructor() {
    super(64)
  }
}

const nxGzip = promisify(nxzlib.gzip) as (data: Uint8Array) => Promise<Buffer>
const nxGunzip = promisify(nxzlib.gunzip) as (data: Uint8Array) => Promise<Buffer>

describe('unusual inputs', () => {
  it('a subclass with a constructor of its own is compressed as the bytes that it holds', async () => {
    const record = new Record64()
    record.set(textLike(1, 64))
    assert.deepEqual(new Uint8Array(zlib.gunzipSync(nxzlib.gzipSync(record))), new Uint8Array(record.buffer))
    assert.deepEqual(new Uint8Array(zlib.gunzipSync(await nxGzip(record))), new Uint8Array(record.buffer))
  })

  it('input that changes while a callback call runs gives the stream of what it was', async () => {
    const data = textLike(2, 2_000_000)
    const before = Buffer.from(data)
    const work = nxGzip(data)
    const change = setInterval(() => data.fill(Math.random() * 256), 1)
    try {
      assert.ok(zlib.gunzipSync(await work).equals(before))
    } finally {
      clearInterval(change)
    }
  })

  it('input that is detached while a callback call runs gives the stream of what it was', async () => {
    const data = new Uint8Array(textLike(3, 1_000_000))
    const before = Buffer.from(data)
    const work = nxGzip(data)
    structuredClone(data.buffer, { transfer: [data.buffer] })
    assert.equal(data.length, 0)
    assert.ok(zlib.gunzipSync(await work).equals(before))
  })

  it('damaged input that is detached while a callback call runs gives the error of what it was', async () => {
    const data = new Uint8Array(zlib.gzipSync(textLike(4, 100_000)))
    data[data.length - 6] ^= 1
    const work = nxGunzip(data)
    structuredClone(data.buffer, { transfer: [data.buffer] })
    await assert.rejects(work, { message: 'incorrect data check', code: 'Z_DATA_ERROR' })
  })
})
