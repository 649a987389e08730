// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'

import { FIGURES, timing } from '../../../lib/model/timing/figures.js'

describe('the figures of the timing', () => {
  it('name a source, or the reason of an assumption', () => {
    for (const [name, { source, meaning }] of Object.entries(FIGURES)) {
      assert.ok(source.length > 5 && meaning.length > 5, name)
    }
  })

  it('are the published ones where there are any', () => {
    // UM 4.4.2 and UM 1; libnxz lib/gzip_vas.c: 500 ticks of 512 MHz.
    assert.equal(FIGURES.startUpNs.value, 370)
    assert.equal(FIGURES.pathBytesPerCycle.value, 8)
    assert.equal(FIGURES.pasteRetryNs.value, Math.round(500 / 0.512))
  })

  it('can be replaced one by one', () => {
    const changed = timing({ startUpNs: 500 })
    assert.deepEqual({ ...changed, startUpNs: 370 }, timing())
  })

  it('cannot be replaced by what makes no sense', () => {
    for (const changes of [{ startupNs: 1 }, { startUpNs: -1 }, { compressRate: 0 }, { codedRate: NaN }]) {
      assert.throws(() => timing(changes), RangeError)
    }
  })

  it('have a start-up that is not shorter than its parts', () => {
    assert.throws(() => timing({ startUpNs: 100 }), /parts of startUpNs/)
  })
})
