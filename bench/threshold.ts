/**
 * From how many bytes on a job is worth it: blocking calls by jobs against the same calls by Node's own zlib, for each
 * device that opens here, interleaved in one process, ratios of medians. What it prints stands behind the table in
 * lib/zlib/threshold.ts.
 */
import zlib from 'node:zlib'

import { sample } from '../lib/cli/sample.js'
import { runStepsSync } from '../lib/deflate/steps.js'
import type { Engine } from '../lib/device/device.js'
import { openEngine } from '../lib/device/open.js'
import { status } from '../lib/device/status.js'
import { CallJobs } from '../lib/job/call-jobs.js'
import { ChainMember } from '../lib/job/chain-member.js'
import { DeviceChain } from '../lib/job/device-chain.js'
import { JobStatistics } from '../lib/job/job-statistics.js'
import { Window } from '../lib/job/window.js'
import { compressAll, decompressAll } from '../lib/zlib/one-shot.js'

/** Bytes of input, plain ones also for decompression: they are what the two differ by. */
const SIZES = [16, 64, 256, 1024, 2048, 4096, 6144, 8192, 12288, 16384, 32768, 65536, 262144]

/** Rounds of all contenders, and bytes of input of each in a round. More: steadier figures, longer runs. */
const ROUNDS = 15
const ROUND_BYTES = 128 * 1024
const MOST_CALLS = 100

/** Different pieces of the sample, so that nothing is learnt from one input. */
const PIECES = 16

const corpus = sample(1024 * 1024)

function piecesOf(bytes: number): Uint8Array[] {
  return Array.from({ length: PIECES }, (_, index) => {
    const at = Math.floor((corpus.length - bytes) * (index / PIECES))
    return corpus.slice(at, at + bytes)
  })
}

/** A chain of one device, so that what the choice of the device costs is measured too. */
function chainOf(engine: Engine): DeviceChain {
  const open = () => new Window(openEngine(engine).openWindow())
  return new DeviceChain([new ChainMember({ engine, open })], new JobStatistics())
}

/** A way to do the same thing: by Node's own zlib or by jobs. */
type Way = (input: Uint8Array) => Uint8Array

function compression(chain: DeviceChain, level: number): Way {
  return (data) => {
    const jobs = new CallJobs(chain)
    const { jobLimit } = jobs
    return runStepsSync(jobs, compressAll('gzip', data, { level, fixed: false, jobLimit }))
  }
}

function decompression(chain: DeviceChain): Way {
  const options = { maxOutputLength: Infinity, headerWindow: false, jobBytes: Infinity }
  return (data) => runStepsSync(new CallJobs(chain), decompressAll('gzip', data, options))
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >>> 1]
}

/** How many times as long the second way takes as the first. */
function ratio(inputs: readonly Uint8Array[], bytes: number, ways: readonly [Way, Way]): number {
  const calls = Math.max(1, Math.min(MOST_CALLS, Math.round(ROUND_BYTES / bytes)))
  const times = ways.map(() => [] as number[])
  for (let round = -3; round < ROUNDS; round++) {
    ways.forEach((way, index) => {
      const start = performance.now()
      for (let call = 0; call < calls; call++) way(inputs[call % inputs.length])
      if (round >= 0) times[index].push(performance.now() - start)
    })
  }
  const [first, second] = times.map(median)
  return second / first
}

function printRow(name: string, cells: readonly string[]): void {
  console.log(name.padEnd(24) + cells.map((cell) => cell.padStart(7)).join(''))
}

console.log('Time by jobs as a multiple of the time by node:zlib: below 1, jobs are worth it\n')
printRow('bytes', SIZES.map(String))
const compressed = (bytes: number) => piecesOf(bytes).map((data) => zlib.gzipSync(data))
printRow(
  'bytes compressed',
  SIZES.map((bytes) => String(median(compressed(bytes).map(({ length }) => length)))),
)
for (const { engine, available } of status().devices) {
  if (!available) continue
  const chain = chainOf(engine)
  for (const level of [1, 6]) {
    const node: Way = (data) => zlib.gzipSync(data, { level })
    const jobs = compression(chain, level)
    const cells = SIZES.map((bytes) => ratio(piecesOf(bytes), bytes, [node, jobs]).toFixed(2))
    printRow(`${engine} compress ${level}`, cells)
  }
  const jobs = decompression(chain)
  const cells = SIZES.map((bytes) => ratio(compressed(bytes), bytes, [zlib.gunzipSync, jobs]).toFixed(2))
  printRow(`${engine} decompress`, cells)
}
