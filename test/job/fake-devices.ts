// SPDX-License-Identifier: MIT
import type { Engine } from '../../lib/device/device.js'
import { FC } from '../../lib/format/function-codes.js'
import { ChainMember, type ChainWindow } from '../../lib/job/chain-member.js'
import { DeviceChain } from '../../lib/job/device-chain.js'
import type { Job, JobResult } from '../../lib/job/job.js'
import type { JobAudience } from '../../lib/job/job-report.js'
import { JobStatistics } from '../../lib/job/job-statistics.js'
import { ended } from '../deflate/runners.js'

/** A clock that only goes when it is told to. */
export class Clock {
  ms = 0
  readonly now = (): number => this.ms
}

/** How a fake device ends a job: with a completion code, or with an error. */
export type Outcome = number | Error

/** A device that does as it is told. */
export class FakeDevice implements ChainWindow {
  jobLimit = Infinity
  /** Why it does not open. */
  refusal: Error | undefined
  /** Every job ends like this. */
  outcome: Outcome = 0
  /** TPBC of every job that ends with CC=0. */
  tpbc = 0
  /** Milliseconds that it says it took for every job. */
  ms = 0
  readonly mostDelay = 50
  /** What was run, and how often it was opened. */
  readonly jobs: Job[] = []
  opened = 0
  #audience: JobAudience = {}

  constructor(readonly engine: Engine) {}

  readonly open = (audience: JobAudience): ChainWindow => {
    this.opened++
    if (this.refusal) throw this.refusal
    this.#audience = audience
    return this
  }

  /** Its jobs are brief. */
  isBrief = false

  admitBrief(): boolean {
    return this.isBrief
  }

  runSync(job: Job): JobResult {
    this.jobs.push(job)
    if (typeof this.outcome !== 'number') throw this.outcome
    const result = ended(this.outcome, this.outcome === 0 ? { ce: 0, tpbc: this.tpbc } : {})
    this.#audience.onJob?.(job, result, this.ms)
    return result
  }

  async runOwned(job: Job): Promise<JobResult> {
    await Promise.resolve()
    return this.runSync(job)
  }
}

export const job = (bytes = 10): Job => ({
  fc: FC.WRAP,
  source: new Uint8Array(bytes),
  target: new Uint8Array(bytes),
})

/** A chain of fake devices under a clock. */
export class FakeChain {
  readonly clock = new Clock()
  readonly statistics = new JobStatistics()
  readonly devices: readonly FakeDevice[]
  readonly members: readonly ChainMember[]
  readonly chain: DeviceChain

  constructor(...engines: readonly Engine[]) {
    this.devices = engines.map((engine) => new FakeDevice(engine))
    this.members = this.devices.map((device) => new ChainMember(device, this.clock))
    this.chain = new DeviceChain(this.members, this.statistics)
  }

  /** Runs a job and tells which devices were given it. */
  run(request = job()): string {
    const before = this.devices.map(({ jobs }) => jobs.length)
    try {
      this.chain.runSync(request)
    } catch (error) {
      return `${this.#given(before)}: ${String((error as { code?: string }).code)}`
    }
    return this.#given(before)
  }

  #given(before: readonly number[]): string {
    return this.devices
      .filter(({ jobs }, index) => jobs.length > before[index])
      .map(({ engine }) => engine)
      .join(', ')
  }
}
