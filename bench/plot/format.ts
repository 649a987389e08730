// SPDX-License-Identifier: MIT
const BINARY_UNITS = ['B', 'KiB', 'MiB', 'GiB']

/** Three significant digits, without an exponent: 0.0123, 1.23, 12.3, 123, 1230. */
export function short(value: number): string {
  if (value === 0) return '0'
  if (Math.abs(value) >= 100) return String(Math.round(value))
  return String(Number(value.toPrecision(3)))
}

/** Bytes in the largest binary unit that they reach: 512 B, 64 KiB, 1.5 MiB. */
export function formatBytes(bytes: number): string {
  let unit = 0
  let value = bytes
  for (; value >= 1024 && unit < BINARY_UNITS.length - 1; unit++) value /= 1024
  return `${short(value)} ${BINARY_UNITS[unit]}`
}

/** A time in the unit that gives it one to three digits before the point: 12.3 us, 4.5 ms, 1.2 s. */
export function formatSeconds(seconds: number): string {
  if (seconds < 1e-3) return `${short(seconds * 1e6)} µs`
  if (seconds < 1) return `${short(seconds * 1e3)} ms`
  return `${short(seconds)} s`
}
