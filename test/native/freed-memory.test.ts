// SPDX-License-Identifier: MIT
/** Memory of results that were collected: malloc keeps it for the next ones. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { ADDON_PATH, withAddon } from './addon.js'

/** Prints where 8 MiB come from once a unit was made: from the heap, whose end is kept, or from the system by themselves. */
const PROGRAM = `
  const addon = require(${JSON.stringify(ADDON_PATH)})
  const unit = new addon.SoftwareUnit(() => undefined)
  const view = new Uint8Array(Buffer.allocUnsafeSlow(8 << 20).buffer)
  const address = addon.addressOf(view)
  const line = require('node:fs').readFileSync('/proc/self/maps', 'latin1').split('\\n').find((range) => {
    const [, from, to] = /^([0-9a-f]+)-([0-9a-f]+) /.exec(range) ?? []
    return to && address >= BigInt('0x' + from) && address < BigInt('0x' + to)
  })
  console.log(line.endsWith('[heap]') ? 'heap' : 'system')
  unit.close()
`

function originOfMemory(tunables: string): string {
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', PROGRAM], {
    encoding: 'utf8',
    env: { ...process.env, GLIBC_TUNABLES: tunables },
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

  it('of results of some MiB is kept for the next ones', () => {
    assert.equal(originOfMemory(''), 'heap')
  })

  it('goes back to the system where the environment says so', () => {
    assert.equal(originOfMemory('glibc.malloc.mmap_threshold=131072'), 'system')
  })
})
