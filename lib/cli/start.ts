#!/usr/bin/env node
// SPDX-License-Identifier: MIT
/** `npm start [-- FILE]`: compresses a file by NX jobs, decompresses it again, verifies it, and tells what ran. */
import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import { parseArgs } from 'node:util'

import type { CallInfo } from '../job/call-jobs.js'
import { GzipCompressor, GzipDecompressor } from '../zlib/gzip-codec.js'
import { sample } from './sample.js'
import { tourText, type Half, type Tour } from './tour.js'

const USAGE = `Usage: npm start [-- [FILE] [--json]]
Compress FILE, or a generated sample, by NX jobs, decompress and verify it, and tell what executed them.

      --json  print the same as a JSON object
  -h, --help  print this help
`

const OPTIONS = {
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const

/** Bytes that are read, and so compressed, at a time. */
const CHUNK_BYTES = 256 * 1024

/** Bytes of the sample that is used when no file is named. */
const SAMPLE_BYTES = 8 * 1024 * 1024

/** Adds up the time that asynchronous work takes. */
class Stopwatch {
  milliseconds = 0

  async time<T>(work: () => Promise<T>): Promise<T> {
    const start = performance.now()
    try {
      return await work()
    } finally {
      this.milliseconds += performance.now() - start
    }
  }
}

async function* chunksOf(file: string | undefined): AsyncGenerator<Uint8Array> {
  if (file === undefined) {
    const bytes = sample(SAMPLE_BYTES)
    for (let at = 0; at < bytes.length; at += CHUNK_BYTES) yield bytes.subarray(at, at + CHUNK_BYTES)
    return
  }
  const handle = await open(file)
  try {
    const chunk = Buffer.alloc(CHUNK_BYTES)
    for (;;) {
      const { bytesRead } = await handle.read(chunk, 0, chunk.length)
      if (bytesRead === 0) return
      yield chunk.subarray(0, bytesRead)
    }
  } finally {
    await handle.close()
  }
}

const halfOf = ({ jobs, faults, retries }: CallInfo, { milliseconds }: Stopwatch): Half => ({
  jobs,
  faults,
  retries,
  milliseconds,
})

/** Compresses and restores a file. @throws Error if what was restored is not what was compressed */
async function takeTour(file: string | undefined): Promise<Tour> {
  const compressor = new GzipCompressor()
  const decompressor = new GzipDecompressor()
  const [compressing, decompressing] = [new Stopwatch(), new Stopwatch()]
  const [before, after] = [createHash('sha256'), createHash('sha256')]
  let bytes = 0
  let compressedBytes = 0

  const decompress = async (pieces: readonly Uint8Array[]) => {
    for (const piece of pieces) {
      compressedBytes += piece.length
      const plain = decompressor.push(piece)
      for (;;) {
        const next = await decompressing.time(() => plain.next())
        if (next.done) break
        after.update(next.value)
      }
    }
  }
  for await (const chunk of chunksOf(file)) {
    bytes += chunk.length
    before.update(chunk)
    await decompress(await compressing.time(() => compressor.push(chunk)))
  }
  await decompress(await compressing.time(() => compressor.finish()))
  decompressor.finish()

  const [sha256, restored] = [before.digest('hex'), after.digest('hex')]
  if (sha256 !== restored)
    throw new Error(`the restored data differs: SHA-256 ${restored} instead of ${sha256}`)
  return {
    file: file ?? null,
    device: compressor.statistics.engine,
    reason: compressor.statistics.reason ?? null,
    bytes,
    compressedBytes,
    compress: halfOf(compressor.statistics, compressing),
    decompress: halfOf(decompressor.statistics, decompressing),
    sha256,
  }
}

async function main(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true })
  if (values.help) {
    process.stdout.write(USAGE)
    return
  }
  if (positionals.length > 1) throw new Error('one file at a time')
  const tour = await takeTour(positionals.at(0))
  const colours = process.stdout.isTTY && !process.env.NO_COLOR && process.env.TERM !== 'dumb'
  process.stdout.write(values.json ? `${JSON.stringify(tour, null, 2)}\n` : tourText(tour, colours))
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
})
