// SPDX-License-Identifier: MIT
// Compresses a file and restores it, a chunk at a time: a file of any size takes the same memory.
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip, stats } from 'nxzlib'

const folder = await mkdtemp(join(tmpdir(), 'nxzlib-example-'))
try {
  const [file, packed, restored] = ['log', 'log.gz', 'restored'].map((name) => join(folder, name))
  await writeFile(file, Array.from({ length: 20_000 }, (_, n) => `${n} GET /${Math.sqrt(n)} 200\n`).join(''))

  await pipeline(createReadStream(file), createGzip({ level: 6 }), createWriteStream(packed))
  await pipeline(createReadStream(packed), createGunzip(), createWriteStream(restored))

  console.log(`file: ${(await stat(file)).size} bytes, compressed: ${(await stat(packed)).size} bytes`)
  console.log(`the same file: ${(await readFile(restored)).equals(await readFile(file))}`)
  console.log('jobs by device:', stats().jobs)
} finally {
  await rm(folder, { recursive: true })
}
