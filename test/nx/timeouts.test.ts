// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { FC, NxTimeoutError, NxUsageError, type Job } from '../../lib/nx.js'
import { textLike } from '../support/data.js'
import { openUnit, RawJob } from '../support/unit.js'

const data = textLike(60, 1000)
const copyJob = (): Job => ({ fc: FC.WRAP, source: data, target: new Uint8Array(1000) })
/** A time-out that jobs which do not hang keep even on a busy machine. */
const OTHERS_FINISH_MS = 500

const hangFirst = { inject: { job: (index: number) => (index === 0 ? ('hang' as const) : undefined) } }

const timedOut = (error: unknown) => error instanceof NxTimeoutError && error.code === 'ERR_NX_TIMEOUT'
const busy = (error: unknown) => error instanceof NxTimeoutError && error.code === 'ERR_NX_BUSY'

describe('a job that hangs', () => {
  it('ends a blocking call with ERR_NX_TIMEOUT and keeps its credit', () => {
    const { window } = openUnit({ sendCredits: 3, ...hangFirst }, { timeout: 20 })
    assert.throws(() => window.runSync(copyJob()), timedOut)
    assert.deepEqual(window.credits, { capacity: 3, available: 2 })
    for (let round = 0; round < 5; round++) assert.equal(window.runSync(copyJob()).csb.cc, 0)
    assert.equal(window.credits.available, 2)
  })

  it('rejects a promise with ERR_NX_TIMEOUT, keeps its credit and holds no other job up', async () => {
    const { window } = openUnit({ sendCredits: 3, ...hangFirst }, { timeout: OTHERS_FINISH_MS })
    const hanging = assert.rejects(window.run(copyJob()), timedOut)
    const others = await Promise.all(Array.from({ length: 10 }, () => window.run(copyJob())))
    assert.ok(others.every(({ csb }) => csb.cc === 0))
    await hanging
    assert.equal(window.credits.available, 2)
  })

  it('does not keep the window from closing', async () => {
    const { window } = openUnit({ sendCredits: 2, ...hangFirst }, { timeout: 20 })
    await assert.rejects(window.run(copyJob()), timedOut)
    await window.close()
    await assert.rejects(window.run(copyJob()), { code: 'ERR_NX_WINDOW_CLOSED' })
  })

  it('lets jobs that are under way finish while the window closes', async () => {
    const { window } = openUnit({ sendCredits: 2, ...hangFirst }, { timeout: OTHERS_FINISH_MS })
    const hanging = assert.rejects(window.run(copyJob()), timedOut)
    const others = Array.from({ length: 5 }, () => window.run(copyJob()))
    const closing = window.close()
    assert.ok((await Promise.all(others)).every(({ csb }) => csb.cc === 0))
    await hanging
    await closing
  })

  it('has those who wait for its credit refused with ERR_NX_BUSY when there is no other', async () => {
    const { window } = openUnit({ sendCredits: 1, ...hangFirst }, { timeout: 20, pasteTimeout: 20 })
    const hanging = assert.rejects(window.run(copyJob()), timedOut)
    const waiting = Array.from({ length: 3 }, () => assert.rejects(window.run(copyJob()), busy))
    await hanging
    await Promise.all(waiting)
    assert.throws(() => window.runSync(copyJob()), busy)
    await assert.rejects(window.run(copyJob()), busy)
    await window.close()
  })

  it('gives credit and memory back when it is finished after all', async () => {
    const { device, window } = openUnit({ sendCredits: 3 }, { timeout: 5 })
    // The second job waits behind a first one, of a patient window, that takes longer than the time-out.
    const source = textLike(61, 1 << 20)
    const patient = device.openWindow()
    const slow = patient.run({ fc: FC.COMPRESS_FHT, source, target: new Uint8Array(1 << 20), effort: 9 })
    const late = copyJob()
    await assert.rejects(window.run(late), timedOut)
    assert.equal((await slow).csb.cc, 0)
    assert.equal(window.runSync(copyJob()).csb.cc, 0)
    assert.deepEqual(late.target, data)
    assert.equal(window.credits.available, 3)
    await window.close()
    await patient.close()
  })

  it('says with the error what hangs', () => {
    const { window } = openUnit(hangFirst, { timeout: 20 })
    assert.throws(
      () => window.runSync(copyJob()),
      (error) =>
        error instanceof NxTimeoutError && /fc .*0x1e/.test(error.dump ?? '') && error.cc === undefined,
    )
  })
})

describe('a completion code that is injected', () => {
  // UM table 6-8 and tables 5-1; 250 is answered by touching pages and has its own tests.
  const CODES = [1, 3, 7, 8, 10, 13, 14, 17, 19, 20, 21, 30, 31, 33, 66, 67, 68, 90, 224, 252, 253, 254, 255]

  for (const cc of CODES) {
    it(`${cc} is returned by run and runSync, with CE(1)`, async () => {
      const { window } = openUnit({ inject: { job: () => cc } })
      for (const result of [window.runSync(copyJob()), await window.run(copyJob())]) {
        assert.deepEqual(
          [result.csb.v, result.csb.cc, result.csb.ce, result.attempts, result.faults],
          [1, cc, 0b011, 1, []],
        )
      }
      assert.equal(window.credits.available, 1024)
    })
  }

  it('reaches only the job that was singled out', () => {
    const { window } = openUnit({ inject: { job: (index) => (index === 1 ? 10 : undefined) } })
    const codes = Array.from({ length: 3 }, () => window.runSync(copyJob()).csb.cc)
    assert.deepEqual(codes, [0, 10, 0])
  })

  it('writes all 16 bytes of the CSB', () => {
    const { window } = openUnit({ inject: { job: () => 224 } })
    const job = new RawJob(window, 0x1e).source(data).target(new Uint8Array(1000))
    assert.equal(job.run(), '8000e060' + '00000000' + '00'.repeat(8))
  })
})

describe('a window that is closed', () => {
  it('takes nothing any more', async () => {
    const { window } = openUnit()
    await window.close()
    const closed = (error: unknown) => error instanceof NxUsageError && error.code === 'ERR_NX_WINDOW_CLOSED'
    assert.throws(() => window.runSync(copyJob()), closed)
    await assert.rejects(window.run(copyJob()), closed)
    assert.throws(() => window.map(data), closed)
    assert.throws(() => window.paste(new Uint8Array(128)), closed)
    await window.close()
  })

  it('takes nothing any more while it waits for jobs', async () => {
    const { window } = openUnit()
    const running = window.run(copyJob())
    const closing = window.close()
    assert.throws(() => window.runSync(copyJob()), { code: 'ERR_NX_WINDOW_CLOSED' })
    assert.equal((await running).csb.cc, 0)
    await closing
  })

  it('is no matter for the other windows of the device', async () => {
    const { device, window } = openUnit()
    const other = device.openWindow()
    await window.close()
    assert.equal(other.runSync(copyJob()).csb.cc, 0)
    const third = device.openWindow()
    assert.equal(third.runSync(copyJob()).csb.cc, 0)
    await Promise.all([other.close(), third.close()])
    device.close()
  })
})
