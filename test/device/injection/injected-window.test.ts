// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'

import { FC, NxDeviceError, NxTimeoutError, openDevice, type Engine, type Job } from '../../../lib/nx.js'
import { withAddon } from '../../native/addon.js'
import { textLike } from '../../support/data.js'

const BYTES = 1000

/** WRAP copies, so that wrong bits can be counted. */
const copyJob = (): Job & { source: Uint8Array; target: Uint8Array } => ({
  fc: FC.WRAP,
  source: textLike(61, BYTES),
  target: new Uint8Array(BYTES),
})

/** Bits in which two pieces of memory differ. */
function differingBits(one: Uint8Array, other: Uint8Array): number {
  let bits = 0
  for (let at = 0; at < one.length; at++) {
    for (let rest = one[at] ^ other[at]; rest !== 0; rest >>>= 1) bits += rest & 1
  }
  return bits
}

const open = (engine: Engine, inject: string, options = {}) =>
  openDevice({ engine, inject }).openWindow({ timeout: 200, pasteTimeout: 200, ...options })

for (const engine of ['native', 'model'] as const) {
  describe(`trouble that is made on ${engine}`, () => {
    if (engine === 'native') withAddon()

    it('busy: the paste is tried again until it is accepted', () => {
      const job = copyJob()
      const { csb, attempts } = open(engine, 'busy=0-5', { pasteTimeout: 60_000 }).runSync(job)
      assert.deepEqual([csb.cc, attempts], [0, 1])
      assert.deepEqual(job.target, job.source)
    })

    it('busy for too long: ERR_NX_BUSY', () => {
      assert.throws(() => open(engine, 'busy=1', { pasteTimeout: 5 }).runSync(copyJob()), {
        code: 'ERR_NX_BUSY',
      })
    })

    it('hang: ERR_NX_TIMEOUT, and the next job is executed', () => {
      const window = open(engine, 'hang=0-1', { timeout: 5 })
      assert.throws(
        () => window.runSync(copyJob()),
        (error) => error instanceof NxTimeoutError && error.code === 'ERR_NX_TIMEOUT',
      )
      assert.equal(window.runSync(copyJob()).csb.cc, 0)
    })

    it('fault: the page is touched and the job pasted again', async () => {
      const window = open(engine, 'fault=0-2', { timeout: 60_000 })
      const first = window.runSync(copyJob())
      assert.deepEqual([first.csb.cc, first.attempts, first.faults.length], [0, 3, 2])
      const second = await window.run(copyJob())
      assert.deepEqual([second.csb.cc, second.attempts, second.faults.length], [0, 1, 0])
    })

    it('cc: the job ends with this completion code, unexecuted', async () => {
      const window = open(engine, 'cc224=0-2', { timeout: 60_000 })
      for (const job of [copyJob(), copyJob()]) {
        const { csb } = await window.run(job)
        // UM 6.6: terminated, so that TPBC is not valid.
        assert.deepEqual([csb.v, csb.cc, csb.ce, csb.tpbc], [1, 224, 3, 0])
        assert.deepEqual(job.target, new Uint8Array(BYTES))
      }
    })

    it('flip: one bit of the output is wrong, wherever it lies in a scattered target', async () => {
      const window = open(engine, 'flip=0-20', { timeout: 60_000 })
      for (let round = 0; round < 10; round++) {
        const [direct, scattered] = [copyJob(), copyJob()]
        window.runSync(direct)
        const { target } = scattered
        await window.runOwned({ ...scattered, target: [target.subarray(0, 300), target.subarray(300)] })
        assert.equal(differingBits(direct.target, direct.source), 1)
        assert.equal(differingBits(target, scattered.source), 1)
      }
      const job = copyJob()
      window.runSync(job)
      assert.equal(differingBits(job.target, job.source), 0)
    })

    it('gone: the device is not available, and comes back', () => {
      const window = open(engine, 'gone=0-1')
      assert.throws(() => window.runSync(copyJob()), NxDeviceError)
      assert.equal(window.runSync(copyJob()).csb.cc, 0)
    })

    it('is told on the channel nxzlib:inject', () => {
      const told: unknown[] = []
      const listen = (message: unknown) => told.push((message as { kind: string }).kind)
      subscribe('nxzlib:inject', listen)
      try {
        open(engine, 'fault=1-2').runSync(copyJob())
        assert.deepEqual(told, [])
        const window = open(engine, 'fault=1-2')
        window.runSync(copyJob())
        window.runSync(copyJob())
      } finally {
        unsubscribe('nxzlib:inject', listen)
      }
      assert.deepEqual(told, ['fault'])
    })

    it('a window with it is closed as any other', async () => {
      const window = open(engine, 'hang=0-1', { timeout: 5 })
      await assert.rejects(window.run(copyJob()), NxTimeoutError)
      await window.close()
    })
  })
}
