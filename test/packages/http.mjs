// SPDX-License-Identifier: MIT
// What the checks of HTTP clients and servers share.
import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createServer, request } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { promisify } from 'node:util'

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

/** The body of an answer, decoded, by the fetch that Node contains; `encoding` is what it shall ask for. */
export const nodesFetch = (url, encoding) =>
  bytesOfFetch(globalThis.fetch(url, { headers: { 'accept-encoding': encoding } }))

/** The same by each client. */
export const CLIENTS = {
  "Node's fetch": nodesFetch,
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

/** The same by curl, which also has to tell that the answer was encoded so. */
export async function curl(url, encoding) {
  const asked = ['--compressed', '--header', `Accept-Encoding: ${encoding}`]
  const args = ['--silent', '--fail', '--noproxy', '*', '--include', ...asked, url]
  const { stdout } = await promisify(execFile)('curl', args, { maxBuffer: Infinity, encoding: 'buffer' })
  const end = stdout.indexOf('\r\n\r\n')
  assert.match(stdout.toString('latin1', 0, end), new RegExp(`^content-encoding: ${encoding}\r?$`, 'im'))
  return stdout.subarray(end + 4)
}
