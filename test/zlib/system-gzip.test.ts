// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'

import { gunzipSync, gzipSync } from '../../lib/index.js'
import { KINDS } from '../support/corpus.js'
import { LEVELS } from './formats.js'
import { assertSameBytes } from './outcome.js'

const MAX_BUFFER = 8 * 1024 * 1024
const SIZES = [0, 1, 17, 258, 32769, 65537, 300_000]

function gzipProgram(options: string[], input: Uint8Array): Buffer {
  return execFileSync('gzip', options, { input, maxBuffer: MAX_BUFFER })
}

describe('round trips with the gzip program', () => {
  before(function () {
    if (spawnSync('gzip', ['--version']).status === 0) return
    console.warn('    SKIPPED: there is no gzip program on this machine')
    this.skip()
  })

  for (const kind of Object.keys(KINDS)) {
    it(`gzip -d restores ${kind}`, () => {
      SIZES.forEach((length, index) => {
        const data = KINDS[kind](length)
        const level = LEVELS[(index * 3 + kind.length) % LEVELS.length]
        assertSameBytes(
          gzipProgram(['-dc'], gzipSync(data, { level })),
          data,
          `${length} bytes, level ${level}`,
        )
      })
    })

    it(`gunzipSync restores what gzip makes of ${kind}`, () => {
      SIZES.forEach((length, index) => {
        const data = KINDS[kind](length)
        const option = `-${(index % 9) + 1}`
        assertSameBytes(
          gunzipSync(gzipProgram([option, '-c'], data)),
          data,
          `${length} bytes, gzip ${option}`,
        )
      })
    })
  }

  it('gzip -t takes a member of every level', () => {
    const data = KINDS.text(100_000)
    for (const level of LEVELS) assert.equal(gzipProgram(['-tc'], gzipSync(data, { level })).length, 0)
  })

  it('gzip -d takes two of our members one behind the other', () => {
    const [first, second] = [KINDS.JSON(5000), KINDS.text(70_000)]
    const members = Buffer.concat([gzipSync(first), gzipSync(second)])
    assertSameBytes(gzipProgram(['-dc'], members), Buffer.concat([first, second]))
  })
})
