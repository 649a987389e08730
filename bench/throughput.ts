/**
 * Throughput of the one-shot functions against node:zlib, pako and fflate: interleaved in one process, medians, every
 * result verified. Ratios mean something on a shared machine, megabytes a second hardly do.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import zlib from 'node:zlib'

import * as fflate from 'fflate'
import * as pako from 'pako'

import { sample } from '../lib/cli/sample.js'
import * as nxzlib from '../lib/index.js'

const ROUNDS = 7

/** zlib's default chunk of 16 KiB would measure its chunks. */
const CHUNK_SIZE = 1024 * 1024

type Level = 1 | 6

interface Contender {
  readonly name: string
  readonly compress: (data: Uint8Array, level: Level) => Uint8Array
  readonly decompress: (data: Uint8Array) => Uint8Array
}

const CONTENDERS: readonly Contender[] = [
  {
    name: 'node:zlib',
    compress: (data, level) => zlib.gzipSync(data, { level, chunkSize: CHUNK_SIZE }),
    decompress: (data) => zlib.gunzipSync(data, { chunkSize: CHUNK_SIZE }),
  },
  {
    name: 'nxzlib (model)',
    compress: (data, level) => nxzlib.gzipSync(data, { level }),
    decompress: (data) => nxzlib.gunzipSync(data),
  },
  {
    name: 'pako',
    compress: (data, level) => pako.gzip(data, { level: level }),
    decompress: (data) => pako.ungzip(data),
  },
  {
    name: 'fflate',
    compress: (data, level) => fflate.gzipSync(data, { level: level }),
    decompress: (data) => fflate.gunzipSync(data),
  },
]

const root = join(__dirname, '../..')
const CORPUS: Readonly<Record<string, Uint8Array>> = {
  'log, JSON, records': sample(2 * 1024 * 1024),
  'JavaScript source': readFileSync(join(root, 'node_modules/typescript/lib/typescript.js')).subarray(
    0,
    2 * 1024 * 1024,
  ),
  executable: readFileSync(process.execPath).subarray(0, 2 * 1024 * 1024),
}

function milliseconds(work: () => unknown): number {
  const start = performance.now()
  work()
  return performance.now() - start
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >>> 1]
}

/** The median time of each task, the rounds of all tasks interleaved; the first round only warms up. */
function race(tasks: readonly (() => unknown)[]): number[] {
  const times = tasks.map(() => [] as number[])
  for (let round = 0; round <= ROUNDS; round++) {
    tasks.forEach((task, index) => {
      const time = milliseconds(task)
      if (round > 0) times[index].push(time)
    })
  }
  return times.map(median)
}

function printRow(name: string, bytes: number, times: readonly number[], index: number, ratio: string): void {
  const speed = (bytes / 1e3 / times[index]).toFixed(0).padStart(6)
  const relative = (times[0] / times[index]).toFixed(2).padStart(6)
  console.log(`  ${name.padEnd(16)}${speed} MB/s  ${relative} of node:zlib  ${ratio}`)
}

console.log(
  `Node ${process.version}, ${process.arch}; medians of ${ROUNDS} interleaved rounds; the model is software`,
)
for (const [kind, data] of Object.entries(CORPUS)) {
  for (const level of [1, 6] as const) {
    const outputs = CONTENDERS.map((contender) => contender.compress(data, level))
    outputs.forEach((output, index) => {
      if (!zlib.gunzipSync(output).equals(data))
        throw new Error(`${CONTENDERS[index].name} failed on ${kind}`)
    })
    const times = race(CONTENDERS.map((contender) => () => contender.compress(data, level)))
    console.log(`\n${kind}: compress, level ${level}`)
    CONTENDERS.forEach(({ name }, index) => {
      printRow(name, data.length, times, index, `ratio ${(data.length / outputs[index].length).toFixed(3)}`)
    })
  }
  const compressed = zlib.gzipSync(data)
  for (const { name, decompress } of CONTENDERS) {
    if (!Buffer.from(decompress(compressed)).equals(data)) throw new Error(`${name} failed on ${kind}`)
  }
  const times = race(CONTENDERS.map((contender) => () => contender.decompress(compressed)))
  console.log(`\n${kind}: decompress`)
  CONTENDERS.forEach(({ name }, index) => {
    printRow(name, data.length, times, index, '')
  })
}
