// SPDX-License-Identifier: MIT
import { addonStatus } from '../../device/addon.js'
import type { Device, Engine } from '../../device/device.js'
import { ENGINES, openDeviceOf, openEngine } from '../../device/open.js'
import { adviceOn } from '../../device/open-errors.js'
import { NxDeviceError } from '../../errors.js'
import { deviceFileReport, kernelReport, platformReport, processorReport } from './machine.js'
import type { AutoReport, DeviceReport, Refusal, Report } from './report.js'
import { testDevice } from './test-jobs.js'
import { acceleratorReport } from './verdict.js'

/** Looks at this machine, and runs test jobs on every device that opens. Never throws. @param version of nxzlib */
export async function examine(version: string): Promise<Report> {
  const auto = autoReport()
  const devices: DeviceReport[] = []
  // One after the other, as they are timed.
  for (const engine of ENGINES) devices.push(await deviceReport(engine))
  const { loaded, file = null, reason = null } = addonStatus()
  const machine = {
    processor: processorReport(),
    kernel: kernelReport(),
    node: { version: process.version, arch: process.arch },
    platform: platformReport(),
    deviceFile: deviceFileReport(),
    addon: { loaded, file, reason },
  }
  return {
    nxzlib: version,
    accelerator: acceleratorReport(auto, devices, machine),
    auto,
    ...machine,
    devices,
  }
}

function autoReport(): AutoReport {
  const { NXZLIB_ENGINE: environment = null } = process.env
  const isNamed = environment !== null && environment !== 'auto'
  try {
    const device = openDeviceOf({})
    device.close()
    const reason = isNamed ? 'NXZLIB_ENGINE asks for it' : `the first of ${ENGINES.join(', ')} that opens`
    return { engine: device.engine, reason, environment }
  } catch (error) {
    return { engine: null, reason: reasonOf(error), environment }
  }
}

async function deviceReport(engine: Engine): Promise<DeviceReport> {
  let device: Device
  try {
    device = openEngine(engine)
  } catch (error) {
    return { engine, available: false, reason: reasonOf(error), refusal: refusalOf(error), test: null }
  }
  const test = await testDevice(device)
  device.close()
  return { engine, available: true, reason: null, refusal: null, test }
}

/** What is wrong; that another engine may be chosen, and what to do, the report shows by itself. */
function reasonOf(error: unknown): string {
  if (!(error instanceof NxDeviceError) || error.detail === undefined) {
    return error instanceof Error ? error.message : String(error)
  }
  const refusal = refusalOf(error)
  const advice = refusal ? `: ${adviceOn(refusal.syscall, refusal.errno)}` : ''
  return error.detail.endsWith(advice)
    ? error.detail.slice(0, error.detail.length - advice.length)
    : error.detail
}

function refusalOf(error: unknown): Refusal | null {
  if (!(error instanceof NxDeviceError) || error.errno === undefined) return null
  return { syscall: error.syscall as Refusal['syscall'], errno: error.errno }
}
