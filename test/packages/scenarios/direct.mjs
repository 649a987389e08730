// SPDX-License-Identifier: MIT
// What takes nxzlib as an option, and what Node itself contains on nxzlib's data.
import assert from 'node:assert/strict'
import { Blob } from 'node:buffer'
import process from 'node:process'
import { buffer } from 'node:stream/consumers'
import { CompressionStream, DecompressionStream } from 'node:stream/web'

import compress from '@fastify/compress'
import fastify from 'fastify'
import * as nxzlib from 'nxzlib'

import { text } from '../data.mjs'
import { nodesFetch, rawGet, withServer } from '../http.mjs'
import { node } from '../node-zlib.cjs'
import { WRITERS, writeAll } from '../pictures.mjs'

const LARGE = text(600_000)

/** A check in which Node's own zlib has the other part: only the jobs are counted. */
function againstNode(run) {
  const jobs = () => nxzlib.stats().jobs[process.env.NXZLIB_ENGINE]
  return {
    elsewhere: true,
    run: async () => {
      const before = jobs()
      await run()
      assert.ok(jobs() > before, 'no jobs served it')
    },
  }
}

const through = (data, stream) => buffer(new Blob([data]).stream().pipeThrough(stream))

const checks = {}
for (const [encoding, encode, decode] of [
  ['gzip', nxzlib.gzipSync, nxzlib.gunzipSync],
  ['deflate', nxzlib.deflateSync, nxzlib.inflateSync],
]) {
  checks[`Node's fetch: content encoded as ${encoding} by nxzlib`] = againstNode(async () => {
    const handler = (request, response) => {
      response.writeHead(200, { 'content-encoding': encoding })
      response.end(encode(LARGE))
    }
    assert.equal((await withServer(handler, (url) => nodesFetch(url, encoding))).toString(), LARGE)
  })
  checks[`CompressionStream: nxzlib reads its ${encoding}`] = againstNode(async () => {
    assert.equal(decode(await through(LARGE, new CompressionStream(encoding))).toString(), LARGE)
  })
  checks[`DecompressionStream: reads nxzlib's ${encoding}`] = againstNode(async () => {
    assert.equal((await through(encode(LARGE), new DecompressionStream(encoding))).toString(), LARGE)
  })
}

export default {
  ...checks,
  '@fastify/compress: given nxzlib as its zlib': async () => {
    const app = fastify()
    await app.register(compress, { zlib: nxzlib })
    app.get('/', async (request, reply) => reply.type('text/plain').send(LARGE))
    await app.ready()
    await withServer(app.routing, async (url) => {
      for (const [encoding, decode] of [
        ['gzip', node.gunzipSync],
        ['deflate', node.inflateSync],
      ]) {
        const answer = await rawGet(url, { 'accept-encoding': encoding })
        assert.equal(answer.encoding, encoding)
        assert.equal(decode(answer.body).toString(), LARGE)
      }
    })
  },
  'pngjs: given nxzlib to deflate with': () =>
    writeAll(WRITERS['by stream'], { deflateFactory: nxzlib.createDeflate, deflateStrategy: 0 }),
}
