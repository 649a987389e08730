// SPDX-License-Identifier: MIT
import type { Engine } from '../../device/device.js'
import { adviceFor, type Machine } from './advice.js'
import type { AutoReport, DeviceReport, Report } from './report.js'

/** Whether the NX unit is used, and if not, why, and what to do about it. */
export function acceleratorReport(
  auto: AutoReport,
  devices: readonly DeviceReport[],
  machine: Machine,
): Report['accelerator'] {
  const hardware = devices.find(({ engine }) => engine === 'hardware')
  const reason = whyNot(auto, hardware)
  const advice = hardware?.available ? [] : adviceFor(hardware?.refusal ?? null, machine)
  return { used: reason === null, reason, advice }
}

function whyNot({ engine, reason, environment }: AutoReport, hardware?: DeviceReport): string | null {
  if (!hardware?.available) return hardware?.reason ?? 'hardware does not open'
  if (engine !== 'hardware') {
    const advice = environment === null ? '' : '; unset NXZLIB_ENGINE, or set it to auto'
    return `hardware opens, but auto takes ${engine ?? 'nothing'}: ${reason}${advice}`
  }
  return hardware.test?.passed ? null : `it is taken, but fails its test jobs: ${hardware.test?.error ?? ''}`
}

/** Whether the device that auto takes does its work. */
export function isHealthy({ auto, devices }: Pick<Report, 'auto' | 'devices'>): boolean {
  return devices.some(({ engine, test }) => engine === auto.engine && test?.passed)
}

/**
 * Why a device that is required does not execute the jobs, or undefined if it does. A unit that a processor emulator stands in for
 * is no hardware.
 */
export function whyNotBy(required: Engine, report: Report): string | undefined {
  const { auto, devices, processor, accelerator } = report
  if (auto.engine !== required) {
    const why = required === 'hardware' ? (accelerator.reason ?? auto.reason) : auto.reason
    return `auto takes ${auto.engine ?? 'nothing'}: ${why}`
  }
  const test = devices.find(({ engine }) => engine === required)?.test
  if (!test?.passed) return `it fails its test jobs: ${test?.error ?? ''}`
  return required === 'hardware' && processor.emulated ? 'the processor is emulated' : undefined
}
