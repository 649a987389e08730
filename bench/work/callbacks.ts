// SPDX-License-Identifier: MIT
import type { Contender } from '../contenders.js'
import type { Inputs } from '../inputs.js'
import { hasPassed, startClock, type Limits, type Timing } from '../measure.js'
import type { CallbacksJob } from '../plan.js'
import type { Measurement } from '../results.js'
import { checkRestores, checkSame } from '../round-trip.js'
import { percentile } from '../statistics.js'
import { meanLength } from './calls.js'

type Call = (data: Uint8Array, callback: (error: Error | null, result: Uint8Array) => void) => void

/** Calls each input once, all at a time. */
function callAll(call: Call, inputs: readonly Uint8Array[]): Promise<Uint8Array[]> {
  const results = inputs.map(
    (input) =>
      new Promise<Uint8Array>((resolve, reject) => {
        call(input, (error, result) => {
          if (error) reject(error)
          else resolve(result)
        })
      }),
  )
  return Promise.all(results)
}

/** Starts a call for each that ends, so that as many are always in flight, until the limits are reached. */
function flow(
  call: Call,
  inputs: readonly Uint8Array[],
  inFlight: number,
  limits: Omit<Limits, 'warmUpSeconds'>,
) {
  return new Promise<Timing & { latencies: number[] }>((resolve, reject) => {
    const latencies: number[] = []
    const stop = startClock()
    let started = 0
    let running = 0
    const start = () => {
      const from = performance.now()
      running++
      call(inputs[started++ % inputs.length], (error) => {
        running--
        if (error) {
          reject(error)
          return
        }
        latencies.push(performance.now() - from)
        if (latencies.length < limits.calls || !hasPassed(stop(), limits.seconds)) start()
        else if (running === 0) {
          const { seconds, cpuSeconds } = stop()
          resolve({
            seconds: seconds / latencies.length,
            cpuSeconds: cpuSeconds / latencies.length,
            latencies,
          })
        }
      })
    }
    for (let index = 0; index < inFlight; index++) start()
  })
}

/** Measures calls with a callback, with each number in flight: throughput, and how long each call takes. */
export async function measureCallbacks(
  contender: Contender,
  job: CallbacksJob,
  inputs: Inputs,
): Promise<Measurement[]> {
  const pieces = inputs.kinds().flatMap((kind) => inputs.pieces(kind, job.size))
  const packed = inputs.kinds().flatMap((kind) => inputs.packed(kind, job.size))
  const { gzip, gunzip } = contender
  if (!gzip || !gunzip) throw new Error(`${contender.id} has no calls with a callback`)
  const own = await callAll(gzip, pieces)
  own.forEach((data, index) => {
    checkRestores(data, pieces[index], `${contender.id}: gzip with a callback`)
  })
  const restored = await callAll(gunzip, packed)
  restored.forEach((data, index) => {
    checkSame(data, pieces[index], `${contender.id}: gunzip with a callback`)
  })

  const results: Measurement[] = []
  for (const [work, call, data, packedBytes] of [
    ['callback-compress', gzip, pieces, meanLength(own)],
    ['callback-decompress', gunzip, packed, meanLength(packed)],
  ] as const) {
    await flow(call, data, 16, { seconds: job.limits.warmUpSeconds, calls: 1 })
    for (const inFlight of job.inFlight) {
      const { latencies, seconds, cpuSeconds } = await flow(call, data, inFlight, job.limits)
      results.push({
        work,
        contender: contender.id,
        kind: 'corpus',
        size: job.size,
        level: 6,
        inFlight,
        bytes: job.size,
        packedBytes,
        seconds,
        cpuSeconds,
        latencies: [percentile(latencies, 50), percentile(latencies, 95), percentile(latencies, 99)],
      })
    }
  }
  return results
}
