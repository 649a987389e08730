// SPDX-License-Identifier: MIT
import { Readable, Writable, type Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'

import type { Contender } from '../contenders.js'
import type { Inputs } from '../inputs.js'
import { MIXED } from '../kinds.js'
import { hasPassed, startClock, type Timing } from '../measure.js'
import type { StreamsJob } from '../plan.js'
import type { Measurement } from '../results.js'
import { checkRestores, checkSame, RoundTripError } from '../round-trip.js'

/** Bytes of a chunk: those of a file stream. */
const CHUNK_BYTES = 64 * 1024

/** Bytes that go through a stream at a time before it is measured, and are verified. */
const WARM_UP_BYTES = 4 * 1024 * 1024

/** The data in chunks, which are views and take no memory of their own. */
export function* chunksOf(data: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < data.length; at += CHUNK_BYTES) yield data.subarray(at, at + CHUNK_BYTES)
}

/** Sends data through a stream. Returns the number of bytes that came out; `keep` gets them. */
export async function through(
  stream: Transform,
  data: Uint8Array,
  keep?: (chunk: Uint8Array) => void,
): Promise<number> {
  let length = 0
  const sink = new Writable({
    write(chunk: Uint8Array, _encoding, done) {
      length += chunk.length
      keep?.(chunk)
      done()
    },
  })
  await pipeline(Readable.from(chunksOf(data), { highWaterMark: 1 }), stream, sink)
  return length
}

/** The streams of a contender; throws if it has none. */
export function streamsOf(contender: Contender) {
  const { createGzip, createGunzip } = contender
  if (!createGzip || !createGunzip) throw new Error(`${contender.id} has no streams`)
  return { createGzip, createGunzip }
}

/** All that comes out of a stream. */
async function output(stream: Transform, data: Uint8Array): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  await through(stream, data, (chunk) => chunks.push(chunk))
  return Buffer.concat(chunks)
}

/** Sends data through one stream after another until the seconds have passed. */
async function warmUpStreams(make: () => Transform, data: Uint8Array, seconds: number): Promise<void> {
  const clock = startClock()
  while (!hasPassed(clock(), seconds)) await through(make(), data)
}

/** Seconds of CPU that a measurement takes at least: short streams are repeated. */
const LEAST_SECONDS = 0.4

/** Measures one stream after another, and gives the average time of one and the bytes that came out of the last one. */
async function measureStream(
  make: () => Transform,
  data: Uint8Array,
): Promise<{ timing: Timing; length: number }> {
  const clock = startClock()
  let length: number
  let streams = 0
  let timing: Timing
  do {
    length = await through(make(), data)
    streams++
    timing = clock()
  } while (!hasPassed(timing, LEAST_SECONDS))
  return { timing: { seconds: timing.seconds / streams, cpuSeconds: timing.cpuSeconds / streams }, length }
}

/** Measures streams from memory to nowhere, one at a time, in both directions. */
export async function measureStreams(
  contender: Contender,
  job: StreamsJob,
  inputs: Inputs,
): Promise<Measurement[]> {
  const { createGzip, createGunzip } = streamsOf(contender)
  const [plain] = inputs.pieces(MIXED, job.bytes)
  const [packed] = inputs.packed(MIXED, job.bytes)

  const [some] = inputs.pieces(MIXED, WARM_UP_BYTES)
  checkRestores(await output(createGzip(), some), some, `${contender.id}: a gzip stream`)
  const [somePacked] = inputs.packed(MIXED, WARM_UP_BYTES)
  checkSame(await output(createGunzip(), somePacked), some, `${contender.id}: a gunzip stream`)

  const subject = { contender: contender.id, kind: MIXED, size: job.bytes, level: 6, inFlight: 1 } as const
  await warmUpStreams(createGzip, some, job.warmUpSeconds)
  const gzip = await measureStream(createGzip, plain)
  await warmUpStreams(createGunzip, somePacked, job.warmUpSeconds)
  const gunzip = await measureStream(createGunzip, packed)
  if (gunzip.length !== plain.length)
    throw new RoundTripError(
      `${contender.id}: a gunzip stream gave ${gunzip.length} bytes of ${plain.length}`,
    )
  return [
    { ...subject, work: 'stream-compress', bytes: plain.length, packedBytes: gzip.length, ...gzip.timing },
    {
      ...subject,
      work: 'stream-decompress',
      bytes: plain.length,
      packedBytes: packed.length,
      ...gunzip.timing,
    },
  ]
}
