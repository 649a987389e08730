// SPDX-License-Identifier: MIT
/** Bytes that do not compress, the same in each run (xorshift). */
export function random(length: number): Uint8Array {
  let state = 0x9e3779b9
  return Uint8Array.from({ length }, () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state
  })
}

/** Bytes of a reading: a time, a device, three measured values and a state. */
const READING_BYTES = 24

/** Records as devices send them, little-endian: times that grow, values that wander. The same in each run. */
export function readings(length: number): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(length / READING_BYTES) * READING_BYTES)
  const view = new DataView(bytes.buffer)
  const noise = random(bytes.length)
  const values = [20, 1013, 45]
  for (let at = 0, time = 1_700_000_000_000; at < bytes.length; at += READING_BYTES) {
    time += 900 + (noise[at] & 127)
    view.setBigUint64(at, BigInt(time), true)
    view.setUint16(at + 8, noise[at + 1] % 40, true)
    view.setUint16(at + 10, noise[at + 2] < 250 ? 1 : noise[at + 2], true)
    for (const index of values.keys()) {
      values[index] += (noise[at + 3 + index] - 127.5) / 512
      // Sensors have steps, floats do not.
      view.setFloat32(at + 12 + 4 * index, Math.round(values[index] * 16) / 16, true)
    }
  }
  return bytes.subarray(0, length)
}
