// SPDX-License-Identifier: MIT
/** The threads of the software unit: shared by workers, torn down at any moment, and what keeps a process alive. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { textLike } from '../support/data.js'
import { withAddon, type Addon } from './addon.js'
import { AwaitedUnit, UnitJob } from './unit-job.js'
import type { Orders } from './unit-worker.js'

const start = (orders: Orders): Worker =>
  new Worker(join(__dirname, 'unit-worker.js'), { workerData: orders })

/** What the programs below find. */
const PRELUDE = `
  const { Worker } = require('node:worker_threads')
  const { loadAddon } = require('./addon.js')
  const { AwaitedUnit, UnitJob } = require('./unit-job.js')
  const addon = loadAddon()
  const text = require('../support/data.js').textLike(5, 500_000)
  const slowJob = (unit) => new UnitJob(addon, unit, { fc: 0, source: text, room: 1_000_000, effort: 9 })
`

/** Runs a program in a process of its own. */
function runProcess(
  program: string,
  prelude = PRELUDE,
): { status: number | null; signal: string | null; output: string } {
  // Far more than it takes: a process that does not end by itself is a failure, not a hang.
  const options = { cwd: __dirname, encoding: 'utf8', timeout: 40_000 } as const
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, ['-e', prelude + program], options)
  return { status, signal, output: stdout + stderr }
}

describe('threads of the software unit', () => {
  let addon: Addon

  withAddon((loaded) => {
    addon = loaded
  })

  async function assertStillWorking(): Promise<void> {
    const awaited = new AwaitedUnit(addon)
    const source = textLike(6, 10_000)
    const job = new UnitJob(addon, awaited.unit, { fc: 0x1e, source, room: 10_000 })
    job.submit()
    await awaited.whenIdle()
    assert.equal(Buffer.compare(job.written.target, source), 0)
  }

  it('execute the jobs of several workers and of the main thread at a time', async () => {
    const workers = [1, 2, 3].map((seed) => start({ seed, jobs: 100, bytes: 30_000, exits: false }))
    const reports = workers.map(async (worker) => {
      const messages: unknown[] = []
      worker.on('message', (message) => messages.push(message))
      const [code] = (await once(worker, 'exit')) as [number]
      return { code, messages }
    })
    for (let round = 0; round < 20; round++) await assertStillWorking()
    for (const report of await Promise.all(reports)) {
      assert.deepEqual(report, { code: 0, messages: ['submitted', 'right'] })
    }
  })

  it('survive that workers are terminated with jobs queued and running', async () => {
    for (let seed = 1; seed <= 15; seed++) {
      const worker = start({ seed, jobs: 60, bytes: 40_000, exits: false })
      await once(worker, 'message')
      await worker.terminate()
    }
    await assertStillWorking()
  })

  it('survive that a worker exits with jobs queued and running', async () => {
    for (let seed = 1; seed <= 5; seed++) {
      const [code] = (await once(start({ seed, jobs: 60, bytes: 40_000, exits: true }), 'exit')) as [number]
      assert.equal(code, 3)
    }
    await assertStillWorking()
  })

  it('keep the process alive until their last job, and no longer', () => {
    const { status, output } = runProcess(`
      let job
      const unit = new addon.SoftwareUnit(() => console.log('pending', unit.pending, job.isDone))
      job = slowJob(unit)
      job.submit()
    `)
    assert.deepEqual({ status, output }, { status: 0, output: 'pending 0 true\n' })
  })

  it('do not keep a process alive whose unit is idle', () => {
    const { status, output } = runProcess(`globalThis.unit = new addon.SoftwareUnit(() => {})`)
    assert.deepEqual({ status, output }, { status: 0, output: '' })
  })

  it('do not keep a process alive whose unit was closed with jobs pending', () => {
    const { status, output } = runProcess(`
      const { unit } = new AwaitedUnit(addon)
      const jobs = Array.from({ length: 50 }, () => slowJob(unit))
      jobs.forEach((job) => job.submit())
      unit.close()
      console.log(unit.pending)
    `)
    assert.deepEqual({ status, output }, { status: 0, output: '0\n' })
  })

  it('let the process exit in the middle of their jobs', () => {
    const { status, output } = runProcess(`
      const { unit } = new AwaitedUnit(addon)
      const jobs = Array.from({ length: 50 }, () => slowJob(unit))
      jobs.forEach((job) => job.submit())
      process.exit(7)
    `)
    assert.deepEqual({ status, output }, { status: 7, output: '' })
  })

  it('let the process end by an uncaught exception in the middle of their jobs', () => {
    const { status, signal } = runProcess(`
      const { unit } = new AwaitedUnit(addon)
      const jobs = Array.from({ length: 50 }, () => slowJob(unit))
      jobs.forEach((job) => job.submit())
      throw new Error('for the test')
    `)
    assert.deepEqual({ status, signal }, { status: 1, signal: null })
  })

  it('let the process exit while workers have jobs, too', () => {
    const { status, output } = runProcess(`
      const workerData = { seed: 1, jobs: 50, bytes: 100_000, exits: false }
      const worker = new Worker('./unit-worker.js', { workerData })
      worker.once('message', () => process.exit(9))
    `)
    assert.deepEqual({ status, output }, { status: 9, output: '' })
  })

  it('are there for workers of a process whose main thread has not loaded the addon, one after the other', () => {
    const { status, output } = runProcess(
      `
      const { Worker } = require('node:worker_threads')
      const run = (seed) => {
        if (seed > 4) return
        const workerData = { seed, jobs: 20, bytes: 20_000, exits: false }
        new Worker('./unit-worker.js', { workerData })
          .on('message', (message) => console.log(message))
          .on('exit', () => run(seed + 1))
      }
      run(1)
    `,
      '',
    )
    assert.deepEqual({ status, output }, { status: 0, output: 'submitted\nright\n'.repeat(4) })
  })
})
