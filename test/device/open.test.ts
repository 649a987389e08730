// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'

import { FC, openDevice, status } from '../../lib/nx.js'

describe('opening a device', () => {
  it('takes the first that is available for auto', () => {
    const { engine, devices } = status()
    assert.equal(openDevice({ engine: 'auto' }).engine, engine)
    assert.equal(devices.find(({ available }) => available)?.engine, engine)
  })

  it('takes the model for auto with settings of the model', () => {
    assert.equal(openDevice({ model: { chips: 1 } }).engine, 'model')
  })

  for (const vasId of [-1, 0, 1]) {
    it(`opens windows of chip ${vasId}`, () => {
      const window = openDevice({ vasId, model: { chips: 2 } }).openWindow()
      const target = new Uint8Array(1)
      assert.equal(window.runSync({ fc: FC.WRAP, source: Uint8Array.of(7), target }).csb.cc, 0)
      assert.equal(target[0], 7)
    })
  }

  it('refuses windows of a chip that is not there', () => {
    const device = openDevice({ vasId: 2, model: { chips: 2 } })
    assert.throws(() => device.openWindow(), { code: 'ERR_NX_DEVICE_UNAVAILABLE', message: /EINVAL/ })
  })
})
