// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { CC, COMPLETION_CODES } from '../../lib/format/completion-codes.js'

/** UM table 6-8: code, CE(1), whether the A field of the CSB holds the failing storage address. */
const ROWS: readonly [name: keyof typeof CC, code: number, terminates: boolean, fsa: boolean][] = [
  ['OK', 0, false, false],
  ['ALIGNMENT', 1, true, true],
  ['DATA_LENGTH', 3, true, false],
  ['TRANSLATION', 5, true, true],
  ['EXTERNAL_UE', 7, true, true],
  ['INVALID_OPERAND', 8, true, false],
  ['INTERNAL_UE', 10, true, false],
  ['TARGET_SPACE', 13, true, false],
  ['EXCESSIVE_DDE', 14, true, false],
  ['UNRECOGNIZED_SUBFUNCTION', 17, true, false],
  ['BYTE_COUNT', 19, true, false],
  ['CORRUPTED_CRB', 20, true, false],
  ['INVALID_CRB', 21, true, false],
  ['INVALID_DDE', 30, true, false],
  ['SEGMENTED_DDL', 31, true, false],
  ['DDE_OVERFLOW', 33, true, false],
  ['TPBC_GT_SPBC', 64, false, false],
  ['MISSING_CODE', 66, true, false],
  ['INVALID_DISTANCE', 67, true, false],
  ['INVALID_DHT', 68, true, false],
  ['EXTERNAL_UE_SOURCE', 90, true, true],
  ['WATCHDOG', 224, true, false],
  ['TRANSLATION_FAULT', 250, true, true],
  ['NO_INTERRUPT_SERVER', 252, true, false],
  ['UE', 253, true, false],
  ['NO_HARDWARE', 254, true, false],
  ['HUNG_OPERATION', 255, true, false],
]

describe('the completion codes (UM table 6-8)', () => {
  for (const [name, code, terminates, fsa] of ROWS) {
    it(`have ${name} as ${code}${terminates ? ', terminating' : ''}${fsa ? ', with an address' : ''}`, () => {
      assert.equal(CC[name], code)
      const row = COMPLETION_CODES[code]
      assert.ok(row)
      assert.deepEqual([row.terminates, row.fsa], [terminates, fsa])
    })
  }

  it('are no others, and each has a name and a meaning', () => {
    const codes = ROWS.map(([, code]) => code)
    assert.deepEqual(Object.values(CC), codes)
    assert.deepEqual(Object.keys(COMPLETION_CODES).map(Number), codes)
    for (const row of Object.values(COMPLETION_CODES)) assert.ok(row && row.name !== '' && row.meaning !== '')
  })

  it('carry the names of the manual', () => {
    const names = [1, 3, 13, 14, 17, 20, 21, 30, 31, 33, 64, 67, 68].map(
      (code) => COMPLETION_CODES[code]?.name,
    )
    assert.deepEqual(names, [
      'Invalid Alignment',
      'Data Length',
      'Target Space Exhausted',
      'Excessive DDE Count',
      'Unrecognized Subfunction',
      'Corrupted CRB',
      'Invalid CRB',
      'Invalid DDE',
      'Segmented DDL',
      'DDE Overflow',
      'TPBC > SPBC',
      'Invalid Distance',
      'Invalid DHT',
    ])
  })
})
