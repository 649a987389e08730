// SPDX-License-Identifier: MIT
// WebSocket servers that send back what they get, and clients that see whether they do.
import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { once } from 'node:events'

import { WebSocket, WebSocketServer } from 'ws'

import { noise, text } from './data.mjs'

/** Bytes from which messages are compressed: all are. */
const threshold = 0

/** Starts a server with these options of permessage-deflate. */
export async function serveEcho(options) {
  const server = new WebSocketServer({
    host: '127.0.0.1',
    port: 0,
    perMessageDeflate: { ...options, threshold },
  })
  server.on('connection', (socket) => {
    socket.on('message', (data, binary) => socket.send(data, { binary }))
  })
  await once(server, 'listening')
  return { server, url: `ws://127.0.0.1:${server.address().port}` }
}

/** Opens a connection that compresses with these options. */
export async function connect(url, options) {
  const socket = new WebSocket(url, { perMessageDeflate: { ...options, threshold } })
  await once(socket, 'open')
  assert.match(socket.extensions, /permessage-deflate/)
  return socket
}

const MESSAGES = [
  'text',
  '',
  text(500),
  text(500),
  noise(3000),
  text(270_000, 2),
  noise(40_000, 3),
  Buffer.alloc(100_000),
  ...Array.from({ length: 20 }, (_, i) => JSON.stringify({ id: i, name: text(40, i + 1) })),
]

/** Sends messages without waiting for their echoes, one of them in fragments, and compares. Returns how many came back. */
export async function exchange(url, options) {
  const socket = await connect(url, options)
  const expected = [...MESSAGES, text(50_000, 5)]
  const received = new Promise((resolve, reject) => {
    const messages = []
    socket.on('error', reject).on('close', () => reject(new Error('closed too soon')))
    socket.on('message', (data, binary) => {
      messages.push(binary ? data : data.toString())
      if (messages.length === expected.length) resolve(messages)
    })
  })
  for (const message of MESSAGES) socket.send(message)
  const last = expected.at(-1)
  socket.send(last.slice(0, 10), { fin: false })
  socket.send(last.slice(10, 40_000), { fin: false })
  socket.send(last.slice(40_000))
  assert.deepEqual(await received, expected)
  socket.close()
  await once(socket, 'close')
  return expected.length
}
