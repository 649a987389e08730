// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import { buffer, text as textOf } from 'node:stream/consumers'
import zlib from 'node:zlib'

import { noise, text } from '../data.mjs'
import { withServer } from '../http.mjs'

const CONTENTS = { large: Buffer.from(text(800_000)), noise: noise(300_000), tiny: Buffer.from('tiny') }

/** How the server answers: the Content-Encoding, and what encodes, by stream or in one go. */
const ENCODINGS = {
  'gzip stream': ['gzip', (response, body) => zlib.createGzip().end(body).pipe(response)],
  'gzip call': ['gzip', (response, body) => zlib.gzip(body, (error, encoded) => response.end(encoded))],
  'deflate stream': ['deflate', (response, body) => zlib.createDeflate().end(body).pipe(response)],
  'deflate call': ['deflate', (response, body) => response.end(zlib.deflateSync(body))],
}

const UPLOAD = text(200_000)

/** In the browser: fetches all there is, sends back some compressed, and tells the server what came of it. */
async function inBrowser(paths, upload) {
  /* global fetch, crypto, Blob, Response, CompressionStream */
  const results = {}
  for (const path of paths) {
    const bytes = await (await fetch(path)).arrayBuffer()
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
    results[path] = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
  }
  for (const format of ['gzip', 'deflate']) {
    const body = await new Response(
      new Blob([upload]).stream().pipeThrough(new CompressionStream(format)),
    ).blob()
    results[format] = await (await fetch(`/upload/${format}`, { method: 'POST', body })).text()
  }
  await fetch('/results', { method: 'POST', body: JSON.stringify(results) })
}

const digestOf = (data) => createHash('sha256').update(data).digest('hex')

/** What the browser shall find: digests of the contents by their paths, and whether its uploads were understood. */
const EXPECTED = { gzip: 'true', deflate: 'true' }
for (const how of Object.keys(ENCODINGS)) {
  for (const [what, content] of Object.entries(CONTENTS)) {
    EXPECTED[`/${how.replace(' ', '-')}/${what}`] = digestOf(content)
  }
}

const paths = Object.keys(EXPECTED).filter((name) => name.startsWith('/'))

const PAGE = `<!doctype html><meta charset="utf-8"><title>nxzlib</title><body><script>
${inBrowser}
inBrowser(${JSON.stringify(paths)}, ${JSON.stringify(UPLOAD)})
</script>`

/** Answers the browser; `finish` gets its results. */
async function handle(request, response, finish) {
  const [, how, what] = request.url.split('/')
  if (how === 'results') {
    finish(JSON.parse(await textOf(request)))
    response.end()
    return
  }
  if (how === 'upload') {
    const decode = what === 'gzip' ? zlib.createGunzip() : zlib.createInflate()
    response.end(String((await buffer(request.pipe(decode))).equals(Buffer.from(UPLOAD))))
    return
  }
  const [encoding, encode] = ENCODINGS[how.replace('-', ' ')] ?? ENCODINGS['gzip stream']
  response.writeHead(200, { 'content-encoding': encoding, 'content-type': what ? 'text/plain' : 'text/html' })
  encode(response, what ? CONTENTS[what] : Buffer.from(PAGE))
}

/** What keeps it from asking for anything but the page. */
const FLAGS =
  '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync'

/** Opens a page in a browser with a profile of its own, until `results` has come. @throws Error if the browser leaves before */
async function browse(url, folder, results) {
  const args = [...FLAGS.split(' '), `--user-data-dir=${join(folder, 'profile')}`, url]
  const browser = spawn('chromium', args, { stdio: 'ignore' })
  const closed = once(browser, 'close')
  try {
    const left = closed.then(([status, signal]) => {
      throw new Error(`the browser left with ${signal ?? status}`)
    })
    return await Promise.race([results, left])
  } finally {
    browser.kill('SIGKILL')
    await closed
  }
}

export default {
  'Chromium: decodes the page and all its contents, and its CompressionStream is read': {
    tool: 'chromium',
    run: async ({ folder }) => {
      let finish
      const results = new Promise((resolve) => {
        finish = resolve
      })
      const handler = (request, response) => handle(request, response, finish)
      assert.deepEqual(await withServer(handler, (url) => browse(url, folder, results)), EXPECTED)
    },
  },
}
