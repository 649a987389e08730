// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'

import { NxDeviceError, NxTimeoutError } from '../../lib/errors.js'
import { CallJobs } from '../../lib/job/call-jobs.js'
import { FakeChain, job } from './fake-devices.js'

/** What `info` says of checks where nothing is verified. */
const NO_CHECKS = { verifiedBlocks: 0, verifyMs: 0 }

const threeDevices = () => new FakeChain('hardware', 'native', 'model')

describe('CallJobs', () => {
  it('records what served, and why it was not the first device', async () => {
    const fake = threeDevices()
    const calm = new CallJobs(fake.chain)
    calm.runSync(job())
    assert.deepEqual(calm.info, {
      engine: 'hardware',
      reason: undefined,
      jobs: 1,
      faults: 0,
      retries: 0,
      ...NO_CHECKS,
    })
    fake.devices[0].outcome = new NxTimeoutError('ERR_NX_BUSY')
    const troubled = new CallJobs(fake.chain)
    await troubled.runOwned(job())
    troubled.runSync(job())
    assert.deepEqual(troubled.info, {
      engine: 'native',
      reason: 'hardware: busy',
      jobs: 2,
      faults: 0,
      retries: 0,
      ...NO_CHECKS,
    })
  })

  it('names the device that would have served a call without jobs', () => {
    const fake = threeDevices()
    fake.devices[0].refusal = new NxDeviceError({ detail: 'no such file' })
    assert.equal(new CallJobs(fake.chain).info.engine, 'native')
  })

  it("tells of Node's own zlib when that took over", () => {
    const jobs = new CallJobs(threeDevices().chain)
    jobs.runSync(job())
    jobs.leftToNode('data')
    assert.deepEqual(jobs.info, {
      engine: 'node',
      reason: 'data',
      jobs: 1,
      faults: 0,
      retries: 0,
      ...NO_CHECKS,
    })
  })
})
