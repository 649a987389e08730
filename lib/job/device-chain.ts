// SPDX-License-Identifier: MIT
import type { Engine } from '../device/device.js'
import type { ChainMember, ChainWindow } from './chain-member.js'
import type { Job, JobResult } from './job.js'
import type { JobStatistics } from './job-statistics.js'
import { admittingFrom, noneAdmits, Passage, tellFallback, type JobRecorder } from './passage.js'
import { verificationOf } from './verification.js'

/**
 * Runs each job on the first of some devices that is not left for trouble, and on the next one if that fails. A job holds
 * all that it needs, history and checksums and tables, so that a stream goes on with any device.
 *
 * A job that timed out is the exception: its device may still write its target, so that the same job must not be run again.
 * The device is left and the NxTimeoutError ERR_NX_TIMEOUT thrown; whoever sent the job may send one with other target
 * memory, which then goes to the next device.
 */
export class DeviceChain {
  readonly #members: readonly ChainMember[]
  readonly #statistics: JobStatistics
  readonly #verify: (() => ChainWindow) | undefined

  /**
   * @param members in the order in which they are preferred; chains may share them
   * @param verify gives the window of the software that checks what the others compress; undefined: nothing is checked
   */
  constructor(members: readonly ChainMember[], statistics: JobStatistics, verify?: () => ChainWindow) {
    this.#members = members
    this.#statistics = statistics
    this.#verify = verify
  }

  /**
   * The device that would get the next job, opened if need be.
   *
   * @throws NxDeviceError when there is none
   */
  get engine(): Engine {
    return this.#first().engine
  }

  /** Of that device: bytes of source (compress) or target (decompress) after which it suspends a job. */
  get jobLimit(): number {
    return this.#first().open().jobLimit
  }

  /** Whether that device does not look at hints. */
  get ignoresHints(): boolean {
    return this.#first().open().ignoresHints ?? false
  }

  /** Leave to run a job by `runSync` also for who must not block; see `Window.admitBrief`. */
  admitBrief(job: Job): boolean {
    const first = this.#members.find(({ breaker }) => breaker.admits)
    return (first?.isOpen && first.open().admitBrief?.(job)) ?? false
  }

  /**
   * Runs a job and blocks until it is finished.
   *
   * @throws NxTimeoutError ERR_NX_TIMEOUT, see above; NxDeviceError when all devices are left; what else `Window.runSync`
   * throws, if no device is left to run the job
   */
  runSync(job: Job, recorder?: JobRecorder): JobResult {
    const passage = new Passage(this.#members, this.#statistics, job, recorder)
    for (let window = passage.next(); window; window = passage.next()) {
      let result: JobResult
      try {
        result = window.runSync(job)
      } catch (error) {
        passage.threw(error)
        continue
      }
      if (!passage.completed(result)) continue
      if (!this.#verify || isVerifiedSync(this.#verify, passage, job, result)) return passage.stands(result)
    }
    return passage.end()
  }

  /** The same without blocking the event loop, under the conditions of `Window.runOwned`. */
  async runOwned(job: Job, recorder?: JobRecorder): Promise<JobResult> {
    const passage = new Passage(this.#members, this.#statistics, job, recorder)
    for (let window = passage.next(); window; window = passage.next()) {
      let result: JobResult
      try {
        result = await window.runOwned(job)
      } catch (error) {
        passage.threw(error)
        continue
      }
      if (!passage.completed(result)) continue
      if (!this.#verify || (await isVerified(this.#verify, passage, job, result)))
        return passage.stands(result)
    }
    return passage.end()
  }

  /** The first device that would get a job and that opens. */
  #first(): ChainMember {
    for (let index = 0; index < this.#members.length; index++) {
      const member = this.#members[index]
      if (!member.breaker.admits) continue
      if (member.isOpen) return member
      const admission = member.admit()
      if (!admission) continue
      try {
        member.open()
        member.breaker.withdrawn(admission)
        return member
      } catch (error) {
        const trouble = member.threw(admission, error)
        if (!trouble) throw error
        tellFallback(this.#statistics, member.engine, admittingFrom(this.#members, index + 1), trouble)
      }
    }
    throw noneAdmits(this.#members)
  }
}

/**
 * Whether a result stands the check, if there is one.
 *
 * @param verify gives the window of the software that checks
 * @throws what that software throws: the result is not used then, and its device not blamed
 */
function isVerifiedSync(verify: () => ChainWindow, passage: Passage, job: Job, result: JobResult): boolean {
  const check = verificationOf(job, result)
  if (!check) return true
  let inflated: JobResult | undefined
  try {
    inflated = check.job && verify().runSync(check.job)
  } catch (error) {
    passage.withdrawn()
    throw error
  }
  return passage.verified(result, check, inflated)
}

/** The same without blocking the event loop. */
async function isVerified(
  verify: () => ChainWindow,
  passage: Passage,
  job: Job,
  result: JobResult,
): Promise<boolean> {
  const check = job.isAbandoned ? undefined : verificationOf(job, result)
  if (!check) return true
  let inflated: JobResult | undefined
  try {
    inflated = check.job && (await verify().runOwned(check.job))
  } catch (error) {
    passage.withdrawn()
    throw error
  }
  return job.isAbandoned ? true : passage.verified(result, check, inflated)
}
