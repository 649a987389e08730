import assert from 'node:assert/strict'

import { acceleratorReport, isHealthy } from '../../../lib/cli/doctor/verdict.js'
import { BARE_METAL, failing, missing, withoutHardware } from './reports.js'

const { auto, devices } = BARE_METAL
const software = devices.slice(1)

describe("doctor's verdict", () => {
  it('is that the accelerator is used where auto takes it and it passes', () => {
    assert.deepEqual(acceleratorReport(auto, devices), { used: true, reason: null })
    assert.equal(isHealthy(BARE_METAL), true)
  })

  it('gives the reason of hardware that does not open; a software device that works is enough', () => {
    const report = withoutHardware('no credit is left')
    assert.deepEqual(acceleratorReport(report.auto, report.devices), {
      used: false,
      reason: 'no credit is left',
    })
    assert.equal(isHealthy(report), true)
  })

  it('says how hardware that opens is not taken because of NXZLIB_ENGINE', () => {
    const named = { engine: 'model', reason: 'NXZLIB_ENGINE asks for it', environment: 'model' } as const
    assert.deepEqual(acceleratorReport(named, devices), {
      used: false,
      reason:
        'hardware opens, but auto takes model: NXZLIB_ENGINE asks for it; unset NXZLIB_ENGINE, or set it to auto',
    })
  })

  it('does not count hardware that fails its test jobs, nor call the machine healthy', () => {
    const broken = [failing('hardware', 'CC=7'), ...software]
    assert.deepEqual(acceleratorReport(auto, broken), {
      used: false,
      reason: 'it is taken, but fails its test jobs: CC=7',
    })
    assert.equal(isHealthy({ auto, devices: broken }), false)
  })

  it('is not healthy where nothing is taken, whatever works', () => {
    const nothing = { engine: null, reason: 'x64 has no NX', environment: 'hardware' } as const
    assert.equal(isHealthy({ auto: nothing, devices: [missing('hardware', 'x'), ...software] }), false)
  })
})
