import assert from 'node:assert/strict'

import compress from '@fastify/compress'
import fastify from 'fastify'
import * as nxzlib from 'nxzlib'

import { text } from '../data.mjs'
import { rawGet, withServer } from '../http.mjs'
import { node } from '../node-zlib.cjs'
import { WRITERS, writeAll } from '../pictures.mjs'

const LARGE = text(1_000_000)

export default {
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
  'node:http: a server that is written with nxzlib': async () => {
    const handler = (request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' })
      nxzlib.createGzip().on('error', console.error).end(LARGE).pipe(response)
    }
    await withServer(handler, async (url) => {
      assert.equal(node.gunzipSync((await rawGet(url, {})).body).toString(), LARGE)
    })
  },
}
