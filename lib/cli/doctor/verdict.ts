import type { AutoReport, DeviceReport, Report } from './report.js'

/** Whether the NX unit is used, and if not, why. */
export function acceleratorReport(auto: AutoReport, devices: readonly DeviceReport[]): Report['accelerator'] {
  const hardware = devices.find(({ engine }) => engine === 'hardware')
  const reason = whyNot(auto, hardware)
  return { used: reason === null, reason }
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
