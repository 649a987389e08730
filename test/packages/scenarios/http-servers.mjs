// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { once } from 'node:events'
import { request } from 'node:http'
import zlib from 'node:zlib'

import compress from '@fastify/compress'
import bodyParser from 'body-parser'
import compression from 'compression'
import express from 'express'
import fastify from 'fastify'
import Koa from 'koa'
import koaCompress from 'koa-compress'

import { text } from '../data.mjs'
import { CLIENTS, curl, nodesFetch, rawGet, withServer } from '../http.mjs'
import { node } from '../node-zlib.cjs'

/** More than a job's worth. */
const LARGE = text(270_000)
const SMALL = { list: text(3000).split(' ') }

const DECODERS = { gzip: node.gunzipSync, deflate: node.inflateSync }

/** Servers that answer /large with text and /small with JSON: request handlers by name. */
const SERVERS = {
  'node:http': () => (request, response) => {
    const encoding = request.headers['accept-encoding']
    response.setHeader('content-encoding', encoding)
    const encoder = encoding === 'gzip' ? zlib.createGzip() : zlib.createDeflate()
    encoder.end(request.url === '/large' ? LARGE : JSON.stringify(SMALL)).pipe(response)
  },
  'express and compression': () => {
    const app = express().use(compression())
    app.get('/large', (request, response) => response.type('text').send(LARGE))
    app.get('/small', (request, response) => response.json(SMALL))
    return app
  },
  'fastify and @fastify/compress': async () => {
    const app = fastify()
    await app.register(compress)
    app.get('/large', async (request, reply) => reply.type('text/plain').send(LARGE))
    app.get('/small', async () => SMALL)
    await app.ready()
    return app.routing
  },
  'koa-compress': () => {
    const app = new Koa().use(koaCompress())
    app.use((context) => {
      context.body = context.path === '/large' ? LARGE : SMALL
    })
    return app.callback()
  },
}

/** The clients that are packages. */
const packages = Object.values(CLIENTS).filter((get) => get !== nodesFetch)

const checks = {}
for (const [server, make] of Object.entries(SERVERS)) {
  for (const [encoding, decode] of Object.entries(DECODERS)) {
    checks[`${server}: node:zlib decodes the ${encoding} of the answers`] = async () => {
      await withServer(await make(), async (url) => {
        for (const [path, expected] of [
          ['/large', LARGE],
          ['/small', JSON.stringify(SMALL)],
        ]) {
          const answer = await rawGet(url + path, { 'accept-encoding': encoding })
          assert.equal(answer.encoding, encoding)
          assert.equal(decode(answer.body).toString(), expected, path)
        }
      })
    }
  }
  const askAll = async (clients) => {
    await withServer(await make(), async (url) => {
      for (const get of clients) {
        const bodies = await Promise.all(Array.from({ length: 4 }, () => get(`${url}/large`, 'gzip')))
        for (const body of bodies) assert.equal(body.toString(), LARGE)
      }
    })
  }
  checks[`${server}: each client, 4 at a time`] = () => askAll(packages)
  checks[`${server}: Node's fetch, 4 at a time`] = { builtIn: true, run: () => askAll([nodesFetch]) }
  checks[`${server}: curl, 4 at a time`] = { tool: 'curl', run: () => askAll([curl]) }
}

checks['compression: what was written arrives on flush(), before the end'] = async () => {
  let response
  const app = express().use(compression())
  app.get('/', (request, ours) => {
    response = ours
    ours.type('text').write('first part')
    ours.flush()
  })
  await withServer(app, async (url) => {
    const [answer] = await once(request(url, { headers: { 'accept-encoding': 'gzip' } }).end(), 'response')
    let received = Buffer.alloc(0)
    for await (const chunk of answer) {
      received = Buffer.concat([received, chunk])
      const { Z_SYNC_FLUSH: finishFlush } = zlib.constants
      if (node.gunzipSync(received, { finishFlush }).toString() === 'first part') response.end(', last part')
    }
    assert.equal(node.gunzipSync(received).toString(), 'first part, last part')
  })
}

/** Servers that read JSON in a compressed request, and tell its length. */
const READERS = {
  'body-parser': () => {
    const app = express().use(bodyParser.json({ limit: '10mb' }))
    app.post('/', ({ body }, response) => response.json(body.text.length))
    return app
  },
  '@fastify/compress': async () => {
    const app = fastify({ bodyLimit: 10_000_000 })
    await app.register(compress)
    app.post('/', async ({ body }) => JSON.stringify(body.text.length))
    await app.ready()
    return app.routing
  },
}

for (const [reader, make] of Object.entries(READERS)) {
  checks[`${reader}: requests that node:zlib encoded`] = async () => {
    await withServer(await make(), async (url) => {
      for (const [encoding, encode] of [
        ['gzip', node.gzipSync],
        ['deflate', node.deflateSync],
      ]) {
        const headers = { 'content-type': 'application/json', 'content-encoding': encoding }
        const response = await globalThis.fetch(url, {
          method: 'POST',
          headers,
          body: encode(JSON.stringify({ text: LARGE })),
        })
        assert.equal(await response.text(), String(LARGE.length), encoding)
      }
    })
  }
}

export default checks
