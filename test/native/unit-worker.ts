// SPDX-License-Identifier: MIT
/** A worker that keeps the threads of the software unit busy; started by unit-threads.test.ts and processes of it. */
import assert from 'node:assert/strict'
import { parentPort, workerData } from 'node:worker_threads'
import * as zlib from 'node:zlib'
import { textLike } from '../support/data.js'
import { loadAddon } from './addon.js'
import { AwaitedUnit, UnitJob } from './unit-job.js'

/** What a worker is to do. */
export interface Orders {
  readonly seed: number
  readonly jobs: number
  /** Bytes of source of each job. */
  readonly bytes: number
  /** Whether to exit, instead of waiting for the jobs. */
  readonly exits: boolean
}

/** The memory of jobs under way has to be kept. What a module exports is, even while the worker is torn down. */
export const underWay: UnitJob[] = []

async function work({ seed, jobs: count, bytes, exits }: Orders): Promise<void> {
  const addon = loadAddon()
  assert.ok(addon)
  const awaited = new AwaitedUnit(addon)
  const text = textLike(seed, bytes)
  const sources = Array.from({ length: count }, (_, index) => text.slice(index))
  for (const [index, source] of sources.entries()) {
    const job = new UnitJob(addon, awaited.unit, { fc: 0, source, room: 2 * bytes, effort: 1 + (index % 9) })
    underWay.push(job)
    job.submit()
  }
  parentPort?.postMessage('submitted')
  if (exits) process.exit(3)
  await awaited.whenIdle()
  for (const [index, source] of sources.entries()) {
    const job = underWay[index]
    assert.ok(job.isDone && job.isGuarded)
    assert.equal(Buffer.compare(zlib.inflateRawSync(job.written.target), source), 0)
  }
  parentPort?.postMessage('right')
}

void work(workerData as Orders)
