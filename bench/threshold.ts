// SPDX-License-Identifier: MIT
/**
 * From how many bytes on a job is worth it: blocking calls by jobs against the same calls by Node's own zlib, for each
 * device that opens here. Interleaved in one process, ratios of medians of processor time: others use the machine too.
 * What it prints stands behind the table in lib/zlib/threshold.ts.
 */
import zlib from 'node:zlib'

import { sample } from '../lib/cli/sample.js'
import { status } from '../lib/device/status.js'
import { configure, gunzipSync, gzipSync } from '../lib/index.js'

/** Bytes of input, plain ones also for decompression: they are what the two differ by. */
const SIZES = [16, 64, 256, 1024, 2048, 4096, 6144, 8192, 12288, 16384, 32768, 65536, 262144]

/** Rounds of all contenders, and bytes of input of each in a round. More: steadier figures, longer runs. */
const ROUNDS = 15
const ROUND_BYTES = 512 * 1024
const MOST_CALLS = 400

/** Different pieces of the sample, so that nothing is learnt from one input. */
const PIECES = 16

const corpus = sample(1024 * 1024)

function piecesOf(bytes: number): Uint8Array[] {
  return Array.from({ length: PIECES }, (_, index) => {
    const at = Math.floor((corpus.length - bytes) * (index / PIECES))
    return corpus.slice(at, at + bytes)
  })
}

/** A way to do the same thing: by Node's own zlib or by jobs. */
type Way = (input: Uint8Array) => Uint8Array

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >>> 1]
}

/** How many times as long the second way takes as the first. */
function ratio(inputs: readonly Uint8Array[], bytes: number, ways: readonly [Way, Way]): number {
  const calls = Math.max(1, Math.min(MOST_CALLS, Math.round(ROUND_BYTES / bytes)))
  const times = ways.map(() => [] as number[])
  for (let round = -3; round < ROUNDS; round++) {
    ways.forEach((way, index) => {
      const start = process.cpuUsage()
      for (let call = 0; call < calls; call++) way(inputs[call % inputs.length])
      const { user, system } = process.cpuUsage(start)
      if (round >= 0) times[index].push(user + system)
    })
  }
  const [first, second] = times.map(median)
  return second / first
}

function printRow(name: string, cells: readonly string[]): void {
  console.log(name.padEnd(24) + cells.map((cell) => cell.padStart(7)).join(''))
}

console.log('Processor time by jobs as a multiple of that by node:zlib: below 1, jobs are worth it\n')
printRow('bytes', SIZES.map(String))
const compressed = (bytes: number) => piecesOf(bytes).map((data) => zlib.gzipSync(data))
printRow(
  'bytes compressed',
  SIZES.map((bytes) => String(median(compressed(bytes).map(({ length }) => length)))),
)
for (const { engine, available } of status().devices) {
  if (!available) continue
  configure({ engine, threshold: 0 })
  for (const level of [1, 6]) {
    const ways = [zlib.gzipSync, gzipSync].map(
      (compress): Way =>
        (data) =>
          compress(data, { level }),
    )
    const cells = SIZES.map((bytes) => ratio(piecesOf(bytes), bytes, ways as [Way, Way]).toFixed(2))
    printRow(`${engine} compress ${level}`, cells)
  }
  const cells = SIZES.map((bytes) =>
    ratio(compressed(bytes), bytes, [zlib.gunzipSync, gunzipSync]).toFixed(2),
  )
  printRow(`${engine} decompress`, cells)
}
