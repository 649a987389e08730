// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { resolve } from 'node:path'

const INDEX = resolve(__dirname, '../../lib/index.js')

/** Changes that a later version of Node could bring: a program for each, and what status() says then. */
const CHANGES: readonly (readonly [program: string, reason: string])[] = [
  ['zlib.DeflateRaw = class { _handle = undefined }', 'a stream of node:zlib has no handle'],
  ['delete Object.getPrototypeOf(handle).params', "the handle of node:zlib's streams has no params()"],
  ['zlib.DeflateRaw = class { _handle = handle }', 'node:zlib gives no callback to its handles'],
  [
    `const prototype = Object.getPrototypeOf(handle)
     const { init } = prototype
     prototype.init = function (...values) {
       if (this !== handle) init.apply(this, values)
     }
     zlib.DeflateRaw = function () {
       handle.init(15, 6, 8, 0, [0, 0], () => undefined)
       this._handle = handle
     }`,
    'node:zlib gives no state to its handles',
  ],
]

describe('differential: internals that are not as expected', () => {
  for (const [change, reason] of CHANGES) {
    it(`${reason}: the classes are node:zlib's own, functions are served by jobs`, () => {
      const program = `
        const zlib = require('zlib')
        const handle = zlib.createGzip()._handle
        ${change}
        const ours = require(${JSON.stringify(INDEX)})
        const names = Object.keys(zlib).filter((name) => /^(create)?[A-Z]/.test(name))
        const restored = zlib.gunzipSync(ours.gzipSync('text'))
        console.log(JSON.stringify({
          streams: ours.status().streams,
          own: names.every((name) => ours[name] === zlib[name]),
          restored: restored.toString(),
          byJobs: Object.values(ours.stats().jobs).some((jobs) => jobs > 0),
        }))`
      const printed = execFileSync(process.execPath, ['-e', program], { encoding: 'utf8', stdio: 'pipe' })
      const expected = { streams: { available: false, reason }, own: true, restored: 'text', byJobs: true }
      assert.deepEqual(JSON.parse(printed), expected)
    })
  }
})
