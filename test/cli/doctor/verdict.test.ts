// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'

import { acceleratorReport, isHealthy, whyNotBy } from '../../../lib/cli/doctor/verdict.js'
import { BARE_METAL, failing, missing, withoutHardware } from './reports.js'

const { auto, devices } = BARE_METAL
const software = devices.slice(1)

describe("doctor's verdict", () => {
  it('is that the accelerator is used where auto takes it and it passes', () => {
    assert.deepEqual(acceleratorReport(auto, devices, BARE_METAL), { used: true, reason: null, advice: [] })
    assert.equal(isHealthy(BARE_METAL), true)
  })

  it('gives the reason of hardware that does not open; a software device that works is enough', () => {
    const report = withoutHardware('no credit is left')
    assert.deepEqual(acceleratorReport(report.auto, report.devices, report), {
      used: false,
      reason: 'no credit is left',
      advice: [],
    })
    assert.equal(isHealthy(report), true)
  })

  it('says how hardware that opens is not taken because of NXZLIB_ENGINE', () => {
    const named = { engine: 'model', reason: 'NXZLIB_ENGINE asks for it', environment: 'model' } as const
    assert.deepEqual(acceleratorReport(named, devices, BARE_METAL), {
      used: false,
      reason:
        'hardware opens, but auto takes model: NXZLIB_ENGINE asks for it; unset NXZLIB_ENGINE, or set it to auto',
      advice: [],
    })
  })

  it('does not count hardware that fails its test jobs, nor call the machine healthy', () => {
    const broken = [failing('hardware', 'CC=7'), ...software]
    assert.deepEqual(acceleratorReport(auto, broken, BARE_METAL), {
      used: false,
      reason: 'it is taken, but fails its test jobs: CC=7',
      advice: [],
    })
    assert.equal(isHealthy({ auto, devices: broken }), false)
  })

  it('is not healthy where nothing is taken, whatever works', () => {
    const nothing = { engine: null, reason: 'x64 has no NX', environment: 'hardware' } as const
    assert.equal(isHealthy({ auto: nothing, devices: [missing('hardware', 'x'), ...software] }), false)
  })

  it('is that a required device executes the jobs where auto takes it and it passes', () => {
    assert.equal(whyNotBy('hardware', BARE_METAL), undefined)
    assert.equal(whyNotBy('native', withoutHardware('no credit is left')), undefined)
  })

  it('is the reason of hardware where it is required and does not open', () => {
    assert.equal(
      whyNotBy('hardware', withoutHardware('no credit is left')),
      'auto takes native: no credit is left',
    )
  })

  it('does not take a device for the required one that fails its test jobs', () => {
    const report = { ...BARE_METAL, devices: [failing('hardware', 'CC=7'), ...software] }
    assert.equal(whyNotBy('hardware', report), 'it fails its test jobs: CC=7')
  })

  it('does not take an emulated unit for hardware', () => {
    const report = { ...BARE_METAL, processor: { ...BARE_METAL.processor, emulated: true } }
    assert.equal(whyNotBy('hardware', report), 'the processor is emulated')
  })
})
