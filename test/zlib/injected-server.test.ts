// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { createServer, get, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import zlib from 'node:zlib'

import { configure } from '../../lib/configuration.js'
import { gzip } from '../../lib/zlib/convenience.js'
import { resetStats, stats } from '../../lib/zlib/call-statistics.js'
import { withAddon } from '../native/addon.js'
import { textLike } from '../support/data.js'

/** Requests under way at a time, and the most that are sent until a breaker that opened closes again. */
const AT_A_TIME = 8
const MOST_REQUESTS = 20_000

const page = textLike(81, 20_000)

interface Trouble {
  readonly inject: string
  /** What `stats().fallbacks` and the breaker call it; undefined: jobs come through it by themselves. */
  readonly reason: string | undefined
  readonly settings?: Parameters<typeof configure>[0]
}

/** Each kind of trouble, at the beginning. */
const TROUBLES: Readonly<Record<string, Trouble>> = {
  'does not accept pastes': { inject: 'busy=0-200ms', reason: 'busy', settings: { pasteTimeout: 50 } },
  'never finishes a job': { inject: 'hang=0-1', reason: 'timeout', settings: { timeout: 400 } },
  'meets pages that are not resident': { inject: 'fault=0.3 seed=11', reason: undefined },
  'ends jobs with an error of its own': { inject: 'cc224=0-6', reason: 'failing' },
  'puts out wrong bits': { inject: 'flip=0-9 seed=2', reason: 'corrupt', settings: { verify: true } },
  'is gone for a while': { inject: 'gone=0-1', reason: 'unavailable' },
}

describe('an HTTP server under load, while the device', () => {
  withAddon()
  let server: Server
  before((done) => {
    server = createServer((_, response) => {
      gzip(page, (error, body) => {
        response.writeHead(error ? 500 : 200, { 'content-encoding': 'gzip' })
        response.end(body)
      })
    }).listen(0, '127.0.0.1', done)
  })
  after((done) => {
    server.closeAllConnections()
    server.close(done)
  })
  afterEach(() => {
    configure({ engine: undefined, verify: undefined, inject: undefined })
    configure({ timeout: undefined, pasteTimeout: undefined })
  })

  const fetchPage = () =>
    new Promise<Buffer>((resolve, reject) => {
      const { port } = server.address() as AddressInfo
      get({ host: '127.0.0.1', port }, (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () => {
          resolve(Buffer.concat(chunks))
        })
      }).on('error', reject)
    })

  for (const [what, { inject, reason, settings = {} }] of Object.entries(TROUBLES)) {
    it(`${what}, answers everything rightly, and its statistics tell the story`, async () => {
      const states: string[] = []
      const listen = (message: unknown) => {
        const { engine, state } = message as { engine: string; state: string }
        if (engine === 'native') states.push(state)
      }
      subscribe('nxzlib:breaker', listen)
      resetStats()
      configure({ engine: 'auto', threshold: 0, ...settings, inject })
      try {
        let sent = 0
        const isOver = () => (reason === undefined ? sent >= 50 : states.at(-1) === 'closed')
        while (!isOver() && sent < MOST_REQUESTS) {
          const bodies = await Promise.all(Array.from({ length: AT_A_TIME }, fetchPage))
          for (const body of bodies) assert.deepEqual(new Uint8Array(zlib.gunzipSync(body)), page)
          sent += AT_A_TIME
        }
        const { fallbacks, jobs, retries, injected, compress } = stats()
        assert.equal(compress.calls, sent)
        assert.ok(Object.values(injected).some((count) => count > 0))
        assert.ok(jobs.native > 0)
        if (reason === undefined) {
          assert.deepEqual(states, [])
          assert.ok(retries > 0)
        } else {
          assert.ok(fallbacks[reason] > 0, JSON.stringify(fallbacks))
          assert.deepEqual([states[0], states.at(-1)], ['open', 'closed'])
        }
      } finally {
        unsubscribe('nxzlib:breaker', listen)
        configure({ threshold: undefined })
      }
    })
  }
})
