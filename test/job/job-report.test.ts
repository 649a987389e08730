// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { resolve } from 'node:path'

import { ModelDevice } from '../../lib/device/model.js'
import type { ModelOptions } from '../../lib/device/model-options.js'
import type { JobResult } from '../../lib/job/job.js'
import { Window } from '../../lib/job/window.js'
import { job } from './fake-devices.js'

const CHANNELS = ['nxzlib:job:start', 'nxzlib:job:fault', 'nxzlib:job:retry', 'nxzlib:job:end']

type Message = Readonly<Record<string, unknown>>

/** What is announced while work is done. */
async function announced(work: () => unknown): Promise<[name: string, message: Message][]> {
  const messages: [string, Message][] = []
  const listen = (message: unknown, name: string | symbol) => {
    messages.push([String(name), message as Message])
  }
  for (const name of CHANNELS) subscribe(name, listen)
  try {
    await work()
  } finally {
    for (const name of CHANNELS) unsubscribe(name, listen)
  }
  return messages
}

function modelWindow(options: ModelOptions, timeout = 60_000): Window {
  return new Window(new ModelDevice(options).openWindow(), { timeout }, { engine: 'model' })
}

describe('the job channels', () => {
  it('tell of start and end', async () => {
    const window = modelWindow({})
    const [start, end] = await announced(() => window.runSync(job(100)))
    assert.equal(start[0], 'nxzlib:job:start')
    const { job: number, ...request } = start[1]
    assert.deepEqual(request, {
      engine: 'model',
      fc: 30,
      sourceBytes: 100,
      targetBytes: 100,
      submission: 'blocking',
    })
    assert.equal(end[0], 'nxzlib:job:end')
    const { ms, ...outcome } = end[1]
    assert.ok(Number(ms) >= 0)
    assert.deepEqual(outcome, {
      job: number,
      engine: 'model',
      cc: 0,
      ce: 1,
      tpbc: 100,
      spbc: 100,
      attempts: 1,
      faults: 0,
    })
  })

  it('tell of every fault and retry, in their order', async () => {
    const window = modelWindow({ residency: 'none' })
    let result: JobResult | undefined
    const messages = await announced(async () => {
      result = await window.runOwned(job())
    })
    assert.deepEqual(
      messages.map(([name]) => name.replace('nxzlib:job:', '')),
      ['start', 'fault', 'retry', 'fault', 'retry', 'end'],
    )
    const of = (name: string) => messages.filter(([own]) => own === name).map(([, message]) => message)
    assert.deepEqual(
      of('nxzlib:job:fault').map(({ address }) => address),
      result?.faults,
    )
    assert.deepEqual(
      of('nxzlib:job:retry').map(({ attempt }) => attempt),
      [2, 3],
    )
  })

  it('tell of a job that ends with an error', async () => {
    const window = modelWindow({ inject: { job: () => 'hang' } }, 5)
    const messages = await announced(() => {
      assert.throws(() => window.runSync(job()), { code: 'ERR_NX_TIMEOUT' })
    })
    const { error, cc } = messages[1][1]
    assert.equal((error as { code: string }).code, 'ERR_NX_TIMEOUT')
    assert.equal(cc, undefined)
  })

  it('give every job a number of its own', async () => {
    const window = modelWindow({})
    const messages = await announced(() => Promise.all([window.runOwned(job()), window.runOwned(job())]))
    assert.equal(new Set(messages.map(([, message]) => message.job)).size, 2)
  })
})

describe("a window's audience", () => {
  it('is told of each job with what the device took at least', async () => {
    const jobs: [cc: number, ms: number][] = []
    const onJob = (_: unknown, { csb }: JobResult, ms: number) => jobs.push([csb.cc, ms])
    const window = new Window(new ModelDevice().openWindow(), {}, { onJob })
    const start = performance.now()
    window.runSync(job())
    await window.runOwned({ ...job(), fc: 63 })
    const elapsed = performance.now() - start
    assert.deepEqual(
      jobs.map(([cc]) => cc),
      [0, 17],
    )
    assert.ok(jobs.every(([, ms]) => ms >= 0 && ms <= elapsed))
  })
})

describe('NODE_DEBUG=nxzlib', () => {
  const nx = resolve(__dirname, '../../lib/nx.js')
  const program = `const { openDevice } = require(${JSON.stringify(nx)})
    const window = openDevice({ engine: 'model' }).openWindow()
    window.runSync({ fc: 30, source: new Uint8Array(9), target: new Uint8Array(9) })`

  it('prints the CRB and the CSB at paste and end', () => {
    const { stderr } = spawnSync(process.execPath, ['-e', program], {
      env: { ...process.env, NODE_DEBUG: 'nxzlib' },
      encoding: 'utf8',
    })
    assert.match(
      stderr,
      /NXZLIB \d+: job 1, paste 1\nCRB[^]*CSB[^]*NXZLIB \d+: job 1 ended\nCRB[^]*tpbc[^\n]*9/,
    )
  })

  it('is silent otherwise', () => {
    assert.equal(execFileSync(process.execPath, ['-e', program], { encoding: 'utf8', stdio: 'pipe' }), '')
  })
})
