// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import zlib from 'node:zlib'

import { runStepsSync } from '../../lib/deflate/steps.js'
import { storeBlocks, wrapBlocks } from '../../lib/deflate/stored.js'
import { NxCompletionError } from '../../lib/errors.js'
import { randomBytes } from '../support/data.js'
import { checksumsOf, modelWindow, RecordingRunner } from './runners.js'

const SIZES = [0, 1, 2, 65_534, 65_535, 65_536, 131_070, 131_071, 300_000]

describe('stored blocks', () => {
  it('are 5 bytes of header and the data (RFC 1951 3.2.4)', () => {
    assert.deepEqual(
      storeBlocks(Buffer.from('abc'), true),
      Uint8Array.of(1, 3, 0, 0xfc, 0xff, 0x61, 0x62, 0x63),
    )
    assert.deepEqual(
      storeBlocks(Buffer.from('abc'), false),
      Uint8Array.of(0, 3, 0, 0xfc, 0xff, 0x61, 0x62, 0x63),
    )
  })

  it('of no data are one empty block', () => {
    assert.deepEqual(storeBlocks(new Uint8Array(0), true), Uint8Array.of(1, 0, 0, 0xff, 0xff))
  })

  it('hold 65535 bytes each, and only the last one is final', () => {
    const output = storeBlocks(new Uint8Array(65_536), true)
    assert.equal(output.length, 65_536 + 10)
    assert.deepEqual(output.subarray(0, 5), Uint8Array.of(0, 0xff, 0xff, 0, 0))
    assert.deepEqual(output.subarray(65_540, 65_545), Uint8Array.of(1, 1, 0, 0xfe, 0xff))
  })

  for (const length of SIZES) {
    it(`zlib restores ${length} bytes`, () => {
      const data = randomBytes(length, length)
      assert(zlib.inflateRawSync(storeBlocks(data, true)).equals(data))
      const open = zlib.inflateRawSync(storeBlocks(data, false), { finishFlush: zlib.constants.Z_SYNC_FLUSH })
      assert(open.equals(data))
    })
  }
})

describe('stored blocks by a wrap job', () => {
  for (const length of SIZES.slice(1)) {
    it(`${length} bytes: the same blocks by one job, and the checksums of the data`, () => {
      const data = randomBytes(length, length)
      for (const final of [true, false]) {
        const runner = new RecordingRunner()
        const { output, adler, crc } = runStepsSync(runner, wrapBlocks(data, final))
        assert.deepEqual(output, storeBlocks(data, final))
        assert.deepEqual({ adler, crc }, checksumsOf(data))
        assert.deepEqual(
          runner.jobs.map(({ job }) => job.fc),
          [0x1e],
        )
      }
    })
  }

  it('a completion code other than 0 is a typed error', () => {
    const runner = new RecordingRunner(modelWindow(), () => 13)
    assert.throws(() => runStepsSync(runner, wrapBlocks(new Uint8Array(10), true)), NxCompletionError)
  })

  it('CC=250 is ERR_NX_FAULT', () => {
    const runner = new RecordingRunner(modelWindow(), () => 250)
    assert.throws(() => runStepsSync(runner, wrapBlocks(new Uint8Array(10), true)), {
      code: 'ERR_NX_FAULT',
      cc: 250,
    })
  })
})
