// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { setImmediate as nextTurn } from 'node:timers/promises'

import type { JobRunner } from '../../lib/deflate/steps.js'
import { Handle } from '../../lib/zlib/handle.js'
import type { HandleEngine } from '../../lib/zlib/handle-engine.js'
import { ended } from '../deflate/runners.js'
import { job } from '../job/fake-devices.js'

/** A handle whose writes take one job each, which calls back by noting it. */
function handleOf(runner: JobRunner, notes: string[]): Handle {
  const engine: HandleEngine = {
    correction: 0,
    *write() {
      yield job()
      return { availIn: 0, availOut: 0 }
    },
    params: () => undefined,
    reset: () => undefined,
    close: () => undefined,
  }
  const stream = { _handle: null, _writeState: new Uint32Array(2), bytesWritten: 0, _level: 6, _strategy: 0 }
  const processCallback = () => void notes.push('written')
  return new Handle({ engine, stream, processCallback, runner, closed: () => undefined })
}

describe('Handle', () => {
  const RUNNERS: Readonly<Record<string, Partial<JobRunner>>> = {
    'runs its job at once': { admitBrief: () => true },
    'shall wait for a job that is run at once after all': { admitBrief: () => false },
  }
  for (const [what, how] of Object.entries(RUNNERS)) {
    it(`gives way to other events with a write that ${what}`, async () => {
      const notes: string[] = []
      const runner = {
        jobLimit: Infinity,
        runSync: () => ended(0),
        runOwned: () => Promise.resolve(ended(0)),
        ...how,
      }
      const handle = handleOf(runner, notes)
      setImmediate(() => notes.push('other'))
      handle.write(0, null, 0, 0, new Uint8Array(1), 0, 1)
      await nextTurn()
      await nextTurn()
      assert.deepEqual(notes, ['other', 'written'])
    })
  }
})
