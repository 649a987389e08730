// SPDX-License-Identifier: MIT
/** Words of the sample's log lines and records. */
const SERVICES = [
  'auth',
  'billing',
  'catalog',
  'checkout',
  'gateway',
  'inventory',
  'mailer',
  'search',
  'sessions',
]
const ACTIONS = [
  'accepted',
  'cached',
  'completed',
  'dropped',
  'forwarded',
  'queued',
  'rejected',
  'retried',
  'timed out',
]
const PATHS = [
  '/api/v2/items',
  '/api/v2/orders',
  '/assets/app.js',
  '/health',
  '/login',
  '/search',
  '/static/logo.png',
]

/** Bytes of the records among the text: counters and noise, as binary files have them. */
const RECORD_BYTES = 48

/**
 * A sample that looks like what a service keeps: log lines, JSON, and binary records. The same for the same size, on
 * every machine.
 *
 * @param size bytes
 */
export function sample(size: number): Uint8Array {
  const bytes = Buffer.alloc(size)
  const random = xorshift(0x9e3779b9)
  const pick = (words: readonly string[]) => words[random() % words.length]
  let at = 0
  for (let line = 0; at < size; line++) {
    const kind = random() % 8
    if (kind < 4) {
      const time = new Date(Date.UTC(2024, 0, 1) + line * 137).toISOString()
      at += bytes.write(
        `${time} ${pick(SERVICES)} ${pick(ACTIONS)} ${pick(PATHS)}?id=${random() % 50000}\n`,
        at,
      )
    } else if (kind < 7) {
      const record = {
        id: line,
        service: pick(SERVICES),
        ms: random() % 900,
        tags: [pick(ACTIONS), pick(PATHS)],
      }
      at += bytes.write(`${JSON.stringify(record)}\n`, at)
    } else {
      const end = Math.min(size, at + RECORD_BYTES)
      for (let index = 0; at < end; index++, at++)
        bytes[at] = index % 4 < 2 ? line >>> (8 * (index % 2)) : random()
    }
  }
  return bytes
}

/** Marsaglia's xorshift: 32-bit numbers, the same sequence for the same seed. */
function xorshift(seed: number): () => number {
  let state = seed
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state >>> 0
  }
}
