// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'

import { emulate, type Emulated } from './emulated.js'
import type { FaultsReport } from './programs/faults.js'

/** The CSB of a job without a fault: V, CC=0, TPBC of 1 MiB. */
const DONE = '80000020' + '00100000' + '00'.repeat(8)

describe(`memory that is not resident, on ${process.env.NXZLIB_PPC64LE_CPU ?? 'nothing'}`, () => {
  let emulated: Emulated<FaultsReport>

  before(async () => {
    emulated = await emulate('faults', { standIn: 'page=4096' })
  })

  it('ends in CC=250, is touched and tried again, until the bytes are right', () => {
    const { result } = emulated
    assert.equal(result.fresh.length, 4)
    for (const { cc, faults, attempts, right } of result.fresh) {
      assert.deepEqual({ cc, right, attempts }, { cc: 0, right: true, attempts: faults + 1 })
      assert.ok(faults >= 1)
    }
  })

  it('is reported by the address of its first page', () => {
    const { untouched, firstPage } = emulated.result
    assert.equal(untouched, '8000fa40' + '00000000' + firstPage.padStart(16, '0'))
  })

  it('does not become writable for the unit by being read, where that gives it the zero page', () => {
    const { read, readGivesPage, firstPage } = emulated.result
    assert.equal(read, readGivesPage ? DONE : '8000fa40' + '00000000' + firstPage.padStart(16, '0'))
  })

  it('does by being written', () => {
    assert.equal(emulated.result.written, DONE)
  })
})
