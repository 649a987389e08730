// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'

import { FC, openDevice, type ModelOptions } from '../../lib/nx.js'

const wrap = () => ({ fc: FC.WRAP, source: Uint8Array.of(1), target: new Uint8Array(1) })

function open(model: ModelOptions) {
  const device = openDevice({ engine: 'model', model })
  const controls = device.model
  assert.ok(controls)
  return { device, controls }
}

describe('the controls of the model', () => {
  it('show the windows as debugfs does: fault, high and normal gzip, and the one that was opened', async () => {
    const { device, controls } = open({})
    const window = device.openWindow()
    assert.deepEqual(Object.keys(controls.debugfs()), ['v0/w0', 'v0/w1', 'v0/w2', 'v0/w3'])
    const { info, hvwc } = controls.debugfs()['v0/w3']
    assert.match(info, new RegExp(`Send\\nPid : ${process.pid}\\n`))
    // 1024 credits in bits 4:15 of the register.
    assert.match(hvwc, /^0x0400000000000000 TX_WCRED$/m)
    await window.close()
    assert.equal(Object.keys(controls.debugfs()).length, 3)
  })

  it('take pages out of memory, so that the next job faults at them', () => {
    const { device, controls } = open({ residency: 'none' })
    const window = device.openWindow()
    const job = wrap()
    const address = window.map(job.source)
    window.runSync(job)
    assert.equal(window.runSync(job).faults.length > 0, true)
    window.map(job.target)
    window.runSync(job)
    assert.deepEqual(window.runSync(job).faults, [])
    controls.evict(address, 1)
    assert.deepEqual(window.runSync(job).faults, [address])
  })

  it('suspend the windows of a partition, which then take no paste, and resume them', async () => {
    const { device, controls } = open({ platform: 'powervm', cores: 1 })
    const window = device.openWindow({ pasteTimeout: 20 })
    const { lpar } = controls
    assert.ok(lpar)
    assert.deepEqual(lpar.sysfs.default_capabilities, { nr_total_credits: 20, nr_used_credits: 1 })
    lpar.suspend()
    await assert.rejects(window.run(wrap()), { code: 'ERR_NX_BUSY' })
    lpar.resume()
    assert.equal((await window.run(wrap())).csb.cc, 0)
  })

  it('show the signal for a CSB that cannot be written', () => {
    const { device, controls } = open({})
    const window = device.openWindow()
    const crb = new Uint8Array(128)
    crb.set([0x10, 0, 0], 13)
    assert.equal(window.paste(crb), true)
    assert.deepEqual(controls.signals, [
      { signo: 11, si_code: 1, si_errno: 14, si_addr: 0x100000n, pid: process.pid },
    ])
  })
})
