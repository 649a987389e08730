// SPDX-License-Identifier: MIT
/** Memory of results that were collected: malloc keeps it for the next ones. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { ADDON_PATH, withAddon } from './addon.js'

const addon = `require(${JSON.stringify(ADDON_PATH)})`
const zlib = `require(${JSON.stringify(join(__dirname, '../../lib/index.js'))})`

/** Prints where 8 MiB come from behind `before`: from the heap, whose end is kept, or from the system by themselves. */
const program = (before: string) => `
  ${before}
  const view = new Uint8Array(Buffer.allocUnsafeSlow(8 << 20).buffer)
  const address = ${addon}.addressOf(view)
  const line = require('node:fs').readFileSync('/proc/self/maps', 'latin1').split('\\n').find((range) => {
    const [, from, to] = /^([0-9a-f]+)-([0-9a-f]+) /.exec(range) ?? []
    return to && address >= BigInt('0x' + from) && address < BigInt('0x' + to)
  })
  console.log(line.endsWith('[heap]') ? 'heap' : 'system')
`

function originOfMemory(before: string, tunables = ''): string {
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', program(before)], {
    encoding: 'utf8',
    env: { ...process.env, NXZLIB_ENGINE: 'model', GLIBC_TUNABLES: tunables },
  })
  assert.equal(stderr, '')
  return stdout.trim()
}

/** Whether malloc is that of glibc, and of no other library. */
function hasMallocOfGlibc(): boolean {
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } }
  return header.glibcVersionRuntime !== undefined && !process.env.LD_PRELOAD
}

describe('freed memory', () => {
  withAddon()

  before(function () {
    if (!hasMallocOfGlibc()) this.skip()
  })

  it('of results of some MiB is kept for the next ones where that is wanted', () => {
    assert.equal(originOfMemory(''), 'system')
    assert.equal(originOfMemory(`${addon}.keepFreedMemory()`), 'heap')
  })

  it('is kept once a call was served by jobs, of whatever device', () => {
    assert.equal(originOfMemory(`${zlib}.deflateSync(Buffer.alloc(100000))`), 'heap')
  })

  it('goes back to the system where the environment says so', () => {
    assert.equal(originOfMemory(`${addon}.keepFreedMemory()`, 'glibc.malloc.mmap_threshold=131072'), 'system')
  })
})
