// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'

import { FC, openDevice, type Job } from '../../lib/nx.js'
import { textLike } from '../support/data.js'

const openWindow = () => openDevice({ engine: 'model', model: { sendCredits: 1 } }).openWindow()

describe('the request of a job', () => {
  it('holds nothing of the DHT of an earlier job', () => {
    const window = openWindow()
    const source = textLike(1, 100)
    const target = new Uint8Array(1000)
    // HCLEN 0 with lengths 1, 1 for symbols 18 and 0, then 138 and 120 zeros: 42 bits (UM table 6-3).
    const dht = Uint8Array.of(0x00, 0x00, 0x10, 0xe4, 0x9f, 0x01)
    const fc = FC.COMPRESS_DHT
    window.runSync({ fc, source, target, cpb: { dht, dhtlen: 42 } })
    assert.equal(window.runSync({ fc, source, target, cpb: { dhtlen: 42 } }).csb.cc, 68)
  })

  it('is what was checked, also when the lists change before it is its turn', async () => {
    const window = openWindow()
    const target = new Uint8Array(10)
    const pieces = [Uint8Array.of(1)]
    const first = window.run({ fc: FC.WRAP, source: Uint8Array.of(9), target: new Uint8Array(1) })
    const job: Job = { fc: FC.WRAP, source: pieces, target }
    const second = window.run(job)
    for (let count = 0; count < 400; count++) pieces.push(Uint8Array.of(2))
    await first
    assert.deepEqual([(await second).csb.cc, (await second).csb.tpbc], [0, 1])
  })

  it('is refused when a single array has 4 GiB', () => {
    const source = new Uint8Array(2 ** 32)
    const job = { fc: FC.WRAP, source, target: new Uint8Array(1) }
    assert.throws(() => openWindow().runSync(job), { code: 'ERR_NX_INVALID_ARGUMENT' })
  })
})
