// SPDX-License-Identifier: MIT
/**
 * How long calls with a callback hold up the event loop: node dist/bench/event-loop.js ENGINE [MiB]. Prints the longest time
 * between two turns for each kind of data. The first call of a kind runs code that is not compiled yet.
 */
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'

import { random } from './data.js'

const [engine = 'native', mebibytes = '64'] = process.argv.slice(2)
process.env.NXZLIB_ENGINE = engine
process.env.NXZLIB_THRESHOLD = '0'

/** The longest time between two turns of the event loop while the work is done, in milliseconds. */
async function longestStall(work: () => Promise<unknown>): Promise<number> {
  let longest = 0
  let isOver = false
  let last = performance.now()
  const turn = () => {
    const now = performance.now()
    longest = Math.max(longest, now - last)
    last = now
    if (!isOver) setImmediate(turn)
  }
  setImmediate(turn)
  await work()
  isOver = true
  return longest
}

function repeated(bytes: Uint8Array, length: number): Buffer {
  const result = Buffer.alloc(length)
  for (let at = 0; at < length; at += bytes.length) result.set(bytes.subarray(0, length - at), at)
  return result
}

async function main(): Promise<void> {
  const zlib = await import('../lib/index.js')
  const length = Number(mebibytes) * 1024 * 1024
  const kinds = {
    text: repeated(readFileSync(require.resolve('typescript')), length),
    zeros: Buffer.alloc(length),
    random: repeated(random(1 << 22), length),
    bits: Buffer.from(random(1 << 20).map((byte) => 48 + (byte & 1))),
  }
  const gzip = promisify(zlib.gzip) as (data: Uint8Array, options: { level: number }) => Promise<Buffer>
  const gunzip = promisify(zlib.gunzip) as (data: Uint8Array) => Promise<Buffer>
  for (const [kind, data] of Object.entries(kinds)) {
    const stalls: string[] = []
    let packed: Uint8Array = new Uint8Array(0)
    // The highest level takes a microsecond a byte of these.
    for (const level of kind === 'bits' ? [1, 6, 9] : [1, 6]) {
      const stall = await longestStall(async () => {
        packed = await gzip(data, { level })
      })
      stalls.push(`gzip ${level} ${stall.toFixed(1)} ms`)
    }
    stalls.push(`gunzip ${(await longestStall(() => gunzip(packed))).toFixed(1)} ms`)
    console.log(`${engine} ${kind} (${data.length} bytes): ${stalls.join(', ')}`)
  }
}

void main()
