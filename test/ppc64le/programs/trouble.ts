// SPDX-License-Identifier: MIT
/** Runs jobs on a device that makes trouble, and reports how each came out and how long it took. */
import { inflateRawSync } from 'node:zlib'
import { setTimeout as sleep } from 'node:timers/promises'

import { FC, NxError, openDevice, type JobResult, type Window } from '../../../lib/nx.js'
import { textLike } from '../../support/data.js'
import { program } from './program.js'

export interface TroubleArgument {
  readonly jobs?: number
  readonly timeout?: number
  readonly pasteTimeout?: number
  /** Milliseconds to wait after the jobs, for what is still under way. */
  readonly linger?: number
}

export interface TroubleReport {
  /** Of each blocking job, and of each in the background: 'right', 'CC=n', or the code of an error. */
  readonly blocking: readonly string[]
  readonly background: readonly string[]
  /** Milliseconds that the slowest job took. */
  readonly slowest: number
  /** Credits that are missing after the jobs, and after lingering. */
  readonly missing: number
  readonly stillMissing: number
}

const TEXT = textLike(51, 150_000)

program(async ({ jobs = 2, linger = 0, ...options }: TroubleArgument): Promise<TroubleReport> => {
  const window = openDevice({ engine: 'hardware' }).openWindow(options)
  let slowest = 0
  const outcome = async (run: (target: Uint8Array) => JobResult | Promise<JobResult>) => {
    const target = new Uint8Array(2 * TEXT.length)
    const start = performance.now()
    try {
      const { csb } = await run(target)
      if (csb.cc !== 0) return `CC=${csb.cc}`
      return Buffer.compare(inflateRawSync(target.subarray(0, csb.tpbc)), TEXT) === 0 ? 'right' : 'wrong'
    } catch (error) {
      return error instanceof NxError ? error.code : String(error)
    } finally {
      slowest = Math.max(slowest, performance.now() - start)
    }
  }
  const job = (target: Uint8Array) => ({ fc: FC.COMPRESS_FHT, source: TEXT, target })
  const blocking = []
  for (let count = 0; count < jobs; count++) {
    blocking.push(await outcome((target) => window.runSync(job(target))))
  }
  const background = await Promise.all(
    Array.from({ length: jobs }, () => outcome((target) => window.run(job(target)))),
  )
  const missing = missingCredits(window)
  await sleep(linger)
  return { blocking, background, slowest, missing, stillMissing: missingCredits(window) }
})

function missingCredits({ credits }: Window): number {
  return credits.capacity - credits.available
}
