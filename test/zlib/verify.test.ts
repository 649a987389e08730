// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { promisify } from 'node:util'
import zlib from 'node:zlib'

import { configure } from '../../lib/configuration.js'
import { gzip, gzipSync } from '../../lib/zlib/convenience.js'
import { resetStats, stats } from '../../lib/zlib/call-statistics.js'
import { deviceStates } from '../../lib/zlib/shared-devices.js'
import { withAddon } from '../native/addon.js'
import { makeRandom } from '../support/data.js'

/** Without strings that come again twice: there a wrong distance could restore the data all the same. */
const random = makeRandom(80)
const data = Uint8Array.from({ length: 5000 }, () =>
  Math.max(random.between(32, 126), random.between(32, 126)),
)

describe('verify', () => {
  withAddon()
  beforeEach(() => {
    resetStats()
  })
  afterEach(() => {
    configure({ engine: undefined, verify: undefined, inject: undefined })
  })

  it('catches 1000 of 1000 single wrong bits in what a device compressed, and gives the right result', () => {
    let injected = 0
    let mismatches = 0
    for (let seed = 1; seed <= 1000; seed++) {
      resetStats()
      // The encoding job of a call is its second one; the first only counts.
      configure({ engine: 'native', verify: true, inject: `flip=1-2 seed=${seed * 7919}` })
      const part = data.subarray(seed, seed + 2000)
      assert.deepEqual(new Uint8Array(zlib.gunzipSync(gzipSync(part))), part, `seed ${seed * 7919}`)
      injected += stats().injected.flip
      mismatches += stats().verified.mismatches
    }
    assert.deepEqual([injected, mismatches], [1000, 1000])
  })

  it('checks each block of a callback call as well', async () => {
    configure({ engine: 'native', verify: true, inject: 'flip=1-2 seed=5' })
    const result = await promisify<Uint8Array, Buffer>(gzip)(data)
    assert.deepEqual(new Uint8Array(zlib.gunzipSync(result)), data)
    assert.equal(stats().verified.mismatches, 1)
  })

  it('leaves the device after one mismatch, with the reason', () => {
    configure({ engine: 'native', verify: true, inject: 'flip=1-2 seed=6' })
    gzipSync(data)
    const left = deviceStates().find(({ reason }) => reason === 'corrupt')
    assert.equal(left?.engine, 'native')
    assert.equal(left.state, 'open')
    assert.equal(stats().fallbacks.corrupt, 1)
  })

  it('tells of a mismatch on the channel nxzlib:verify', () => {
    const told: unknown[] = []
    const listen = (message: unknown) => told.push(message)
    subscribe('nxzlib:verify', listen)
    configure({ engine: 'native', verify: true, inject: 'flip=1-2 seed=9' })
    gzipSync(data)
    unsubscribe('nxzlib:verify', listen)
    const [{ engine, error }] = told as [{ engine: string; error: { code: string } }]
    assert.deepEqual([told.length, engine, error.code], [1, 'native', 'ERR_NX_VERIFICATION'])
  })

  it('counts what it did, and info tells it', () => {
    configure({ engine: 'native', verify: true })
    const { verifiedBlocks, verifyMs } = gzipSync(data, { info: true }) as unknown as Record<string, number>
    const { blocks, bytes, ms, mismatches } = stats().verified
    assert.ok(verifiedBlocks > 0 && verifyMs > 0 && ms > 0)
    assert.deepEqual([blocks, mismatches], [verifiedBlocks, 0])
    assert.equal(bytes % data.length, 0)
  })

  it('does nothing unasked', () => {
    configure({ engine: 'native' })
    gzipSync(data)
    assert.equal(stats().verified.blocks, 0)
  })
})
