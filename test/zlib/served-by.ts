// SPDX-License-Identifier: MIT
import zlib from 'node:zlib'

import { stats } from '../../lib/zlib/call-statistics.js'

/** Who did the work of a call. */
export interface Service<T> {
  readonly result: T
  /** Jobs that were run. */
  readonly jobs: number
  /** Streams of Node's own zlib that were made: more than 0 means that the call was left to node:zlib. */
  readonly nodeStreams: number
}

/** What every stream of node:zlib does first, on whatever prototype this version of Node keeps its engine. */
const nodeEngine = Object.getPrototypeOf(
  (zlib.createDeflateRaw() as unknown as { _handle: object })._handle,
) as { init: (...values: unknown[]) => unknown }

/** Tells by what a blocking call was served: results alone cannot show that it was not left to node:zlib. */
export function servedBy<T>(call: () => T): Service<T> {
  const { init } = nodeEngine
  const before = jobsSoFar()
  let nodeStreams = 0
  nodeEngine.init = function (this: unknown, ...values: unknown[]) {
    nodeStreams++
    return Reflect.apply(init, this, values)
  }
  try {
    const result = call()
    return { result, jobs: jobsSoFar() - before, nodeStreams }
  } finally {
    nodeEngine.init = init
  }
}

function jobsSoFar(): number {
  return Object.values(stats().jobs).reduce((sum, count) => sum + count, 0)
}
