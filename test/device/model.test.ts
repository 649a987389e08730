// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { NxUsageError, openDevice, type ModelOptions } from '../../lib/nx.js'

const invalid = (error: unknown) =>
  error instanceof NxUsageError &&
  error.code === 'ERR_NX_INVALID_ARGUMENT' &&
  error.message.includes('model.')

const open = (model: unknown) => openDevice({ engine: 'model', model: model as ModelOptions })

/** The bounds of design.md and of the comments in ModelOptions. */
const BOUNDS: readonly [keyof ModelOptions, low: number, high: number][] = [
  ['pageSize', 4096, 65536],
  ['maxByteCountHigh', 0, 4294967295],
  ['maxByteCountLow', 0, 4294967295],
  ['sendCredits', 1, 4095],
  ['receiveFifoEntries', 1, 65535],
  ['seed', 0, 4294967295],
]

describe('the options of the model', () => {
  for (const [name, low, high] of BOUNDS) {
    it(`hold ${name} to ${low}..${high}`, () => {
      open({ [name]: low })
      open({ [name]: high })
      for (const value of [low - 1, high + 1, low + 0.5, NaN, String(low), null]) {
        assert.throws(() => open({ [name]: value }), invalid, `${value}`)
      }
    })
  }

  it('take only powers of two for a page size', () => {
    for (const pageSize of [4096, 8192, 16384, 32768, 65536]) open({ pageSize })
    for (const pageSize of [4097, 5000, 65535]) assert.throws(() => open({ pageSize }), invalid)
  })

  it("take 'all', 'none' or a share for residency", () => {
    for (const residency of ['all', 'none', 0, 0.5, 1]) open({ residency })
    for (const residency of ['some', '0.5', -0.1, 1.1, NaN, null, true]) {
      assert.throws(() => open({ residency }), invalid, String(residency))
    }
  })

  it("take 'powernv' or 'powervm' for the platform", () => {
    for (const platform of ['powernv', 'powervm']) open({ platform })
    for (const platform of ['powernp', 'toString', null, 9]) assert.throws(() => open({ platform }), invalid)
  })

  it('let the platform be overruled', () => {
    const window = open({ platform: 'powervm', sendCredits: 5, maxByteCountHigh: 0 }).openWindow()
    assert.deepEqual([window.credits.capacity, window.jobLimit], [5, Infinity])
  })

  it('may be left undefined', () => {
    const device = open({
      sendCredits: undefined,
      residency: undefined,
      platform: undefined,
      inject: undefined,
    })
    assert.equal(device.openWindow().credits.capacity, 1024)
  })
})

describe('the engine of a model device', () => {
  it('is named model', () => {
    assert.equal(open({}).engine, 'model')
  })
})
