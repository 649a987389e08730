// SPDX-License-Identifier: MIT
/**
 * Peak memory of one stream: node dist/bench/stream-peak.js [MiB]. Prints by how much the resident set of a process grows while
 * one stream of 64 KiB chunks works, for node:zlib and for each software engine: the median of several processes. Linux only.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import zlib from 'node:zlib'

const CHUNK_BYTES = 64 * 1024
const TRIALS = 5

const [mebibytes = '16', role = 'parent', engine = '', direction = ''] = process.argv.slice(2)

function* chunksOf(data: Uint8Array, bytes: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes; at += CHUNK_BYTES) {
    const from = at % data.length
    yield data.subarray(from, from + CHUNK_BYTES)
  }
}

/** The largest resident set in KiB since it was asked to be measured anew. */
function peak(): number {
  return Number(/^VmHWM:\s*(\d+)/m.exec(readFileSync('/proc/self/status', 'latin1'))?.[1])
}

/** Prints the growth in KiB. */
async function measure(): Promise<void> {
  process.env.NXZLIB_ENGINE = engine
  process.env.NXZLIB_THRESHOLD = '0'
  const { createGzip, createGunzip } = engine === 'node:zlib' ? zlib : await import('../lib/index.js')
  const text = readFileSync(require.resolve('typescript'))
  const plain = text.subarray(0, text.length - (text.length % CHUNK_BYTES))
  const repeated = Buffer.concat([...chunksOf(plain, Number(mebibytes) * 1024 * 1024)])
  const data = direction === 'gzip' ? repeated : zlib.gzipSync(repeated)
  const stream = direction === 'gzip' ? createGzip() : createGunzip()
  global.gc?.()
  writeFileSync('/proc/self/clear_refs', '5')
  const before = peak()
  const sink = new Writable({
    write(_chunk, _encoding, done) {
      done()
    },
  })
  await pipeline(Readable.from(chunksOf(data, data.length), { highWaterMark: 1 }), stream, sink)
  console.log(peak() - before)
}

function main(): void {
  for (const name of ['gzip', 'gunzip']) {
    for (const of of ['node:zlib', 'native', 'model']) {
      const trials = Array.from({ length: TRIALS }, () => {
        const argv = ['--expose-gc', __filename, mebibytes, 'child', of, name]
        return Number(execFileSync(process.execPath, argv, { encoding: 'utf8' }))
      })
      trials.sort((a, b) => a - b)
      console.log(`${of} ${name}: ${(trials[TRIALS >> 1] / 1024).toFixed(1)} MiB`)
    }
  }
}

if (role === 'parent') main()
else void measure()
