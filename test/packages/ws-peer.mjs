// SPDX-License-Identifier: MIT
// A process with ws on node:zlib, that does what it is told: a message with its answer at a time.
import { exchange, serveEcho } from './ws-echo.mjs'

process.on('message', async ({ task, options, url }) => {
  try {
    if (task === 'serve') process.send({ url: (await serveEcho(options)).url })
    else process.send({ messages: await exchange(url, options) })
  } catch (error) {
    process.send({ error: String(error?.stack) })
  }
})
process.on('disconnect', () => process.exit())
