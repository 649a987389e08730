// SPDX-License-Identifier: MIT
import type { Engine } from '../device/device.js'
import { ChainMember } from './chain-member.js'
import { DeviceChain } from './device-chain.js'
import type { Job, JobResult } from './job.js'
import { JobStatistics } from './job-statistics.js'
import type { JobRecorder } from './passage.js'
import type { Window } from './window.js'

/** What it took to serve a call. */
export interface CallInfo {
  /** What did the work: the device that executed the last job, or Node's own zlib. */
  readonly engine: Engine | 'node'
  /** Why it was not the device that should have; undefined: it was. */
  readonly reason: string | undefined
  /** Jobs that came to a completion code, the page faults that they met, and the pastes beyond each job's first. */
  readonly jobs: number
  readonly faults: number
  readonly retries: number
  /** Compressed blocks that were inflated again to see whether they restore the data, and the milliseconds it took. */
  readonly verifiedBlocks: number
  readonly verifyMs: number
}

/** What it took where no job was run. */
export function servedByNode(reason: string | undefined): CallInfo {
  return { engine: 'node', reason, jobs: 0, faults: 0, retries: 0, verifiedBlocks: 0, verifyMs: 0 }
}

/** Runs the jobs of one call, or of one stream, and records what they took. */
export class CallJobs implements JobRecorder {
  readonly #chain: DeviceChain
  #engine: Engine | 'node' | undefined
  #reason: string | undefined
  #jobs = 0
  #faults = 0
  #retries = 0
  #verifiedBlocks = 0
  #verifyMs = 0

  constructor(chain: DeviceChain) {
    this.#chain = chain
  }

  get jobLimit(): number {
    return this.#chain.jobLimit
  }

  get ignoresHints(): boolean {
    return this.#chain.ignoresHints
  }

  admitBrief(job: Job): boolean {
    return this.#chain.admitBrief(job)
  }

  runSync(job: Job): JobResult {
    return this.#chain.runSync(job, this)
  }

  runOwned(job: Job): Promise<JobResult> {
    return this.#chain.runOwned(job, this)
  }

  ran(engine: Engine, reason: string | undefined, { attempts, faults }: JobResult): void {
    this.#engine = engine
    this.#reason = reason
    this.#jobs++
    this.#faults += faults.length
    this.#retries += Math.max(0, attempts - 1)
  }

  verified(ms: number): void {
    this.#verifiedBlocks++
    this.#verifyMs += ms
  }

  /** The device that executed the last job; undefined: there was none. */
  get engine(): Engine | 'node' | undefined {
    return this.#engine
  }

  /** Node's own zlib serves the rest of the call, or all of it again. */
  leftToNode(reason: string): void {
    this.#engine = 'node'
    this.#reason = reason
  }

  /**
   * What was recorded so far. A call that needed no job counts as served by the device that would have got it.
   *
   * @throws NxDeviceError when there was no job and there is no device
   */
  get info(): CallInfo {
    return {
      engine: this.#engine ?? this.#chain.engine,
      reason: this.#reason,
      jobs: this.#jobs,
      faults: this.#faults,
      retries: this.#retries,
      verifiedBlocks: this.#verifiedBlocks,
      verifyMs: this.#verifyMs,
    }
  }
}

/** Runs jobs in one window, and counts them for nobody else. */
export function jobsOn(engine: Engine, window: Window): CallJobs {
  const member = new ChainMember({ engine, open: () => window })
  return new CallJobs(new DeviceChain([member], new JobStatistics()))
}
