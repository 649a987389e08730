// SPDX-License-Identifier: MIT
// Answers with Content-Encoding: gzip to clients that accept it. Here it asks itself once, and ends.
import { once } from 'node:events'
import { createServer, get } from 'node:http'
import { Readable, pipeline } from 'node:stream'
import { text } from 'node:stream/consumers'
import { createGunzip, createGzip, stats } from 'nxzlib'

const rows = Array.from({ length: 10_000 }, (_, n) => `<tr><td>${n}</td><td>${Math.sqrt(n)}</td></tr>\n`)

const server = createServer((request, response) => {
  const encoders = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '') ? [createGzip()] : []
  response.setHeader('Vary', 'Accept-Encoding')
  if (encoders.length > 0) response.setHeader('Content-Encoding', 'gzip')
  pipeline([Readable.from(rows), ...encoders, response], (error) => error && console.error(error.message))
})
await once(server.listen(0, '127.0.0.1'), 'listening')
const { address: host, port } = server.address()
const [answer] = await once(get({ host, port, headers: { 'Accept-Encoding': 'gzip' } }), 'response')
const [encoding, gunzip] = [answer.headers['content-encoding'], createGunzip()]
const body = await text(answer.pipe(gunzip))
console.log(`page: ${body.length} bytes, ${encoding}: ${gunzip.bytesWritten} bytes`)
console.log(`the same page: ${body === rows.join('')}`)
console.log('jobs by device:', stats().jobs)
server.close()
