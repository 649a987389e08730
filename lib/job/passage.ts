// SPDX-License-Identifier: MIT

import type { Engine } from '../device/device.js'
import { FALLBACK, VERIFY } from '../diagnostics.js'
import { NxDeviceError } from '../errors.js'
import type { Admission } from './breaker.js'
import type { ChainMember, ChainWindow } from './chain-member.js'
import type { DeviceTrouble } from './device-trouble.js'
import { bytesOf, type Job, type JobResult } from './job.js'
import type { JobStatistics } from './job-statistics.js'
import { recordMismatch } from './recording.js'
import type { Verification } from './verification.js'
import { clock } from '../timers.js'

/** Gets to know what executed a call's jobs. */
export interface JobRecorder {
  /** @param reason why it was not the first device of the chain; undefined: it was */
  ran(engine: Engine, reason: string | undefined, result: JobResult): void
  /** @param ms milliseconds that it took to see whether a block restores the data */
  verified(ms: number): void
}

/** The way of one job along a chain: which device gets it next, and what its outcome there means. */
export class Passage {
  readonly #members: readonly ChainMember[]
  readonly #statistics: JobStatistics
  readonly #job: Job
  readonly #recorder: JobRecorder | undefined
  #next = 0
  #admission: Admission | undefined
  #start = 0
  /** Why a device was passed over. */
  #passedOver: string | undefined
  #last: { result: JobResult } | { error: unknown } | undefined

  constructor(
    members: readonly ChainMember[],
    statistics: JobStatistics,
    job: Job,
    recorder: JobRecorder | undefined,
  ) {
    this.#members = members
    this.#statistics = statistics
    this.#job = job
    this.#recorder = recorder
  }

  /** The window on which the job is to be run; undefined: there is none left. */
  next(): ChainWindow | undefined {
    while (this.#next < this.#members.length) {
      const member = this.#members[this.#next++]
      this.#admission = member.admit()
      if (!this.#admission) {
        this.#passedOver ??= reasonOf(member)
        continue
      }
      this.#start = clock()
      try {
        return member.open()
      } catch (error) {
        this.threw(error)
      }
    }
    return undefined
  }

  /** Takes the result of the job on that window. False: it is of no use, the next device has to do it. */
  completed(result: JobResult): boolean {
    const { engine } = this.#member
    this.#statistics.ran(engine, bytesOf(this.#job.source), clock() - this.#start, result)
    this.#recorder?.ran(engine, this.#passedOver, result)
    const trouble = this.#member.completed(this.#admission ?? 'job', result)
    if (!trouble) return true
    this.#last = { result }
    this.#fallBack(trouble)
    return false
  }

  /**
   * Draws the conclusion of a check of the result. False: the output does not restore the data, the next device has to do it.
   *
   * @param inflated the result of the check's job, executed in software
   */
  verified(result: JobResult, check: Verification, inflated: JobResult | undefined): boolean {
    const error = check.judge(inflated)
    const ms = clock() - check.start
    this.#statistics.verified(check.bytes, ms, error !== undefined)
    this.#recorder?.verified(ms)
    if (!error) return true
    recordMismatch(result, error)
    const { engine } = this.#member
    VERIFY.announce(() => ({ engine, error }))
    this.threw(error)
    return false
  }

  /** The job is given up, which says nothing of its device. */
  withdrawn(): void {
    this.#member.breaker.withdrawn(this.#admission ?? 'job')
  }

  /** The result stands: not before that does its device count as good, which a job that probes it is to show. */
  stands(result: JobResult): JobResult {
    this.#member.succeeded(this.#admission ?? 'job', this.#job)
    return result
  }

  /** The same as `completed` for an error in the place of a result. @throws that error unless it is the device's */
  threw(error: unknown): void {
    const trouble = this.#member.threw(this.#admission ?? 'job', error)
    if (!trouble) throw error
    this.#last = { error }
    this.#fallBack(trouble)
  }

  /**
   * How the job ended where no device was left to run it.
   *
   * @throws the last device's error, or NxDeviceError if there was none to be had
   */
  end(): JobResult {
    if (!this.#last) throw noneAdmits(this.#members)
    if ('error' in this.#last) throw this.#last.error
    return this.#last.result
  }

  get #member(): ChainMember {
    return this.#members[this.#next - 1]
  }

  #fallBack(trouble: DeviceTrouble): void {
    const timedOut = trouble.reason === 'timeout'
    const to = timedOut ? undefined : admittingFrom(this.#members, this.#next)
    tellFallback(this.#statistics, this.#member.engine, to, trouble)
    // Its device may still write its target: the same job must not be run again.
    if (timedOut) this.#next = this.#members.length
    else this.#passedOver ??= `${this.#member.engine}: ${trouble.reason}`
  }
}

/** The first device from this index on that would get a job. */
export function admittingFrom(members: readonly ChainMember[], index: number): Engine | undefined {
  return members.slice(index).find(({ breaker }) => breaker.admits)?.engine
}

/** Counts and tells that a device does not do what it should have. */
export function tellFallback(
  statistics: JobStatistics,
  from: Engine,
  to: Engine | undefined,
  { reason }: DeviceTrouble,
): void {
  statistics.fellBack(reason)
  FALLBACK.announce(() => ({ from, to, reason }))
}

/** The error where all devices are left. */
export function noneAdmits(members: readonly ChainMember[]): NxDeviceError {
  return new NxDeviceError({ detail: members.map(reasonOf).join('; ') })
}

function reasonOf({ engine, breaker }: ChainMember): string {
  return `${engine}: ${breaker.reason ?? 'left'}`
}
