// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

const REGISTER = resolve(__dirname, '../lib/register.js')
const INSTALL = resolve(__dirname, '../lib/install.js')
const STREAMS = resolve(__dirname, '../lib/zlib/streams.js')

function run(kind: 'module' | 'commonjs', program: string, ...options: string[]): string {
  const all = [...options, `--input-type=${kind}`, '--no-warnings', '-e', program]
  return execFileSync(process.execPath, all, { encoding: 'utf8', stdio: 'pipe' }).trim()
}

const OURS = `require(${JSON.stringify(STREAMS)}).serviceOf(zlib.createGzip())?.engine`

describe('install and register', () => {
  it('--require reaches require, and what the program makes works', () => {
    const program = `const zlib = require('zlib')
      console.log(${OURS}, zlib.gunzipSync(zlib.gzipSync('restored')).toString())`
    assert.equal(run('commonjs', program, '--require', REGISTER), 'jobs restored')
  })

  for (const [how, options] of [
    ['--require', ['--require', REGISTER]],
    ['--import', ['--import', pathToFileURL(REGISTER).href]],
  ] as const) {
    it(`${how} reaches default, named and namespace imports`, () => {
      const program = `import zlib, { createGzip, Gzip } from 'node:zlib'; import * as all from 'zlib'
        import { createRequire } from 'node:module'
        const { serviceOf } = createRequire('/')(${JSON.stringify(STREAMS)})
        console.log([createGzip(), new Gzip(), zlib.createGzip(), all.createGzip()].map((s) => serviceOf(s)?.engine).join())`
      assert.equal(run('module', program, ...options), 'jobs,jobs,jobs,jobs')
    })
  }

  it('reaches CompressionStream', () => {
    const program = `const { stats } = require('nxzlib')
      const body = new Blob(['text']).stream().pipeThrough(new CompressionStream('gzip'))
      new Response(body.pipeThrough(new DecompressionStream('gzip'))).text().then((text) => console.log(text, Object.values(stats().jobs).some((jobs) => jobs > 0)))`
    assert.equal(run('commonjs', program, '--require', REGISTER), 'text true')
  })

  it('install can be called again, takes names, and uninstall leaves node:zlib as it was', () => {
    const program = `const zlib = require('zlib')
      const before = Object.getOwnPropertyDescriptors(zlib)
      const { install, uninstall } = require(${JSON.stringify(INSTALL)})
      const changed = () => Object.keys(before).filter((name) => zlib[name] !== before[name].value).sort()
      const counts = []
      install({ only: ['gzip', 'createGzip'] }); counts.push(changed().join())
      install(); install(); counts.push(changed().length)
      const attributes = (all) => JSON.stringify(Object.values(all).map(({ value, ...rest }) => rest))
      counts.push(attributes(Object.getOwnPropertyDescriptors(zlib)) === attributes(before))
      uninstall(); uninstall(); counts.push(changed().length)
      try { install({ only: ['brotliCompress'] }) } catch (error) { counts.push(error.code) }
      console.log(counts.join(' '))`
    assert.equal(run('commonjs', program), 'createGzip,gzip 28 true 0 ERR_NX_INVALID_ARGUMENT')
  })

  it('a stream that was made before works on after install and uninstall', () => {
    const program = `const zlib = require('zlib'); const { install, uninstall } = require(${JSON.stringify(INSTALL)})
      const old = zlib.createGzip(); install(); const ours = zlib.createGzip(); uninstall()
      const { serviceOf } = require(${JSON.stringify(STREAMS)})
      for (const stream of [old, ours]) {
        const output = []
        stream.on('data', (chunk) => output.push(chunk))
        stream.on('end', () => console.log(serviceOf(stream)?.engine ?? 'node', zlib.gunzipSync(Buffer.concat(output)).toString()))
        stream.end('text')
      }`
    assert.deepEqual(run('commonjs', program).split('\n').sort(), ['jobs text', 'node text'])
  })
})
