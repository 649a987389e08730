// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'

import { NxDeviceError, NxTimeoutError, NxUsageError } from '../../lib/errors.js'
import { DeviceChain } from '../../lib/job/device-chain.js'
import type { Job } from '../../lib/job/job.js'
import { FC } from '../../lib/nx.js'
import { FakeChain, FakeDevice, job } from './fake-devices.js'

const timeout = () => new NxTimeoutError('ERR_NX_TIMEOUT')
const busy = () => new NxTimeoutError('ERR_NX_BUSY')
const absent = () => new NxDeviceError({ detail: 'no such file' })

const threeDevices = () => new FakeChain('hardware', 'native', 'model')

describe('DeviceChain', () => {
  it('gives jobs to the first device and opens no other', () => {
    const fake = threeDevices()
    assert.equal(fake.run(), 'hardware')
    assert.equal(fake.run(), 'hardware')
    assert.deepEqual(
      fake.devices.map(({ opened }) => opened),
      [1, 0, 0],
    )
  })

  // UM table 6-8, and what system software writes into a CSB.
  for (const cc of [7, 10, 17, 20, 90, 224, 252, 253, 254, 255]) {
    it(`runs the same job on the next device after CC=${cc}, and leaves the first one after three`, () => {
      const fake = threeDevices()
      fake.devices[0].outcome = cc
      const request = job()
      assert.equal(fake.run(request), 'hardware, native')
      assert.equal(fake.devices[0].jobs[0], request)
      assert.equal(fake.devices[1].jobs[0], request)
      assert.deepEqual(
        [fake.run(), fake.run(), fake.run()],
        ['hardware, native', 'hardware, native', 'native'],
      )
      assert.equal(fake.members[0].status.reason, 'failing')
      assert.match(String(fake.members[0].status.detail), new RegExp(`^CC=${cc}, `))
    })
  }

  it('takes a completion code that no manual knows as trouble of the device', () => {
    const fake = threeDevices()
    fake.devices[0].outcome = 99
    assert.equal(fake.run(), 'hardware, native')
  })

  // Of the data, of the request, of the job's memory.
  for (const cc of [3, 13, 64, 66, 67, 68, 1, 14, 19, 21, 30, 31, 33, 250]) {
    it(`hands CC=${cc} to its caller`, () => {
      const fake = threeDevices()
      fake.devices[0].outcome = cc
      for (let count = 0; count < 5; count++) assert.equal(fake.chain.runSync(job()).csb.cc, cc)
      assert.equal(fake.devices[1].jobs.length, 0)
    })
  }

  it('asks the device that would get a job whether it is brief', () => {
    const fake = threeDevices()
    fake.devices[1].isBrief = true
    fake.run()
    assert(!fake.chain.admitBrief(job()))
    fake.devices[0].outcome = busy()
    fake.run()
    assert(fake.chain.admitBrief(job()))
  })

  it('takes no job for brief before its device is open', () => {
    const fake = threeDevices()
    fake.devices[0].isBrief = true
    assert(!fake.chain.admitBrief(job()))
    fake.run()
    assert(fake.chain.admitBrief(job()))
  })

  it('hands the result on when no device is left to do better', () => {
    const fake = threeDevices()
    for (const device of fake.devices) device.outcome = 10
    assert.equal(fake.chain.runSync(job()).csb.cc, 10)
    assert.deepEqual(
      fake.devices.map(({ jobs }) => jobs.length),
      [1, 1, 1],
    )
  })

  it('runs a job that was not accepted on the next device, and the following ones at once', () => {
    const fake = threeDevices()
    fake.devices[0].outcome = busy()
    assert.equal(fake.run(), 'hardware, native')
    assert.equal(fake.run(), 'native')
  })

  it('does not run a job again that timed out, but leaves the device and says so', () => {
    const fake = threeDevices()
    fake.devices[0].outcome = timeout()
    assert.equal(fake.run(), 'hardware: ERR_NX_TIMEOUT')
    assert.equal(fake.run(), 'native')
  })

  it('goes on when a device does not open, and does not try it again at once', () => {
    const fake = threeDevices()
    fake.devices[0].refusal = absent()
    assert.equal(fake.run(), 'native')
    assert.equal(fake.run(), 'native')
    assert.equal(fake.devices[0].opened, 1)
    assert.equal(fake.members[0].status.reason, 'unavailable')
    assert.match(String(fake.members[0].status.detail), /no such file/)
  })

  it('probes a device that was left with one job, and takes it again', () => {
    const fake = threeDevices()
    fake.devices[0].outcome = busy()
    fake.run()
    fake.clock.ms = 1000
    assert.equal(fake.run(), 'hardware, native')
    fake.devices[0].outcome = 0
    fake.clock.ms += 1999
    assert.equal(fake.run(), 'native')
    fake.clock.ms += 1
    assert.deepEqual([fake.run(), fake.run()], ['hardware', 'hardware'])
  })

  it('waits twice as long after each probe whose output is wrong, and does not take it for good meanwhile', () => {
    const fake = threeDevices()
    const [device] = fake.devices
    const states: unknown[] = []
    const listen = (message: unknown) => states.push((message as { state: string }).state)
    const chain = new DeviceChain(fake.members, fake.statistics, () => fake.devices[2])
    // More bytes than it took: a copy that differs.
    device.tpbc = 1
    subscribe('nxzlib:breaker', listen)
    try {
      for (const wait of [1000, 2000, 4000]) {
        chain.runSync(job())
        assert.equal(fake.members[0].status.probeInMs, wait)
        fake.clock.ms += wait
      }
      device.tpbc = 0
      // Says nothing of output.
      chain.runSync({ ...job(), countsOnly: true })
      assert.equal(fake.members[0].status.state, 'open')
      chain.runSync(job())
    } finally {
      unsubscribe('nxzlib:breaker', listen)
    }
    const probes = states.filter((state) => state === 'half-open').length
    assert.deepEqual([probes, states.indexOf('closed'), states.length], [4, 8, 9])
    assert.equal(device.jobs.length, 5)
  })

  it('does not take a device whose output was wrong for good because of a job that was given up', async () => {
    const fake = threeDevices()
    const [device] = fake.devices
    const chain = new DeviceChain(fake.members, fake.statistics, () => fake.devices[2])
    device.tpbc = 1
    chain.runSync(job())
    fake.clock.ms = 1000
    await chain.runOwned({ ...job(), isAbandoned: true })
    assert.equal(fake.members[0].status.state, 'open')
    device.tpbc = 0
    await chain.runOwned(job())
    assert.equal(fake.members[0].status.state, 'closed')
  })

  it('gives other jobs to the next device while one probes', async () => {
    const fake = threeDevices()
    fake.devices[0].outcome = busy()
    fake.run()
    fake.devices[0].outcome = 0
    fake.clock.ms = 1000
    await Promise.all([fake.chain.runOwned(job()), fake.chain.runOwned(job()), fake.chain.runOwned(job())])
    assert.deepEqual(
      fake.devices.map(({ jobs }) => jobs.length),
      [2, 3, 0],
    )
  })

  it('throws what is not of the device, and does not blame it', () => {
    const fake = threeDevices()
    fake.devices[0].outcome = new NxUsageError('ERR_NX_TOO_MANY_PIECES')
    for (let count = 0; count < 5; count++) assert.equal(fake.run(), 'hardware: ERR_NX_TOO_MANY_PIECES')
    assert.equal(fake.members[0].status.failures, 0)
  })

  it('lets the next job probe when the probe was refused for its own sake', () => {
    const fake = threeDevices()
    fake.devices[0].outcome = busy()
    fake.run()
    fake.clock.ms = 1000
    fake.devices[0].outcome = new NxUsageError('ERR_NX_TOO_MANY_PIECES')
    fake.run()
    fake.devices[0].outcome = 0
    assert.equal(fake.run(), 'hardware')
  })

  it('does not blame a device for the software that cannot check its output', async () => {
    const fake = threeDevices()
    const checker = new FakeDevice('native')
    const chain = new DeviceChain(fake.members, fake.statistics, () => checker)
    const compression = { ...job(), fc: FC.COMPRESS_FHT }
    for (const outcome of [timeout(), absent()]) {
      checker.outcome = outcome
      assert.throws(() => chain.runSync(compression), outcome)
      await assert.rejects(chain.runOwned(compression), outcome)
    }
    assert.equal(fake.devices[0].jobs.length, 4)
    assert.equal(fake.members[0].status.reason, undefined)
    assert.equal(fake.run(), 'hardware')
  })

  it('gives the device that probes another chance when its output cannot be checked', () => {
    const fake = threeDevices()
    fake.devices[0].outcome = timeout()
    fake.run()
    fake.devices[0].outcome = 0
    fake.clock.ms = 1000
    const checker = new FakeDevice('native')
    checker.outcome = absent()
    const chain = new DeviceChain(fake.members, fake.statistics, () => checker)
    assert.throws(() => chain.runSync({ ...job(), fc: FC.COMPRESS_FHT }), NxDeviceError)
    assert.equal(fake.run(), 'hardware')
  })

  it('never leaves the model', () => {
    const fake = new FakeChain('model')
    fake.devices[0].outcome = timeout()
    for (let count = 0; count < 5; count++) assert.equal(fake.run(), 'model: ERR_NX_TIMEOUT')
  })

  it('opens no device again that cannot come while the process runs', () => {
    for (const isFinal of [true, false]) {
      const fake = threeDevices()
      fake.devices[0].refusal = new NxDeviceError({ detail: 'no such unit', isFinal })
      fake.run()
      fake.clock.ms = 1e9
      assert.equal(fake.run(), 'native')
      assert.equal(fake.devices[0].opened, isFinal ? 1 : 2)
    }
  })

  it('refuses jobs while its only device is left', () => {
    const fake = new FakeChain('hardware')
    fake.devices[0].outcome = timeout()
    fake.run()
    assert.throws(() => fake.chain.runSync(job()), {
      code: 'ERR_NX_DEVICE_UNAVAILABLE',
      message: /hardware: timeout/,
    })
    assert.throws(() => fake.chain.jobLimit, NxDeviceError)
    fake.clock.ms = 1000
    assert.equal(fake.chain.jobLimit, Infinity)
    fake.devices[0].outcome = 0
    assert.equal(fake.run(), 'hardware')
  })

  it('does the same without blocking', async () => {
    const fake = threeDevices()
    fake.devices[0].outcome = 10
    fake.devices[1].outcome = busy()
    assert.equal((await fake.chain.runOwned(job())).csb.cc, 0)
    fake.devices[0].outcome = timeout()
    await assert.rejects(fake.chain.runOwned(job()), { code: 'ERR_NX_TIMEOUT' })
    assert.deepEqual(
      fake.devices.map(({ jobs }) => jobs.length),
      [2, 1, 1],
    )
  })

  it('knows the engine and the job limit of the device that gets the next job', () => {
    const fake = threeDevices()
    fake.devices.forEach((device, index) => (device.jobLimit = 1000 + index))
    fake.devices[0].refusal = absent()
    assert.deepEqual([fake.chain.engine, fake.chain.jobLimit], ['native', 1001])
    assert.equal(fake.devices[0].opened, 1)
    fake.devices[1].outcome = busy()
    fake.run()
    assert.deepEqual([fake.chain.engine, fake.chain.jobLimit], ['model', 1002])
  })

  it('tells of the device that is to be probed without a probe', () => {
    const fake = threeDevices()
    fake.devices[0].outcome = busy()
    fake.run()
    fake.clock.ms = 1500
    const before = fake.members[0].status
    assert.equal(fake.chain.engine, 'hardware')
    assert.deepEqual(fake.members[0].status, before)
    assert.deepEqual([before.state, before.forMs, before.probeInMs], ['open', 1500, 0])
  })

  it('announces who serves in the place of whom', () => {
    const fake = threeDevices()
    const messages: unknown[] = []
    const listen = (message: unknown) => messages.push(message)
    subscribe('nxzlib:fallback', listen)
    try {
      fake.devices[0].outcome = busy()
      fake.devices[1].outcome = timeout()
      fake.run()
    } finally {
      unsubscribe('nxzlib:fallback', listen)
    }
    assert.deepEqual(messages, [
      { from: 'hardware', to: 'native', reason: 'busy' },
      { from: 'native', to: undefined, reason: 'timeout' },
    ])
    assert.deepEqual(fake.statistics.figures.fallbacks, { busy: 1, timeout: 1 })
  })
})

describe('a slow device', () => {
  it('is left when its jobs take 50 ms longer on average than software', () => {
    const fake = threeDevices()
    fake.devices[0].ms = 1
    for (let count = 0; count < 20; count++) assert.equal(fake.run(), 'hardware')
    fake.devices[0].ms = 200
    let jobs = 1
    while (fake.run() === 'hardware') jobs++
    // 1 * (15/16) ** n + 200 * (1 - (15/16) ** n) exceeds 50 at n = 5.
    assert.equal(jobs, 6)
    assert.equal(fake.members[0].status.reason, 'slow')
  })

  it('is not left for jobs that would take software as long', () => {
    const fake = threeDevices()
    fake.devices[0].ms = 200
    for (let count = 0; count < 20; count++) assert.equal(fake.run(job(10_000_000)), 'hardware')
  })

  it('is not judged by jobs that were terminated', () => {
    const fake = threeDevices()
    fake.devices[0].ms = 200
    fake.devices[0].outcome = 13
    for (let count = 0; count < 5; count++) assert.equal(fake.run(), 'hardware')
  })

  it('is not left for its first job alone', () => {
    const fake = threeDevices()
    fake.devices[0].ms = 700
    assert.equal(fake.run(), 'hardware')
    fake.devices[0].ms = 1
    assert.equal(fake.run(), 'hardware')
  })

  it('is judged by the probe alone', () => {
    const fake = threeDevices()
    fake.devices[0].ms = 200
    while (fake.run() === 'hardware');
    fake.clock.ms = 1000
    assert.equal(fake.run(), 'hardware')
    assert.equal(fake.run(), 'native')
    fake.devices[0].ms = 1
    fake.clock.ms += 2000
    assert.deepEqual([fake.run(), fake.run()], ['hardware', 'hardware'])
  })

  it('is kept if it is software: the next one is slower', () => {
    const fake = new FakeChain('native', 'model')
    fake.devices[0].ms = 10_000
    for (let count = 0; count < 20; count++) assert.equal(fake.run(), 'native')
  })
})

describe('a job that was abandoned while it ran', () => {
  const wrong = (fc: number) => ({ ...job(), fc, source: Uint8Array.of(1) })

  /** A device whose output restores nothing, behind software that checks; gives the devices that are left then. */
  async function devicesLeftAfter(request: Job, whileChecked?: () => void): Promise<unknown[]> {
    const fake = new FakeChain('hardware', 'native')
    for (const device of fake.devices) device.tpbc = 5
    const checker = new FakeDevice('native')
    const chain = new DeviceChain(fake.members, fake.statistics, () => ({
      jobLimit: Infinity,
      runSync: (check: Job) => checker.runSync(check),
      runOwned: (check: Job) => {
        whileChecked?.()
        return checker.runOwned(check)
      },
    }))
    await chain.runOwned(request).catch(() => undefined)
    return fake.members.filter(({ breaker }) => !breaker.admits).map(({ engine }) => engine)
  }

  it('is not checked: its source may have changed', async () => {
    for (const fc of [FC.WRAP, FC.COMPRESS_FHT]) {
      assert.deepEqual(await devicesLeftAfter(wrong(fc)), ['hardware', 'native'])
      assert.deepEqual(await devicesLeftAfter({ ...wrong(fc), isAbandoned: true }), [])
    }
  })

  it('does not tell against its device when the check was under way', async () => {
    const request: Job = wrong(FC.COMPRESS_FHT)
    const abandon = () => {
      request.isAbandoned = true
    }
    assert.deepEqual(await devicesLeftAfter(request, abandon), [])
  })
})
