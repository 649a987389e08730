// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { FC, NxTimeoutError, type Job, type JobResult } from '../../lib/nx.js'
import { textLike } from '../support/data.js'
import { openUnit, RawJob } from '../support/unit.js'

const data = textLike(1024, 5000)
const copyJob = (): Job => ({ fc: FC.WRAP, source: data, target: new Uint8Array(5000) })

describe('the credits of a window', () => {
  it('are 1024 on bare metal and 1 on PowerVM', () => {
    assert.deepEqual(openUnit().window.credits, { capacity: 1024, available: 1024 })
    assert.deepEqual(openUnit({ platform: 'powervm' }).window.credits, { capacity: 1, available: 1 })
    assert.deepEqual(openUnit({ sendCredits: 7 }).window.credits, { capacity: 7, available: 7 })
  })

  it('are taken while jobs are under way and all given back', async () => {
    const { window } = openUnit({ sendCredits: 3 })
    const jobs = Array.from({ length: 5 }, () => window.run(copyJob()))
    assert.deepEqual(window.credits, { capacity: 3, available: 0 })
    await Promise.all(jobs)
    assert.deepEqual(window.credits, { capacity: 3, available: 3 })
  })

  for (const sendCredits of [1, 2, 16, 1024]) {
    it(`let jobs finish in the order in which they came, with ${sendCredits} of them`, async () => {
      const { window } = openUnit({ sendCredits })
      const order: number[] = []
      const jobs = Array.from({ length: 50 }, async (_, index) => {
        const job = copyJob()
        const result = await window.run(job)
        order.push(index)
        assert.deepEqual([result.csb.cc, job.target], [0, data])
      })
      await Promise.all(jobs)
      assert.deepEqual(
        order,
        Array.from({ length: 50 }, (_, index) => index),
      )
    })

    it(`let a blocking job in while others are under way, with ${sendCredits} of them`, async () => {
      const { window } = openUnit({ sendCredits })
      const jobs = Array.from({ length: 20 }, () => window.run(copyJob()))
      const job = copyJob()
      assert.equal(window.runSync(job).csb.cc, 0)
      assert.deepEqual(job.target, data)
      const results = await Promise.all(jobs)
      assert.ok(results.every(({ csb }) => csb.cc === 0))
      assert.equal(window.credits.available, sendCredits)
    })
  }

  it('are given back by jobs that fail', async () => {
    const { window } = openUnit({ sendCredits: 1 })
    const results = await Promise.all(
      Array.from({ length: 5 }, () => window.run({ fc: 0x3e, source: data, target: new Uint8Array(1) })),
    )
    assert.deepEqual(
      results.map(({ csb }) => csb.cc),
      [17, 17, 17, 17, 17],
    )
    assert.equal(window.credits.available, 1)
  })

  it('are given back by jobs that are refused', async () => {
    const { window } = openUnit({ sendCredits: 1 })
    const refused = await Promise.allSettled(
      Array.from({ length: 20_000 }, () => window.run({ ...copyJob(), fc: 64 })),
    )
    assert.ok(refused.every(({ status }) => status === 'rejected'))
    assert.equal(window.credits.available, 1)
    assert.equal(window.runSync(copyJob()).csb.cc, 0)
  })

  it('are counted for each window', async () => {
    const { device, window } = openUnit({ sendCredits: 1 })
    const other = device.openWindow()
    const [first, second] = [window.run(copyJob()), other.run(copyJob())]
    assert.deepEqual([window.credits.available, other.credits.available], [0, 0])
    assert.deepEqual(
      (await Promise.all([first, second])).map(({ csb }) => csb.cc),
      [0, 0],
    )
  })
})

describe('a busy device', () => {
  it('is pasted to again, which counts as no attempt', async () => {
    const { window } = openUnit({ inject: { paste: (index) => index < 20 } })
    const blocking = window.runSync(copyJob())
    assert.deepEqual([blocking.csb.cc, blocking.attempts], [0, 1])
    const other = openUnit({ inject: { paste: (index) => index % 7 !== 6 } }).window
    const results = await Promise.all(Array.from({ length: 10 }, () => other.run(copyJob())))
    assert.ok(results.every(({ csb, attempts }) => csb.cc === 0 && attempts === 1))
  })

  const busy = (error: unknown) => error instanceof NxTimeoutError && error.code === 'ERR_NX_BUSY'

  it('is given up with ERR_NX_BUSY when it takes no paste in time', async () => {
    const { window } = openUnit({ sendCredits: 2, inject: { paste: () => true } }, { pasteTimeout: 20 })
    assert.throws(() => window.runSync(copyJob()), busy)
    await assert.rejects(window.run(copyJob()), busy)
    await Promise.all(Array.from({ length: 5 }, () => assert.rejects(window.run(copyJob()), busy)))
    assert.equal(window.credits.available, 2)
    await window.close()
  })

  it('is used again once it takes pastes', () => {
    let isBusy = true
    const { window } = openUnit({ inject: { paste: () => isBusy } }, { pasteTimeout: 20 })
    assert.throws(() => window.runSync(copyJob()), busy)
    isBusy = false
    assert.equal(window.runSync(copyJob()).csb.cc, 0)
  })

  it('says with the error what was pasted', () => {
    const { window } = openUnit({ inject: { paste: () => true } }, { pasteTimeout: 20 })
    assert.throws(
      () => window.runSync(copyJob()),
      (error) => error instanceof NxTimeoutError && error.dump?.includes('CRB, 128 bytes') === true,
    )
  })
})

describe('a receive FIFO with fewer entries than credits', () => {
  it('takes all jobs, one after the other', async () => {
    let pastes = 0
    const inject = { paste: () => ++pastes === 0 }
    const { window } = openUnit({ sendCredits: 10, receiveFifoEntries: 1, inject })
    const results = await Promise.all(Array.from({ length: 30 }, () => window.run(copyJob())))
    assert.ok(results.every(({ csb, attempts }: JobResult) => csb.cc === 0 && attempts === 1))
    assert.ok(pastes > 30, `${pastes} pastes, of which some must have been refused`)
  })

  it('is shared by the windows of a device', async () => {
    const { device, window } = openUnit({ receiveFifoEntries: 1 })
    const other = device.openWindow()
    const jobs = Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? window : other).run(copyJob()))
    assert.ok((await Promise.all(jobs)).every(({ csb }) => csb.cc === 0))
    assert.equal(
      new RawJob(other, 0x1e).source(data).target(new Uint8Array(5000)).run().slice(0, 8),
      '80000020',
    )
  })
})
