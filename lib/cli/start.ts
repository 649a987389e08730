#!/usr/bin/env node
/** `npm start [-- FILE]`: compresses a file by NX jobs, decompresses it again, verifies it, and tells what ran. */
import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'

import type { CallInfo } from '../job/call-jobs.js'
import { GzipCompressor, GzipDecompressor } from '../zlib/gzip-codec.js'
import { sample } from './sample.js'

/** Bytes that are read, and so compressed, at a time. */
const CHUNK_BYTES = 256 * 1024

/** Bytes of the sample that is used when no file is named. */
const SAMPLE_BYTES = 8 * 1024 * 1024

/** What executed the jobs, in words that cannot be mistaken for hardware. */
const DEVICE = {
  hardware: 'hardware (the NX unit)',
  native: 'native (software NX in C++)',
  model: 'model (software NX in TypeScript)',
  node: "node (Node's own zlib)",
} as const

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

function report(
  what: string,
  bytes: string,
  plainBytes: number,
  time: Stopwatch,
  statistics: CallInfo,
): void {
  const { jobs, faults, retries } = statistics
  const speed = plainBytes / 1e6 / (time.milliseconds / 1e3)
  console.log(`${what.padEnd(14)}${bytes}`)
  console.log(`${''.padEnd(14)}${jobs} jobs, ${faults} faults, ${retries} retries, ${speed.toFixed(1)} MB/s`)
}

async function main(file: string | undefined): Promise<void> {
  const compressor = new GzipCompressor()
  const decompressor = new GzipDecompressor()
  const [compressing, decompressing] = [new Stopwatch(), new Stopwatch()]
  const [before, after] = [createHash('sha256'), createHash('sha256')]
  let plainBytes = 0
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
    plainBytes += chunk.length
    before.update(chunk)
    await decompress(await compressing.time(() => compressor.push(chunk)))
  }
  await decompress(await compressing.time(() => compressor.finish()))
  decompressor.finish()

  const [digest, restored] = [before.digest('hex'), after.digest('hex')]
  const ratio = (plainBytes / compressedBytes).toFixed(3)
  console.log(`${'file'.padEnd(14)}${file ?? 'a generated sample: log lines, JSON, binary records'}`)
  console.log(`${'device'.padEnd(14)}${DEVICE[compressor.statistics.engine]}`)
  const sizes = `${plainBytes} -> ${compressedBytes} bytes, ratio ${ratio}`
  report('compressed', sizes, plainBytes, compressing, compressor.statistics)
  report('decompressed', `${plainBytes} bytes`, plainBytes, decompressing, decompressor.statistics)
  if (digest !== restored)
    throw new Error(`the restored data differs: SHA-256 ${restored} instead of ${digest}`)
  console.log(`${'verified'.padEnd(14)}SHA-256 ${digest}`)
}

main(process.argv[2]).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
})
