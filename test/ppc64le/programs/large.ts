// SPDX-License-Identifier: MIT
/** 16 MiB on the hardware device, in one go and as a stream. */
import assert from 'node:assert/strict'

import { runStepsSync } from '../../../lib/deflate/steps.js'
import * as nxzlib from '../../../lib/index.js'
import { openDevice } from '../../../lib/nx.js'
import { GzipCompressor, GzipDecompressor } from '../../../lib/zlib/gzip-codec.js'
import { compressAll } from '../../../lib/zlib/one-shot.js'
import { digestOf, sixteenMebibytes } from '../inputs.js'
import { program } from './program.js'

export interface LargeReport {
  readonly digest: string
  /** Null: there is none. */
  readonly jobLimit: number | null
}

program(async (): Promise<LargeReport> => {
  const data = sixteenMebibytes()
  const window = openDevice({ engine: 'hardware' }).openWindow()
  const { jobLimit, ignoresHints } = window
  const options = { level: 1, fixed: false, jobLimit, ignoresHints }
  const compressed = runStepsSync(window, compressAll('gzip', data, options))
  assert.equal(Buffer.compare(nxzlib.gunzipSync(compressed), data), 0)

  const compressor = new GzipCompressor({ level: 1 })
  const decompressor = new GzipDecompressor()
  let restored = 0
  const decompress = async (pieces: readonly Uint8Array[]) => {
    for (const piece of pieces) {
      for await (const plain of decompressor.push(piece)) {
        assert.equal(Buffer.compare(plain, data.subarray(restored, restored + plain.length)), 0)
        restored += plain.length
      }
    }
  }
  for (let at = 0; at < data.length; at += 65536) {
    await decompress(await compressor.push(data.subarray(at, at + 65536)))
  }
  await decompress(await compressor.finish())
  decompressor.finish()
  assert.equal(restored, data.length)
  assert.equal(compressor.statistics.engine, 'hardware')
  return { digest: digestOf(compressed), jobLimit: Number.isFinite(jobLimit) ? jobLimit : null }
})
