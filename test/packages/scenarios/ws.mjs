// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath, URL } from 'node:url'

import { noise } from '../data.mjs'
import { connect, exchange, serveEcho } from '../ws-echo.mjs'

const peer = fork(fileURLToPath(new URL('../ws-peer.mjs', import.meta.url)), { execArgv: [] })
peer.unref()
peer.channel.unref()

/** Has the process on node:zlib do something. */
async function ask(request) {
  peer.send(request)
  const [answer] = await once(peer, 'message')
  if (answer.error) throw new Error(`on node:zlib: ${answer.error}`)
  return answer
}

/** Messages to and from a server, by clients of this process and of the one on node:zlib. */
async function exchangeAll(options) {
  const { server, url } = await serveEcho(options)
  const counts = await Promise.all([exchange(url, options), exchange(url, options)])
  const { messages } = await ask({ task: 'connect', options, url })
  server.close()
  const elsewhere = await ask({ task: 'serve', options })
  counts.push(messages, await exchange(elsewhere.url, options))
  assert.ok(counts.every((count) => count > 0))
}

const checks = {}
for (const serverNoContextTakeover of [false, true]) {
  for (const clientNoContextTakeover of [false, true]) {
    const options = { serverNoContextTakeover, clientNoContextTakeover }
    const kept = [!serverNoContextTakeover && 'server', !clientNoContextTakeover && 'client'].filter(Boolean)
    checks[`ws: messages both ways, context kept by ${kept.join(' and ') || 'nobody'}`] = () =>
      exchangeAll(options)
  }
}
for (let bits = 8; bits <= 15; bits++) {
  const run = () => exchangeAll({ serverMaxWindowBits: bits, clientMaxWindowBits: bits })
  checks[`ws: messages both ways, window bits ${bits}`] = bits < 15 ? { run, leftToNode: 'windowBits' } : run
}

/** Bytes of a message that takes its second sending, once a first has told what is in it. */
async function bytesOfSecond(options) {
  const { server, url } = await serveEcho(options)
  const socket = await connect(url, options)
  const message = noise(10_000)
  socket.send(message)
  await once(socket, 'message')
  const before = socket._socket.bytesRead
  socket.send(message)
  const [echo] = await once(socket, 'message')
  assert.ok(echo.equals(message))
  const bytes = socket._socket.bytesRead - before
  socket.close()
  server.close()
  return bytes
}

checks['ws: with context a message that was sent before takes hardly any bytes'] = async () => {
  const bytes = await bytesOfSecond({})
  assert.ok(bytes < 500, `${bytes} bytes`)
}
checks['ws: without context it takes as many as before'] = async () => {
  const bytes = await bytesOfSecond({ serverNoContextTakeover: true })
  assert.ok(bytes > 9000, `${bytes} bytes`)
}

export default checks
