// SPDX-License-Identifier: MIT
/**
 * Memory of many streams at a time: node --expose-gc dist/bench/stream-memory.js ENGINE [STREAMS] [MiB a stream]. Prints by how
 * much the resident set grows at most, beyond what the same number of pass-through streams with the same chunks take.
 */
import { readFileSync } from 'node:fs'
import { PassThrough, Readable, Writable, type Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'

const [engine = 'native', streams = '64', mebibytes = '64'] = process.argv.slice(2)
process.env.NXZLIB_ENGINE = engine
process.env.NXZLIB_THRESHOLD = '0'

const CHUNK_BYTES = 64 * 1024
/** What a stream may take besides its chunk. */
const ALLOWED_BYTES = 512 * 1024

function* chunksOf(data: Uint8Array, bytes: number): Generator<Buffer> {
  for (let at = 0; at < bytes; at += CHUNK_BYTES) {
    const from = at % data.length
    yield Buffer.from(data.subarray(from, from + Math.min(CHUNK_BYTES, bytes - at)))
  }
}

/** Bytes by which the resident set grows at most while so many streams work. */
async function growth(count: number, chunks: () => Iterable<Buffer>, make: () => Transform): Promise<number> {
  global.gc?.()
  const before = process.memoryUsage().rss
  let most = before
  const look = () => {
    most = Math.max(most, process.memoryUsage().rss)
  }
  const sink = () =>
    new Writable({
      highWaterMark: CHUNK_BYTES,
      write(_chunk, _encoding, done) {
        look()
        done()
      },
    })
  const source = () => Readable.from(chunks(), { highWaterMark: 1 })
  await Promise.all(Array.from({ length: count }, () => pipeline(source(), make(), sink())))
  look()
  return most - before
}

async function main(): Promise<void> {
  const zlib = await import('../lib/index.js')
  const count = Number(streams)
  const bytes = Number(mebibytes) * 1024 * 1024
  const text = readFileSync(require.resolve('typescript'))
  const plain = text.subarray(0, text.length - (text.length % CHUNK_BYTES))
  const packed = zlib.gzipSync(Buffer.concat([...chunksOf(plain, bytes)]))
  const options = { chunkSize: CHUNK_BYTES }
  const MiB = (value: number) => `${(value / 1024 / 1024).toFixed(1)} MiB`
  for (const [name, chunks, make] of [
    ['gzip', () => chunksOf(plain, bytes), () => zlib.createGzip(options)],
    ['gunzip', () => chunksOf(packed, packed.length), () => zlib.createGunzip(options)],
  ] as const) {
    await growth(2, chunks, make)
    const control = await growth(count, chunks, () => new PassThrough())
    const ours = await growth(count, chunks, make)
    const allowed = count * (CHUNK_BYTES + ALLOWED_BYTES)
    console.log(
      `${engine} ${name}, ${count} streams: ${MiB(ours)}, after ${MiB(control)} of pass-through streams; allowed ${MiB(allowed)}`,
    )
  }
}

void main()
