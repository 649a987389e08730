// SPDX-License-Identifier: MIT
import type { Configuration, Direction } from '../configuration.js'
import type { Engine } from '../device/device.js'

/**
 * Bytes of input from which jobs of a device are worth it, compared with Node's own zlib. Higher: small calls are faster
 * and large ones lose more. For decompression it is the compressed bytes that count, a third or less of what they make.
 *
 * hardware: an estimate, not measured. UM 4.4.2 has 100 bytes for the unit alone, with a start-up of 370 ns; what
 * surrounds a job here costs some microseconds a call, for which zlib does about 1 KiB. native and model: measured with
 * bench/threshold.ts, blocking calls on log lines and JSON, x86-64, Node 20.20. native takes 0.5 to 1.06 of Node's time from
 * 16 bytes to 256 KiB in both directions. The model never comes level: it is there to be looked into.
 */
const WORTHWHILE_BYTES: Readonly<Record<Engine, Readonly<Record<Direction, number>>>> = {
  hardware: { compress: 1024, decompress: 1024 },
  native: { compress: 0, decompress: 0 },
  model: { compress: Infinity, decompress: Infinity },
}

/**
 * Bytes of input below which Node's own zlib serves a call. Where the program does not set it, a device that it has named
 * serves all calls, and so does every device that compresses reproducibly: zlib's bytes are others, and which device is
 * there must not show.
 */
export function thresholdOf(direction: Direction, engine: Engine, settings: Configuration): number {
  if (settings.threshold !== 'auto') return settings.threshold
  const isReproducible = settings.reproducible && direction === 'compress'
  return settings[direction] === 'auto' && !isReproducible ? WORTHWHILE_BYTES[engine][direction] : 0
}
