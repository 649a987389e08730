// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { FC } from '../../../lib/nx.js'
import { bytesOf, openUnit, RawJob } from '../../support/unit.js'

const DONE = '80000020' + '00000002' + '00'.repeat(8)

describe('the switchboard', () => {
  it('counts pastes and jobs over all windows for what is injected', () => {
    const pastes: number[] = []
    const jobs: number[] = []
    const inject = {
      paste: (index: number) => {
        pastes.push(index)
        return index === 1
      },
      job: (index: number) => {
        jobs.push(index)
        return undefined
      },
    }
    const { device, window } = openUnit({ inject })
    const job = { fc: FC.WRAP, source: new Uint8Array(10), target: new Uint8Array(10) }
    window.runSync(job)
    device.openWindow().runSync(job)
    assert.deepEqual(
      [pastes, jobs],
      [
        [0, 1, 2],
        [0, 1],
      ],
    )
  })

  it('does not let one window without credits keep another from pasting', () => {
    const { device, window } = openUnit({
      sendCredits: 1,
      inject: { job: (index) => (index === 0 ? 'hang' : undefined) },
    })
    const other = device.openWindow()
    const source = bytesOf('0102')
    const first = new RawJob(window, 0x1e).source(source).target(new Uint8Array(2))
    assert.deepEqual([window.paste(first.crb), window.paste(first.crb)], [true, false])
    assert.equal(new RawJob(other, 0x1e).source(source).target(new Uint8Array(2)).run(), DONE)
  })

  it('gives ids of closed windows to new ones', async () => {
    const { device, window } = openUnit({ sendCredits: 1 })
    await window.close()
    for (let round = 0; round < 100; round++) {
      const next = device.openWindow()
      assert.equal(new RawJob(next, 0x1e).source(bytesOf('0102')).target(new Uint8Array(2)).run(), DONE)
      await next.close()
    }
  })
})
