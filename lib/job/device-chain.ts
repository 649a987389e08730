import type { Engine } from '../device/device.js'
import { FALLBACK, VERIFY } from '../diagnostics.js'
import { NxDeviceError } from '../errors.js'
import type { ChainMember, ChainWindow } from './chain-member.js'
import type { DeviceTrouble } from './device-trouble.js'
import type { Job, JobResult } from './job.js'
import { bytesOf } from './job-report.js'
import type { JobStatistics } from './job-statistics.js'
import { recordMismatch } from './recording.js'
import { verificationOf } from './verification.js'

/** Gets to know what executed a call's jobs. */
export interface JobRecorder {
  /** @param reason why it was not the first device of the chain; undefined: it was */
  ran(engine: Engine, reason: string | undefined, result: JobResult): void
  /** @param ms milliseconds that it took to see whether a block restores the data */
  verified(ms: number): void
}

/** A job, and the window on which it is to be run. */
interface ChainStep {
  readonly window: ChainWindow
  readonly job: Job
}

type ChainSteps<T> = Generator<ChainStep, T, JobResult>

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
  readonly #verifyingWindow: (() => ChainWindow) | undefined

  /**
   * @param members in the order in which they are preferred; chains may share them
   * @param verifyingWindow opens the software device that checks what the others compress; undefined: nothing is checked
   */
  constructor(
    members: readonly ChainMember[],
    statistics: JobStatistics,
    verifyingWindow?: () => ChainWindow,
  ) {
    this.#members = members
    this.#statistics = statistics
    this.#verifyingWindow = verifyingWindow
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
        result = step.value.window.runSync(step.value.job)
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
        result = await step.value.window.runOwned(step.value.job)
      } catch (error) {
        step = steps.throw(error)
        continue
      }
      step = steps.next(result)
    }
    return step.value
  }

  *#steps(job: Job, recorder: JobRecorder | undefined): ChainSteps<JobResult> {
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
        const result = yield { window: member.open(), job }
        this.#statistics.ran(member.engine, bytesOf(job.source), performance.now() - start, result)
        recorder?.ran(member.engine, passedOver, result)
        yield* this.#verify(member, job, result, recorder)
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

  /** Checks what a job put out. @throws NxVerificationError */
  *#verify(
    { engine }: ChainMember,
    job: Job,
    result: JobResult,
    recorder: JobRecorder | undefined,
  ): ChainSteps<void> {
    const verification = this.#verifyingWindow && verificationOf(job, result)
    if (!this.#verifyingWindow || !verification) return
    const start = performance.now()
    const { job: inflate, bytes, judge } = verification
    const error = judge(inflate && (yield { window: this.#verifyingWindow(), job: inflate }))
    const ms = performance.now() - start
    this.#statistics.verified(bytes, ms, error !== undefined)
    recorder?.verified(ms)
    if (!error) return
    recordMismatch(result, error)
    VERIFY.announce(() => ({ engine, error }))
    throw error
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
