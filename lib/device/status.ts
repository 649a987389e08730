// SPDX-License-Identifier: MIT
import { NxError } from '../errors.js'
import { addonStatus, type AddonStatus } from './addon.js'
import type { Engine } from './device.js'
import { configuredEngine, ENGINES, openEngine } from './open.js'

/** Whether a device opens, and if not, why. */
export interface DeviceStatus {
  readonly engine: Engine
  readonly available: boolean
  readonly reason?: string
}

/** What this process can use. */
export interface Status {
  /** What opens when the program does not choose; undefined if the environment asks for what is not there. */
  readonly engine: Engine | undefined
  readonly devices: readonly DeviceStatus[]
  readonly addon: AddonStatus
}

/** Opens each device to see whether it can be used. Never throws: what is missing is a reason. */
export function status(): Status {
  const devices = ENGINES.map(deviceStatus)
  return { engine: defaultEngine(devices), devices, addon: addonStatus() }
}

function defaultEngine(devices: readonly DeviceStatus[]): Engine | undefined {
  try {
    const choice = configuredEngine()
    const takes = (device: DeviceStatus) =>
      device.available && (choice === 'auto' || choice === device.engine)
    return devices.find(takes)?.engine
  } catch {
    return undefined
  }
}

function deviceStatus(engine: Engine): DeviceStatus {
  try {
    openEngine(engine).close()
    return { engine, available: true }
  } catch (error) {
    return { engine, available: false, reason: error instanceof NxError ? error.message : String(error) }
  }
}
