// SPDX-License-Identifier: MIT
import type { Contender } from '../contenders.js'
import type { Inputs } from '../inputs.js'
import { MIXED } from '../kinds.js'
import { startClock } from '../measure.js'
import type { MemoryJob } from '../plan.js'
import type { Measurement } from '../results.js'
import { RoundTripError } from '../round-trip.js'
import { streamsOf, through } from './streams.js'

/** Bytes of the stream that goes through first: what is loaded, compiled and allocated once is not the streams' memory. */
const FIRST_BYTES = 256 * 1024

/**
 * Measures by how much the resident set grows at most while streams work, for each of them. Several at a time: one stream
 * takes less than what the garbage collector's timing makes of it.
 */
export async function measureMemory(
  contender: Contender,
  job: MemoryJob,
  inputs: Inputs,
): Promise<Measurement[]> {
  const { createGzip, createGunzip } = streamsOf(contender)
  const make = job.work === 'compress' ? createGzip : createGunzip
  const dataOf = (bytes: number) =>
    (job.work === 'compress' ? inputs.pieces(MIXED, bytes) : inputs.packed(MIXED, bytes))[0]
  const data = dataOf(job.bytes)
  await through(make(), dataOf(FIRST_BYTES))
  globalThis.gc?.()

  const before = process.memoryUsage.rss()
  let most = before
  const look = () => {
    most = Math.max(most, process.memoryUsage.rss())
  }
  const stop = startClock()
  const lengths = await Promise.all(Array.from({ length: job.streams }, () => through(make(), data, look)))
  const { seconds, cpuSeconds } = stop()
  if (job.work === 'decompress' && lengths.some((length) => length !== job.bytes))
    throw new RoundTripError(`${contender.id}: a gunzip stream gave too few or too many bytes`)
  return [
    {
      work: `memory-${job.work}`,
      contender: contender.id,
      kind: MIXED,
      size: job.bytes,
      level: 6,
      inFlight: job.streams,
      bytes: job.bytes,
      packedBytes: job.work === 'compress' ? lengths[0] : data.length,
      seconds: seconds / job.streams,
      cpuSeconds: cpuSeconds / job.streams,
      peakBytes: (most - before) / job.streams,
    },
  ]
}
