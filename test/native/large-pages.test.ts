// SPDX-License-Identifier: MIT
/** Large outputs: the system is asked for large pages before a job writes them. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { FC, openDevice } from '../../lib/nx.js'
import { withAddon, type Addon } from './addon.js'

const MIB = 1024 * 1024

/** What the kernel says of memory at an address: the line VmFlags of /proc/self/smaps. */
function flagsOf(address: bigint): string[] {
  let here = false
  for (const line of readFileSync('/proc/self/smaps', 'latin1').split('\n')) {
    const range = /^([0-9a-f]+)-([0-9a-f]+) /.exec(line)
    if (range) here = address >= BigInt(`0x${range[1]}`) && address < BigInt(`0x${range[2]}`)
    else if (here && line.startsWith('VmFlags:')) return line.split(/\s+/).slice(1)
  }
  return []
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
    const address = unit.map(view)
    assert.ok(flagsOf(address + BigInt(32 * MIB)).includes('hg'))
    unit.close()
  })

  it('are asked for where a target of some MiB is lent to a job', async function () {
    if (!existsSync('/sys/kernel/mm/transparent_hugepage')) this.skip()
    const window = openDevice({ engine: 'native' }).openWindow()
    const target = new Uint8Array(Buffer.allocUnsafeSlow(64 * MIB).buffer)
    window.runSync({ fc: FC.WRAP, source: Uint8Array.of(1), target })
    assert.ok(flagsOf(addon.addressOf(target) + BigInt(32 * MIB)).includes('hg'))
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
