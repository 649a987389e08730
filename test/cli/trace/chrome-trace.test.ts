// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ChromeTrace } from '../../../lib/cli/trace/chrome-trace.js'
import { traceFile, type Traced } from '../../../lib/cli/trace/trace-file.js'
import type { TraceOptions } from '../../../lib/cli/trace/trace-options.js'
import { textLike } from '../../support/data.js'
import {
  checkFields,
  checkFlows,
  checkTracks,
  parseChromeFile,
  trackNames,
  type ChromeEvent,
} from './chrome-file.js'

const SEED = 4711
const SOURCE_BYTES = 600_000

interface Made {
  readonly events: ChromeEvent[]
  readonly traced: Traced
}

describe(`Chrome trace file (data of seed ${SEED})`, () => {
  let folder: string
  let source: string

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'nxzlib-trace-'))
    source = join(folder, 'source')
    writeFileSync(source, textLike(SEED, SOURCE_BYTES))
  })

  after(() => {
    rmSync(folder, { recursive: true })
  })

  async function make(options: Partial<TraceOptions>): Promise<Made> {
    const input = await open(source)
    try {
      let text = ''
      const writer = new ChromeTrace((piece) => {
        text += piece
      })
      const defaults = {
        file: source,
        output: undefined,
        text: false,
        resident: 0.5,
        seed: 1,
        kernel: 'mainline',
        pageSize: 4096,
        level: 1,
        decompressToo: true,
      } as const
      const traced = await traceFile(input, { ...defaults, ...options }, [writer], () => Promise.resolve())
      return { events: parseChromeFile(text), traced }
    } finally {
      await input.close()
    }
  }

  const named = (events: ChromeEvent[], ph: string, name: string | RegExp) =>
    events.filter(
      (event) =>
        event.ph === ph && (typeof name === 'string' ? event.name === name : name.test(event.name ?? '')),
    )
  const sum = ({ compressed, decompressed }: Traced, what: 'jobs' | 'faults' | 'retries') =>
    compressed[what] + (decompressed?.[what] ?? 0)

  for (const kernel of ['mainline', 'v5'] as const) {
    for (const resident of [0, 0.5, 1]) {
      describe(`kernel ${kernel}, ${resident * 100}% of the pages resident`, () => {
        let events: ChromeEvent[]
        let traced: Traced

        before(async () => {
          ;({ events, traced } = await make({ kernel, resident }))
        })

        it('gives every event the fields that the format asks for', () => {
          checkFields(events)
        })

        it('has slices that nest and times that never go back on each track', () => {
          checkTracks(events)
        })

        it('has one flow a job, with both ends, and only within slices', () => {
          assert.equal(checkFlows(events).size, sum(traced, 'jobs'))
        })

        it('shows as many pastes as there were jobs and retries', () => {
          assert.equal(named(events, 'B', 'paste').length, sum(traced, 'jobs') + sum(traced, 'retries'))
        })

        it('shows each page fault in the unit, in the CSB and as a touch of pages', () => {
          const faults = sum(traced, 'faults')
          const units = events.filter(({ ph, args }) => ph === 'X' && args?.outcome === 'page fault')
          const csbs = named(events, 'i', 'CSB write').filter(({ args }) => args?.by === 'kernel')
          assert.deepEqual([units.length, csbs.length], [faults, faults])
          assert.equal(named(events, 'B', 'touch').length >= faults, true)
          assert.equal(faults > 0, resident < 1)
        })

        it('shows one slice for each run of the fault handler, and for each interrupt', () => {
          const runs = named(events, 'i', 'done').length
          assert.equal(named(events, 'B', 'handle faults').length, runs)
          assert.equal(named(events, 'B', 'interrupt 0').length, runs)
        })

        it('brings all credits back', () => {
          const last = new Map(
            events.filter(({ ph }) => ph === 'C').map(({ name, args }) => [name, args?.credits]),
          )
          assert.equal(last.get('send credits, window 3'), 1024)
          assert.equal(last.get('receive FIFO credits, window 2'), 256)
          assert.equal(last.get('fault FIFO credits, window 0'), resident < 1 ? 32768 : undefined)
        })
      })
    }
  }

  it('names processes and threads', async () => {
    const { processes, threads } = trackNames((await make({ resident: 0 })).events)
    assert.deepEqual(processes.sort(), ['NX 0', 'VAS 0', 'kernel', 'program'])
    assert.deepEqual([...threads.values()].sort(), [
      'XIVE, VAS 0',
      'fault handler 0',
      'gzip unit',
      'switchboard',
      'window 3 of VAS 0: compress',
      'window 4 of VAS 0: decompress',
    ])
  })

  it('leads the flow of a job with one fault from the paste through NX, handler and CSB to the retry', async () => {
    const { events } = await make({ resident: 0.9, pageSize: 65536 })
    const { threads } = trackNames(events)
    const oneFault = [...checkFlows(events).values()].find((stations) => stations.length === 7)
    assert.ok(oneFault, 'some job meets exactly one fault')
    const window = threads.get(oneFault[0].tid)
    assert.deepEqual(
      oneFault.map(({ tid }) => threads.get(tid)),
      [window, 'gzip unit', 'fault handler 0', window, window, 'gzip unit', window],
    )
  })

  it('shows nothing of decompressing when only compressing was asked for', async () => {
    const { events, traced } = await make({ decompressToo: false })
    assert.equal(traced.decompressed, undefined)
    assert.deepEqual(
      [...trackNames(events).threads.values()].filter((name) => name.startsWith('window')),
      ['window 3 of VAS 0: compress'],
    )
  })

  it('shows the same for the same seed, times aside, and something else for another one', async () => {
    const shape = async (seed: number) =>
      JSON.stringify((await make({ seed })).events.map(({ ph, name, args }) => [ph, name, args]))
    const [one, again, other] = [await shape(7), await shape(7), await shape(8)]
    assert.ok(one === again, 'seed 7 twice')
    assert.ok(one !== other, 'seeds 7 and 8')
  })
})
