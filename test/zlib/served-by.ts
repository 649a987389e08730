import zlib from 'node:zlib'

import { sharedWindow } from '../../lib/zlib/shared-window.js'

/** Who did the work of a call. */
export interface Service<T> {
  readonly result: T
  /** Jobs that were run in the process's window. */
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
  const { window } = sharedWindow()
  const { init } = nodeEngine
  const runSync = window.runSync.bind(window)
  let jobs = 0
  let nodeStreams = 0
  window.runSync = (job) => {
    jobs++
    return runSync(job)
  }
  nodeEngine.init = function (this: unknown, ...values: unknown[]) {
    nodeStreams++
    return Reflect.apply(init, this, values)
  }
  try {
    return { result: call(), jobs, nodeStreams }
  } finally {
    Reflect.deleteProperty(window, 'runSync')
    nodeEngine.init = init
  }
}
