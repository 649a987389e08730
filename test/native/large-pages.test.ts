// SPDX-License-Identifier: MIT
/** Large outputs: the system is asked for large pages before a job writes them. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { platform, release } from 'node:os'
import { FC, openDevice } from '../../lib/nx.js'
import { withAddon, type Addon } from './addon.js'

const MIB = 1024 * 1024

/** What the kernel says of the mappings that hold some of a view: the words of their lines of this name in /proc/self/smaps. */
function saidOf(view: Uint8Array, addon: Addon, name: string): string[][] {
  const start = addon.addressOf(view)
  const end = start + BigInt(view.length)
  const said: string[][] = []
  let here = false
  for (const line of readFileSync('/proc/self/smaps', 'latin1').split('\n')) {
    const range = /^([0-9a-f]+)-([0-9a-f]+) /.exec(line)
    if (range) here = start < BigInt(`0x${range[2]}`) && end > BigInt(`0x${range[1]}`)
    else if (here && line.startsWith(`${name}:`)) said.push(line.split(/\s+/).slice(1))
  }
  return said
}

const hasLargePages = (view: Uint8Array, addon: Addon) =>
  saidOf(view, addon, 'VmFlags').some((flags) => flags.includes('hg'))

const residentBytes = (view: Uint8Array, addon: Addon) =>
  saidOf(view, addon, 'Rss').reduce((sum, [size]) => sum + Number(size) * 1024, 0)

/** Linux 5.14 brings pages in that are about to be written. */
const canFetch = () => {
  const [major, minor] = release().split('.').map(Number)
  return platform() === 'linux' && (major > 5 || (major === 5 && minor >= 14))
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

  it('are not waited for where a lent target begins and ends: what is around them is fetched at once', async function () {
    if (!canFetch()) this.skip()
    const window = openDevice({ engine: 'native' }).openWindow()
    const target = new Uint8Array(Buffer.allocUnsafeSlow(64 * MIB).buffer)
    const before = residentBytes(target, addon)
    window.runSync({ fc: FC.WRAP, source: Uint8Array.of(1), target })
    const fetched = residentBytes(target, addon) - before
    // Together as much as a large page, of which the first and the last page may be there, or not be the target's alone.
    assert.ok(fetched >= 2 * MIB - 2 * addon.pageSize, `only ${fetched} bytes`)
    assert.ok(fetched < 8 * MIB, `${fetched} bytes`)
    await window.close()
  })

  it('leave what is in memory as it is', () => {
    const unit = new addon.SoftwareUnit(() => undefined)
    const view = new Uint8Array(8 * MIB).fill(0x5a)
    unit.map(view)
    assert.ok(view.every((byte) => byte === 0x5a))
    unit.close()
  })
})
