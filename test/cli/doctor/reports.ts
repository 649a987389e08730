// SPDX-License-Identifier: MIT
import type { DeviceReport, PlatformReport, Report } from '../../../lib/cli/doctor/report.js'

/** A device that passed its test jobs. */
export const working = (
  engine: DeviceReport['engine'],
  milliseconds: readonly [number, number],
): DeviceReport => ({
  engine,
  available: true,
  reason: null,
  refusal: null,
  test: {
    passed: true,
    error: null,
    roundTrips: [
      { bytes: 4096, milliseconds: milliseconds[0] },
      { bytes: 65536, milliseconds: milliseconds[1] },
    ],
  },
})

/** A device that fails its test jobs. */
export const failing = (engine: DeviceReport['engine'], error: string): DeviceReport => ({
  engine,
  available: true,
  reason: null,
  refusal: null,
  test: { passed: false, error, roundTrips: [] },
})

/** A device that does not open. */
export const missing = (engine: DeviceReport['engine'], reason: string): DeviceReport => ({
  engine,
  available: false,
  reason,
  refusal: null,
  test: null,
})

/** A POWER9 with two chips, on bare metal, whose accelerator works. */
export const BARE_METAL: Report = {
  nxzlib: '0.1.0',
  node: { version: 'v20.11.0', arch: 'ppc64' },
  accelerator: { used: true, reason: null, advice: [] },
  auto: {
    engine: 'hardware',
    reason: 'the first of hardware, native, model that opens',
    environment: null,
  },
  processor: { model: 'POWER9, altivec supported', isa: '3.0', copyPaste: true, emulated: false },
  kernel: { type: 'Linux', release: '6.4.0-150600.23-default', machine: 'ppc64le' },
  platform: {
    kind: 'powernv',
    chips: [
      { chipId: 0, vasId: 0 },
      { chipId: 8, vasId: 1 },
    ],
    credits: { default: null, qos: null },
    jobLimit: null,
    minCompress: null,
    minDecompress: null,
  },
  deviceFile: {
    path: '/dev/crypto/nx-gzip',
    exists: true,
    mode: '0666',
    owner: 'root:root',
    usable: true,
    error: null,
  },
  addon: { loaded: true, file: '/app/node_modules/nxzlib/prebuilds/linux-ppc64/nxzlib.node', reason: null },
  devices: [
    working('hardware', [0.021, 0.0364]),
    working('native', [0.15, 2.2]),
    working('model', [0.42, 7.7]),
  ],
}

/** What a partition tells of itself. */
export const PARTITION: PlatformReport = {
  kind: 'powervm',
  chips: [],
  credits: { default: { total: 320, used: 12 }, qos: { total: 0, used: 0 } },
  jobLimit: 1048576,
  minCompress: 32768,
  minDecompress: 32768,
}

/** The same machine when hardware does not open, and native serves. */
export function withoutHardware(reason: string, changes: Partial<Report> = {}): Report {
  return {
    ...BARE_METAL,
    accelerator: { used: false, reason, advice: [] },
    auto: { ...BARE_METAL.auto, engine: 'native' },
    devices: [missing('hardware', reason), ...BARE_METAL.devices.slice(1)],
    ...changes,
  }
}
