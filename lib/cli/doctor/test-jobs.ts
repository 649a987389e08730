// SPDX-License-Identifier: MIT
import { inflateRawSync } from 'node:zlib'

import { setFinal } from '../../deflate/block-joining.js'
import { jobFailure } from '../../deflate/job-failure.js'
import type { Device } from '../../device/device.js'
import { CC } from '../../format/completion-codes.js'
import { FC } from '../../format/function-codes.js'
import type { Job, JobResult } from '../../job/job.js'
import { Window } from '../../job/window.js'
import { sample } from '../sample.js'
import type { DeviceTest } from './report.js'

/** Bytes of data of the round trips: one that is mostly the way of a job, and one that is mostly the unit's work. */
const SIZES = [4 * 1024, 64 * 1024]

/** Round trips of each size, of which the median counts. More: steadier times. Fewer: a sooner answer. */
const REPETITIONS = 7

/** Milliseconds after which a device that does not take or finish a job has failed; jobs of these sizes take far less. */
const TIMEOUT_MS = 5000

/**
 * Has a device compress and decompress, verifies the result, and takes the time. Never throws.
 *
 * @param timeout milliseconds that a paste, and a job, may take
 */
export async function testDevice(device: Device, timeout = TIMEOUT_MS): Promise<DeviceTest> {
  try {
    const window = new Window(device.openWindow(), { timeout, pasteTimeout: timeout })
    const timeAll = () =>
      SIZES.map((bytes) => ({ bytes, milliseconds: timeRoundTrip(window, sample(bytes)) }))
    // The first time, Node interprets what it compiles later.
    timeAll()
    const roundTrips = timeAll()
    // Not after a failure: closing waits for a job that hangs, and the window ends with the process anyway.
    await window.close()
    return { passed: true, error: null, roundTrips }
  } catch (error) {
    return { passed: false, error: error instanceof Error ? error.message : String(error), roundTrips: [] }
  }
}

/** The median of the times in milliseconds, to the microsecond. */
function timeRoundTrip(window: Window, data: Uint8Array): number {
  const compressed = new Uint8Array(data.length)
  const restored = new Uint8Array(data.length)
  const times = Array.from({ length: REPETITIONS }, () => {
    restored.fill(0)
    const start = performance.now()
    const made = run(window, { fc: FC.COMPRESS_FHT, source: data, target: compressed })
    const stream = compressed.subarray(0, made.csb.tpbc)
    setFinal(stream, 0, true)
    const undone = run(window, { fc: FC.DECOMPRESS, source: stream, target: restored })
    const time = performance.now() - start
    verify(data, stream, restored)
    if (made.cpb.crc !== undone.cpb.crc) throw new Error('the CRCs of data and restored data differ')
    return time
  })
  const median = times.sort((a, b) => a - b)[REPETITIONS >>> 1]
  return Number(median.toFixed(3))
}

function run(window: Window, job: Job): JobResult {
  const result = window.runSync(job)
  if (result.csb.cc !== CC.OK) throw jobFailure(result)
  return result
}

/** Compressor and decompressor might be wrong alike: Node's own zlib has a say. */
function verify(data: Uint8Array, stream: Uint8Array, restored: Uint8Array): void {
  if (Buffer.compare(data, restored) !== 0) throw new Error('the restored data differs')
  if (Buffer.compare(data, inflateRawSync(stream)) !== 0) {
    throw new Error("Node's zlib restores other data from the compressed data")
  }
}
