// What the checks of HTTP clients and servers share.
import { Buffer } from 'node:buffer'
import { once } from 'node:events'
import { createServer, request } from 'node:http'
import { buffer } from 'node:stream/consumers'

import axios from 'axios'
import got from 'got'
import nodeFetch from 'node-fetch'
import { Agent, fetch as undiciFetch, interceptors, request as undiciRequest } from 'undici'

/** Calls `use` with the address of a server on this machine. */
export async function withServer(handler, use) {
  const server = createServer(handler).listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    return await use(`http://127.0.0.1:${server.address().port}`)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

/** What arrives, undecoded. */
export async function rawGet(url, headers) {
  const [response] = await once(request(url, { headers, agent: false }).end(), 'response')
  return { encoding: response.headers['content-encoding'], body: await buffer(response) }
}

const bytesOfFetch = async (response) => Buffer.from(await (await response).arrayBuffer())

const decompressing = new Agent().compose(interceptors.decompress())

/** The body of an answer, decoded, by each client; `encoding` is what it shall ask for. */
export const CLIENTS = {
  "Node's fetch": (url, encoding) =>
    bytesOfFetch(globalThis.fetch(url, { headers: { 'accept-encoding': encoding } })),
  'undici fetch': (url, encoding) =>
    bytesOfFetch(undiciFetch(url, { headers: { 'accept-encoding': encoding } })),
  'undici request': async (url, encoding) => {
    const { body } = await undiciRequest(url, {
      headers: { 'accept-encoding': encoding },
      dispatcher: decompressing,
    })
    return Buffer.from(await body.arrayBuffer())
  },
  got: (url, encoding) =>
    got(url, { headers: { 'accept-encoding': encoding }, retry: { limit: 0 } }).buffer(),
  axios: async (url, encoding) =>
    (await axios.get(url, { headers: { 'Accept-Encoding': encoding }, responseType: 'arraybuffer' })).data,
  'node-fetch': (url, encoding) => bytesOfFetch(nodeFetch(url, { headers: { 'accept-encoding': encoding } })),
}
