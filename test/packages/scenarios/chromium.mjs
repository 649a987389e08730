import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { execFile, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { promisify } from 'node:util'
import zlib from 'node:zlib'

import { noise, text } from '../data.mjs'
import { withServer } from '../http.mjs'

const CONTENTS = { large: Buffer.from(text(2_000_000)), noise: noise(300_000), tiny: Buffer.from('tiny') }

/** How the server answers: the Content-Encoding, and what encodes, by stream or in one go. */
const ENCODINGS = {
  'gzip stream': ['gzip', (response, body) => zlib.createGzip().end(body).pipe(response)],
  'gzip call': ['gzip', (response, body) => zlib.gzip(body, (error, encoded) => response.end(encoded))],
  'deflate stream': ['deflate', (response, body) => zlib.createDeflate().end(body).pipe(response)],
  'deflate call': ['deflate', (response, body) => response.end(zlib.deflateSync(body))],
}

/** In the browser: fetches all there is, sends back some compressed, and writes what came into the page. */
async function inBrowser(paths, upload) {
  /* global document, fetch, crypto, Blob, Response, CompressionStream */
  const lines = []
  for (const path of paths) {
    const bytes = await (await fetch(path)).arrayBuffer()
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
    lines.push(`${path} ${Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')}`)
  }
  for (const format of ['gzip', 'deflate']) {
    const body = await new Response(
      new Blob([upload]).stream().pipeThrough(new CompressionStream(format)),
    ).blob()
    lines.push(`${format} ${await (await fetch(`/upload/${format}`, { method: 'POST', body })).text()}`)
  }
  document.body.textContent = lines.join('\n')
}

const UPLOAD = text(200_000)

const paths = Object.keys(ENCODINGS).flatMap((how) =>
  Object.keys(CONTENTS).map((what) => `/${how.replace(' ', '-')}/${what}`),
)

const PAGE = `<!doctype html><meta charset="utf-8"><title>nxzlib</title><body><script>
${inBrowser}
inBrowser(${JSON.stringify(paths)}, ${JSON.stringify(UPLOAD)})
</script>`

async function handle(request, response) {
  const [, how, what] = request.url.split('/')
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

/** The page once the browser has done all that its scripts do. */
async function render(url, folder) {
  const args = [
    ...FLAGS.split(' '),
    '--virtual-time-budget=60000',
    `--user-data-dir=${join(folder, 'profile')}`,
  ]
  const { stdout } = await promisify(execFile)('chromium', [...args, '--dump-dom', url], {
    maxBuffer: Infinity,
  })
  return stdout
}

const digestOf = (data) => createHash('sha256').update(data).digest('hex')

const isInstalled = spawnSync('chromium', ['--version']).status === 0
// Where everything is installed for it, the check fails.
export const skip = isInstalled || process.env.CI ? undefined : 'chromium is not installed'

export default {
  'Chromium: decodes the page and all its contents, and its CompressionStream is read': async ({
    folder,
  }) => {
    const page = await withServer(handle, (url) => render(url, folder))
    for (const path of paths) {
      const [, , what] = path.split('/')
      assert.ok(page.includes(`${path} ${digestOf(CONTENTS[what])}`), `${path} in ${page.slice(-2000)}`)
    }
    for (const format of ['gzip', 'deflate']) assert.ok(page.includes(`${format} true`), format)
  },
}
