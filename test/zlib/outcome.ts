// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'

import { nodes, ours, type DecompressName } from './formats.js'

/** What a call came to: its result, or the properties of its error that callers look at. */
export type Outcome =
  | { readonly result: unknown }
  | {
      readonly error: {
        readonly name: string
        readonly message: string
        readonly code: unknown
        readonly errno: unknown
      }
    }

function failure(error: unknown): Outcome {
  assert(error instanceof Error, `not an Error: ${String(error)}`)
  const { name, message, code, errno } = error as Error & { code?: unknown; errno?: unknown }
  return { error: { name, message, code, errno } }
}

export function outcome(call: () => unknown): Outcome {
  try {
    return { result: call() }
  } catch (error) {
    return failure(error)
  }
}

type Callback = (error: Error | null, result: unknown) => void

/** What a call with a callback came to, whether it throws or calls back. */
export async function callbackOutcome(call: (callback: Callback) => void): Promise<Outcome> {
  return new Promise((resolve) => {
    try {
      call((error, result) => {
        resolve(error ? failure(error) : { result })
      })
    } catch (error) {
      resolve(failure(error))
    }
  })
}

/** Long buffers compare quickly when they are equal, and are shown in short when they are not. */
function readable(value: Outcome): unknown {
  if ('error' in value || !(value.result instanceof Uint8Array)) return value
  const bytes = Buffer.from(value.result)
  return {
    length: bytes.length,
    start: bytes.toString('hex', 0, 40),
    end: bytes.toString('hex', bytes.length - 40),
  }
}

/** The two calls must have come to the same. */
export function assertSameOutcome(actual: Outcome, expected: Outcome, what = ''): void {
  if ('result' in actual && 'result' in expected) {
    const [first, second] = [actual.result, expected.result]
    if (first instanceof Uint8Array && second instanceof Uint8Array) {
      if (Buffer.compare(first, second) === 0) return
      assert.deepEqual(readable(actual), readable(expected), what)
      assert.fail(`${what}: the same length and ends, other bytes between`)
    }
  }
  assert.deepEqual(readable(actual), readable(expected), what)
}

/** The two must hold the same bytes. */
export function assertSameBytes(actual: Uint8Array, expected: Uint8Array, what = ''): void {
  assertSameOutcome({ result: actual }, { result: expected }, what)
}

/** A blocking call without options must come to the same as node:zlib's. */
export function assertLikeNode(name: DecompressName, data: Uint8Array, what: string): void {
  assertSameOutcome(
    outcome(() => ours(name).sync(data)),
    outcome(() => nodes(name).sync(data)),
    `${name}, ${what}`,
  )
}
