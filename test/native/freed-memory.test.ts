// SPDX-License-Identifier: MIT
/** Memory of results that were collected: malloc keeps it for the next ones. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { ADDON_PATH, withAddon } from './addon.js'

const addon = `require(${JSON.stringify(ADDON_PATH)})`
const zlib = `require(${JSON.stringify(join(__dirname, '../../lib/index.js'))})`

/** Bytes behind the heap's end within which nothing else may lie: in some processes V8 has mapped something there. */
const LEAST_ROOM_BYTES = 64 << 20

/**
 * Prints where 8 MiB come from behind `before`: from the heap, whose end is kept, or from the system by themselves. The latter
 * says nothing where the heap has no room to grow.
 */
const program = (before: string) => `
  ${before}
  const view = new Uint8Array(Buffer.allocUnsafeSlow(8 << 20).buffer)
  const address = ${addon}.addressOf(view)
  const mappings = require('node:fs').readFileSync('/proc/self/maps', 'latin1').trim().split('\\n').map((line) => {
    const [from, to] = line.split(' ', 1)[0].split('-').map((end) => BigInt('0x' + end))
    return { from, to, isHeap: line.endsWith('[heap]') }
  })
  const heap = mappings.findLastIndex(({ isHeap }) => isHeap)
  const room = mappings[heap + 1].from - mappings[heap].to
  const isInHeap = mappings.some(({ from, to, isHeap }) => isHeap && address >= from && address < to)
  console.log(isInHeap ? 'heap' : room < ${LEAST_ROOM_BYTES} ? 'no room' : 'system')
`

/** Processes that may have no room. One in some hundred has none. */
const MOST_PROCESSES = 10

function originOfMemory(before: string, tunables = ''): string {
  let origin: string
  let left = MOST_PROCESSES
  do {
    const { stdout, stderr } = spawnSync(process.execPath, ['-e', program(before)], {
      encoding: 'utf8',
      env: { ...process.env, NXZLIB_ENGINE: 'model', GLIBC_TUNABLES: tunables },
    })
    assert.equal(stderr, '')
    origin = stdout.trim()
  } while (origin === 'no room' && --left > 0)
  return origin
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
