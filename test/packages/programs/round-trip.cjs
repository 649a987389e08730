// SPDX-License-Identifier: MIT
'use strict'
// Knows nothing of nxzlib: compresses and restores by node:zlib in this thread and in a worker, in each way that it has.
const { Buffer } = require('node:buffer')
const console = require('node:console')
const { promisify } = require('node:util')
const { isMainThread, Worker } = require('node:worker_threads')
const zlib = require('node:zlib')

const DATA = Buffer.from('restored '.repeat(20_000))

async function roundTrip() {
  const results = [
    zlib.gunzipSync(zlib.gzipSync(DATA)),
    await promisify(zlib.inflate)(await promisify(zlib.deflate)(DATA)),
    Buffer.concat(
      await zlib.createGzip().on('error', console.error).end(DATA).pipe(zlib.createGunzip()).toArray(),
    ),
  ]
  for (const result of results) if (!result.equals(DATA)) throw new Error('not restored')
  console.log(isMainThread ? 'main' : 'worker', 'restored')
}

roundTrip()
if (isMainThread) new Worker(module.filename)
