// SPDX-License-Identifier: MIT
// A program that only knows Node's own modules. Jobs serve it, unchanged, when it is run by
// node --require nxzlib/register examples/register.mjs
import { subscribe } from 'node:diagnostics_channel'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { createGunzip, gzip } from 'node:zlib'

// Only to tell what served it: nxzlib publishes the end of each job, and Node's own zlib does not.
const jobs = {}
subscribe('nxzlib:job:end', ({ engine }) => {
  jobs[engine] = (jobs[engine] ?? 0) + 1
})

const log = Array.from({ length: 20_000 }, (_, n) => `${n} GET /${Math.sqrt(n)} 200\n`).join('')
const packed = await promisify(gzip)(log)
const restored = await text(Readable.from([packed]).pipe(createGunzip()))

console.log(`log: ${log.length} bytes, compressed: ${packed.length} bytes`)
console.log(`the same log: ${restored === log}`)
console.log('jobs by device:', jobs)
