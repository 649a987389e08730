import type { Engine } from '../device/device.js'
import { FALLBACK } from '../diagnostics.js'
import { NxDeviceError } from '../errors.js'
import type { ChainMember, ChainWindow } from './chain-member.js'
import type { DeviceTrouble } from './device-trouble.js'
import type { Job, JobResult } from './job.js'
import { bytesOf } from './job-report.js'
import type { JobStatistics } from './job-statistics.js'

/** Gets to know what executed a call's jobs. */
export interface JobRecorder {
  /** @param reason why it was not the first device of the chain; undefined: it was */
  ran(engine: Engine, reason: string | undefined, result: JobResult): void
}

/** The window on which a job is to be run. */
type ChainSteps = Generator<ChainWindow, JobResult, JobResult>

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

  /** @param members in the order in which they are preferred; chains may share them */
  constructor(members: readonly ChainMember[], statistics: JobStatistics) {
    this.#members = members
    this.#statistics = statistics
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

  /**
   * Runs a job and blocks until it is finished.
   *
   * @throws NxTimeoutError ERR_NX_TIMEOUT, see above; NxDeviceError when all devices are left; what else `Window.runSync`
   * throws, if no device is left to run the job
   */
  runSync(job: Job, recorder?: JobRecorder): JobResult {
    const steps = this.#steps(job, recorder)
    let step = steps.next()
    while (!step.done) {
      let result
      try {
        result = step.value.runSync(job)
      } catch (error) {
        step = steps.throw(error)
        continue
      }
      step = steps.next(result)
    }
    return step.value
  }

  /** The same without blocking the event loop, under the conditions of `Window.runOwned`. */
  async runOwned(job: Job, recorder?: JobRecorder): Promise<JobResult> {
    const steps = this.#steps(job, recorder)
    let step = steps.next()
    while (!step.done) {
      let result
      try {
        result = await step.value.runOwned(job)
      } catch (error) {
        step = steps.throw(error)
        continue
      }
      step = steps.next(result)
    }
    return step.value
  }

  *#steps(job: Job, recorder: JobRecorder | undefined): ChainSteps {
    let passedOver: string | undefined
    let last: { result: JobResult } | { error: unknown } | undefined
    for (const [index, member] of this.#members.entries()) {
      const admission = member.admit()
      if (!admission) {
        passedOver ??= reasonOf(member)
        continue
      }
      let trouble: DeviceTrouble | undefined
      const start = performance.now()
      try {
        const result = yield member.open()
        this.#statistics.ran(member.engine, bytesOf(job.source), performance.now() - start, result)
        recorder?.ran(member.engine, passedOver, result)
        trouble = member.completed(admission, result)
        if (!trouble) return result
        last = { result }
      } catch (error) {
        trouble = member.threw(admission, error)
        if (!trouble) throw error
        last = { error }
      }
      const timedOut = trouble.reason === 'timeout'
      this.#fellBack(member, timedOut ? undefined : this.#admitting(index + 1), trouble)
      if (timedOut) break
      passedOver ??= `${member.engine}: ${trouble.reason}`
    }
    if (!last) throw this.#noneAdmits()
    if ('error' in last) throw last.error
    return last.result
  }

  /** The first device that would get a job and that opens. */
  #first(): ChainMember {
    for (const [index, member] of this.#members.entries()) {
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
        this.#fellBack(member, this.#admitting(index + 1), trouble)
      }
    }
    throw this.#noneAdmits()
  }

  #admitting(from: number): Engine | undefined {
    return this.#members.slice(from).find(({ breaker }) => breaker.admits)?.engine
  }

  #fellBack({ engine }: ChainMember, to: Engine | undefined, { reason }: DeviceTrouble): void {
    this.#statistics.fellBack(reason)
    FALLBACK.announce(() => ({ from: engine, to, reason }))
  }

  #noneAdmits(): NxDeviceError {
    return new NxDeviceError({ detail: this.#members.map(reasonOf).join('; ') })
  }
}

function reasonOf({ engine, breaker }: ChainMember): string {
  return `${engine}: ${breaker.reason ?? 'left'}`
}
