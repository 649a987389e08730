// SPDX-License-Identifier: MIT
/** A trial: one contender, one job, in a process of its own, which the driver starts. */
import { loadContender, type Contender } from './contenders.js'
import { Inputs } from './inputs.js'
import type { JobSettings } from './plan.js'
import type { ContenderId, Measurement } from './results.js'
import { measureCallbacks } from './work/callbacks.js'
import { measureCalls } from './work/calls.js'
import { measureMemory } from './work/memory.js'
import { measureStreams } from './work/streams.js'

/** What the driver tells a trial. */
export interface TrialRequest {
  readonly contender: ContenderId
  readonly job: JobSettings
  /** The folder of the inputs. */
  readonly folder: string
}

/** What a trial answers. */
export interface TrialAnswer {
  readonly measurements: readonly Measurement[]
  /** Calls that node:zlib served instead of the device. */
  readonly servedByNode: number
  /** Why there are no measurements: a round trip that failed, or anything else. */
  readonly error?: string
}

async function measureJob(contender: Contender, job: JobSettings, inputs: Inputs): Promise<Measurement[]> {
  switch (job.type) {
    case 'calls':
      return measureCalls(contender, job, inputs)
    case 'per-call': {
      // Only here: with benchmark.js and its libraries on the heap, V8 collects garbage in other ways.
      const { measurePerCall } = await import('./work/per-call.js')
      return measurePerCall(contender, job, inputs)
    }
    case 'callbacks':
      return measureCallbacks(contender, job, inputs)
    case 'streams':
      return measureStreams(contender, job, inputs)
    case 'memory':
      return measureMemory(contender, job, inputs)
  }
}

async function answer({ contender: id, job, folder }: TrialRequest): Promise<TrialAnswer> {
  try {
    const contender = await loadContender(id)
    const measurements = await measureJob(contender, job, new Inputs(folder))
    return { measurements, servedByNode: contender.servedByNode?.() ?? 0 }
  } catch (error) {
    return {
      measurements: [],
      servedByNode: 0,
      error: error instanceof Error ? error.message : String(error),
    }
  }
}

process.once('message', (request: TrialRequest) => {
  void answer(request).then((result) => {
    process.send?.(result, () => process.exit())
  })
})
