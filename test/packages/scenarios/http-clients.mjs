// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'

import { noise, text } from '../data.mjs'
import { CLIENTS, nodesFetch, withServer } from '../http.mjs'
import { node } from '../node-zlib.cjs'

const LARGE = Buffer.from(text(600_000))

/** What is served: content and encoding. `pieceBytes`: it comes in pieces of so many bytes. */
const RESOURCES = {
  'a large text': { content: LARGE },
  'a few bytes': { content: Buffer.from('few') },
  'no content': { content: Buffer.alloc(0) },
  'what does not compress': { content: noise(200_000) },
  'a text byte by byte': { content: Buffer.from(text(300)), pieceBytes: 1 },
  'a text in small pieces': { content: LARGE.subarray(0, 200_000), pieceBytes: 700 },
}

const ENCODERS = { gzip: node.gzipSync, deflate: node.deflateSync }

/** Answers with these bytes, in pieces. */
async function answer(response, encoding, body, pieceBytes = body.length || 1) {
  response.writeHead(200, { 'content-encoding': encoding, 'content-length': body.length })
  for (let at = 0; at < body.length; at += pieceBytes) {
    await new Promise((resolve) => response.write(body.subarray(at, at + pieceBytes), resolve))
  }
  response.end()
}

const checks = {}
for (const [client, get] of Object.entries(CLIENTS)) {
  const builtIn = get === nodesFetch
  const add = (title, run) => {
    checks[`${client}: ${title}`] = { builtIn, run }
  }
  for (const [encoding, encode] of Object.entries(ENCODERS)) {
    add(`content encoded as ${encoding} by node:zlib`, async () => {
      for (const [what, { content, pieceBytes }] of Object.entries(RESOURCES)) {
        const handler = (request, response) => answer(response, encoding, encode(content), pieceBytes)
        const body = await withServer(handler, (url) => get(url, encoding))
        assert.ok(content.equals(body), what)
      }
    })
  }
  add('many answers at a time', async () => {
    const handler = ({ url }, response) =>
      answer(response, 'gzip', node.gzipSync(text(50_000, Number(url.slice(1)))), 9000)
    await withServer(handler, async (url) => {
      const seeds = Array.from({ length: 30 }, (_, i) => i + 1)
      const bodies = await Promise.all(seeds.map((seed) => get(`${url}/${seed}`, 'gzip')))
      for (const seed of seeds) assert.equal(bodies[seed - 1].toString(), text(50_000, seed))
    })
  })
  // Node 20's fetch never ends with such content, on node:zlib either.
  if (builtIn) continue
  add('damaged content is an error', async () => {
    const body = node.gzipSync(LARGE)
    body.fill(0xff, body.length >> 1, (body.length >> 1) + 50)
    const handler = (request, response) => answer(response, 'gzip', body)
    await withServer(handler, (url) => assert.rejects(get(url, 'gzip')))
  })
}

export default checks
