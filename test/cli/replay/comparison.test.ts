// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { deflateRawSync } from 'node:zlib'

import { compare } from '../../../lib/cli/replay/comparison.js'
import { FC, type Job } from '../../../lib/nx.js'
import { textLike } from '../../support/data.js'
import { openUnit } from '../../support/unit.js'

describe('the comparison of a job with its replay', () => {
  const { window } = openUnit()
  const source = deflateRawSync(textLike(1, 500))
  const run = (checksum?: 'adler' | 'crc' | 'none') => {
    const target = new Uint8Array(500)
    const job: Job = { fc: FC.DECOMPRESS, source, target, ...(checksum && { checksum }) }
    return { job, side: { result: window.runSync(job), target } }
  }

  it('leaves out a checksum that was not wanted, as hardware makes it all the same', () => {
    const hardware = run().side
    for (const checksum of ['adler', 'crc', 'none'] as const) {
      const { job, side } = run(checksum)
      const { fields, isSame } = compare(job, side, hardware)
      assert.equal(isSame, true, checksum)
      const names = fields.map(({ name }) => name)
      assert.equal(names.includes('cpb.out_adler'), checksum === 'adler')
      assert.equal(names.includes('cpb.out_crc'), checksum === 'crc')
    }
  })

  it('shows a checksum that is wrong', () => {
    const { job, side } = run('crc')
    const { cpb } = side.result
    const wrong = { ...side, result: { ...side.result, cpb: { ...cpb, crc: cpb.crc ^ 1 } } }
    assert.equal(compare(job, side, wrong).isSame, false)
  })
})
