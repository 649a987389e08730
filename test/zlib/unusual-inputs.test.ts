// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { promisify } from 'node:util'
import zlib from 'node:zlib'

import * as nxzlib from '../../lib/index.js'
import { randomBytes, textLike } from '../support/data.js'
import { ResizableBuffer } from '../support/resizable.js'

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

  /** Inputs whose memory went away before the call. */
  const GONE: Readonly<Record<string, () => Uint8Array | Float64Array>> = {
    'a detached Buffer': () => {
      const view = Buffer.from(new ArrayBuffer(64))
      structuredClone(view.buffer, { transfer: [view.buffer] })
      return view
    },
    'a detached Float64Array': () => {
      const view = new Float64Array(8)
      structuredClone(view.buffer, { transfer: [view.buffer] })
      return view
    },
    'a view behind the end of a buffer that shrank': () => {
      const memory = new ResizableBuffer(64, { maxByteLength: 64 })
      const view = new Uint8Array(memory, 8, 16)
      memory.resize(4)
      return view
    },
  }

  for (const [what, make] of Object.entries(GONE)) {
    it(`${what} is taken as empty, as node:zlib takes it`, async () => {
      assert.equal(zlib.gunzipSync(nxzlib.gzipSync(make())).length, 0)
      assert.equal(zlib.gunzipSync(await nxGzip(make() as Uint8Array)).length, 0)
      assert.throws(() => nxzlib.gunzipSync(make()), { code: 'Z_BUF_ERROR' })
      await assert.rejects(nxGunzip(make() as Uint8Array), { code: 'Z_BUF_ERROR' })
      // Node's own stream classes refuse the others.
      if (!(make() instanceof Uint8Array)) return
      const stream = nxzlib.createGzip()
      stream.end(make())
      const pieces = await stream.toArray()
      assert.equal(zlib.gunzipSync(Buffer.concat(pieces as Buffer[])).length, 0)
    })
  }

  for (const [name, call] of [
    ['gzip', nxGzip],
    ['gunzip', nxGunzip],
  ] as const) {
    it(`${name}: large input that is cut while the call runs is an error, and no shorter result`, async () => {
      const large = zlib.gzipSync(randomBytes(5, 6_000_000), { level: 0 })
      const memory = new ResizableBuffer(large.length, { maxByteLength: large.length })
      const view = new Uint8Array(memory, 0, large.length)
      view.set(large)
      const work = call(view)
      memory.resize(10)
      await assert.rejects(work, { code: 'ERR_NX_MEMORY_LOST' })
    })
  }
})
