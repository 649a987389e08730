// SPDX-License-Identifier: MIT
/** Large outputs: the system is asked for large pages before a job writes them. */
import assert from 'node:assert/strict'
import { closeSync, existsSync, openSync, readFileSync, readSync } from 'node:fs'
import { release } from 'node:os'
import { promisify } from 'node:util'
import { configure, gunzip, gunzipSync, gzipSync } from '../../lib/index.js'
import { FC, openDevice } from '../../lib/nx.js'
import { withAddon, type Addon } from './addon.js'

const MIB = 1024 * 1024

/** Of which Node's types know nothing. */
declare const WebAssembly: { Memory: new (pages: { initial: number }) => { readonly buffer: ArrayBuffer } }

const WASM_PAGE_BYTES = 64 * 1024

const PAGEMAP = '/proc/self/pagemap'

/** Whether a mapping that holds some of a view has large pages, by its flags in /proc/self/smaps. */
function hasLargePages(view: Uint8Array, addon: Addon): boolean {
  const start = addon.addressOf(view)
  const end = start + BigInt(view.length)
  let here = false
  for (const line of readFileSync('/proc/self/smaps', 'latin1').split('\n')) {
    const range = /^([0-9a-f]+)-([0-9a-f]+) /.exec(line)
    if (range) here = start < BigInt(`0x${range[2]}`) && end > BigInt(`0x${range[1]}`)
    else if (here && /^VmFlags:.* hg\b/.test(line)) return true
  }
  return false
}

/**
 * Bytes of the pages that hold a view and are in memory: bit 63 of their entries (the kernel's admin-guide/mm/pagemap.rst). The
 * mapping that they are in may be shared with what others have beside them.
 */
function residentBytes(view: Uint8Array, addon: Addon): number {
  const pageSize = BigInt(addon.pageSize)
  const start = addon.addressOf(view)
  const first = start / pageSize
  const last = (start + BigInt(view.length) - 1n) / pageSize
  const entries = new BigUint64Array(Number(last - first) + 1)
  const file = openSync(PAGEMAP, 'r')
  assert.equal(readSync(file, entries, 0, entries.byteLength, first * 8n), entries.byteLength)
  closeSync(file)
  return entries.filter((entry) => entry >> 63n === 1n).length * addon.pageSize
}

/** Whole pages of which none was touched, as malloc cannot promise; they do not begin where a large page does. */
function untouchedMemory({ pageSize }: Addon): Uint8Array {
  const { buffer } = new WebAssembly.Memory({ initial: (64 * MIB) / WASM_PAGE_BYTES })
  return new Uint8Array(buffer, pageSize, 62 * MIB)
}

/** Linux 5.14 brings pages in that are about to be written. */
const canFetch = () => {
  const [major, minor] = release().split('.').map(Number)
  return existsSync(PAGEMAP) && (major > 5 || (major === 5 && minor >= 14))
}

describe('large pages', () => {
  let addon: Addon

  withAddon((loaded) => {
    addon = loaded
  })

  it('are asked for where memory of some MiB is mapped', function () {
    if (!existsSync('/sys/kernel/mm/transparent_hugepage')) this.skip()
    const unit = new addon.SoftwareUnit(() => undefined)
    const view = new Uint8Array(Buffer.allocUnsafeSlow(64 * MIB).buffer)
    unit.map(view)
    assert.ok(hasLargePages(view, addon))
    unit.close()
  })

  it('are asked for where a target of some MiB is lent to a job', async function () {
    if (!existsSync('/sys/kernel/mm/transparent_hugepage')) this.skip()
    const window = openDevice({ engine: 'native' }).openWindow()
    const target = new Uint8Array(Buffer.allocUnsafeSlow(64 * MIB).buffer)
    window.runSync({ fc: FC.WRAP, source: Uint8Array.of(1), target })
    assert.ok(hasLargePages(target, addon))
    await window.close()
  })

  it('are asked for where the result of a call has some MiB, whichever device makes it', async function () {
    if (!existsSync('/sys/kernel/mm/transparent_hugepage')) this.skip()
    const packed = gzipSync(Buffer.alloc(64 * MIB))
    try {
      for (const engine of ['model', 'native'] as const) {
        configure({ engine })
        assert.ok(hasLargePages(gunzipSync(packed), addon), engine)
        assert.ok(hasLargePages(await promisify(gunzip)(packed), addon), engine)
      }
    } finally {
      configure({ engine: undefined })
    }
  })

  it('are not waited for where a lent target begins and ends: what is around them is fetched at once', async function () {
    if (!canFetch()) this.skip()
    const window = openDevice({ engine: 'native' }).openWindow()
    const target = untouchedMemory(addon)
    assert.equal(residentBytes(target, addon), 0)
    window.runSync({ fc: FC.WRAP, source: Uint8Array.of(1), target })
    // Before the first large page and behind the last one: together as much as one.
    assert.equal(residentBytes(target, addon), 2 * MIB)
    await window.close()
  })

  it('leave what is in memory as it is', () => {
    const unit = new addon.SoftwareUnit(() => undefined)
    const view = new Uint8Array(8 * MIB).fill(0x5a)
    unit.map(view)
    addon.prepareToWrite(view)
    assert.ok(view.every((byte) => byte === 0x5a))
    unit.close()
  })

  it('are for bytes only', () => {
    assert.throws(() => {
      addon.prepareToWrite([] as never)
    }, TypeError)
    addon.prepareToWrite(new Uint8Array(0))
  })
})
