// SPDX-License-Identifier: MIT
import Benchmark from 'benchmark'

import type { Contender } from '../contenders.js'
import type { Inputs } from '../inputs.js'
import { warmUp } from '../measure.js'
import type { PerCallJob } from '../plan.js'
import type { Measurement } from '../results.js'
import { checkRestores, checkSame } from '../round-trip.js'
import { meanLength } from './calls.js'

/** benchmark.js repeats a call until its clock can tell the time; with fewer samples it gives no margin of error. */
const SAMPLES = 5

/** Lets benchmark.js time a task. The processor time is that of all calls that it made. */
function time(tasks: readonly (() => unknown)[], { warmUpSeconds, seconds }: PerCallJob) {
  warmUp(tasks, warmUpSeconds)
  let calls = 0
  const benchmark = new Benchmark(() => tasks[calls++ % tasks.length](), {
    maxTime: seconds,
    minSamples: SAMPLES,
  })
  const cpu = process.cpuUsage()
  benchmark.run()
  const { user, system } = process.cpuUsage(cpu)
  // Its declarations have an error that is always there.
  const error = benchmark.error as Error | undefined
  if (error) throw error
  const { rme, sample } = benchmark.stats
  return {
    seconds: 1 / benchmark.hz,
    cpuSeconds: (user + system) / 1e6 / calls,
    margin: [rme, sample.length] as const,
  }
}

/** Measures calls a second of little data, of all kinds by turns. */
export function measurePerCall(contender: Contender, job: PerCallJob, inputs: Inputs): Measurement[] {
  const pieces = inputs.kinds().flatMap((kind) => inputs.pieces(kind, job.size))
  const packed = inputs.kinds().flatMap((kind) => inputs.packed(kind, job.size))
  const { gzipSync, gunzipSync } = contender
  const subject = { contender: contender.id, kind: 'corpus', size: job.size, level: 6, inFlight: 1 } as const
  const bytes = job.size
  const results: Measurement[] = []
  if (gzipSync) {
    const own = pieces.map((piece) => gzipSync(piece, 6))
    own.forEach((data, index) => {
      checkRestores(data, pieces[index], `${contender.id}: gzip of 1 KiB`)
    })
    const tasks = pieces.map((piece) => () => gzipSync(piece, 6))
    const timing = time(tasks, job)
    results.push({ ...subject, work: 'call-compress', bytes, packedBytes: meanLength(own), ...timing })
  }
  packed.forEach((data, index) => {
    checkSame(gunzipSync(data), pieces[index], `${contender.id}: gunzip of 1 KiB`)
  })
  const timing = time(
    packed.map((data) => () => gunzipSync(data)),
    job,
  )
  results.push({ ...subject, work: 'call-decompress', bytes, packedBytes: meanLength(packed), ...timing })
  return results
}
