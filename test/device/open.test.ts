import assert from 'node:assert/strict'

import { FC, openDevice } from '../../lib/nx.js'

describe('opening a device', () => {
  it('takes the model for auto where there is nothing else', () => {
    assert.equal(openDevice().engine, 'model')
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
