// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'

import { FC } from '../../lib/nx.js'
import { BEHAVIOURS } from '../zlib/behaviours.js'
import { emulate, type Emulated } from './emulated.js'
import type { BehavioursReport } from './programs/behaviours.js'

describe(`streams on ${process.env.NXZLIB_PPC64LE_CPU ?? 'nothing'}`, () => {
  let emulated: Emulated<BehavioursReport>

  before(async () => {
    emulated = await emulate('behaviours')
  })

  it("behave as those of the emulated Node's own zlib", () => {
    const { engine, shown, differences } = emulated.result
    assert.deepEqual(differences, [])
    assert.equal(engine, 'hardware')
    assert.equal(shown, Object.keys(BEHAVIOURS).length)
  })

  it('ran jobs in both directions', () => {
    const { counters } = emulated
    const decompressions = counters.jobs(FC.DECOMPRESS) + counters.jobs(FC.DECOMPRESS_RESUME)
    assert.ok(decompressions > 100, `${decompressions} decompressions`)
    assert.ok(counters.completed - decompressions > 100, `${counters.completed} jobs`)
  })
})
