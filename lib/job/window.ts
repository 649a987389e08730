import type { DeviceWindow, Submission } from '../device/device.js'
import { NxTimeoutError, NxUsageError } from '../errors.js'
import { CRB } from '../format/crb.js'
import { Credits } from './credits.js'
import { execute, releaseMemory, type Quarantined, type Timeouts } from './execute.js'
import type { Job, JobResult } from './job.js'
import type { JobAudience } from './job-report.js'
import { Poller, waitSync, type Wait } from './poll.js'
import { checkJob } from './request.js'
import { SlotPool } from './slot.js'
import { stage } from './staging.js'

/** Settings of a window. */
export interface WindowOptions {
  /** Milliseconds that a job may take from its paste on. Default 60000: UM 6.9 advises a large time-out. */
  timeout?: number
  /**
   * Milliseconds until a paste must have been accepted, and until a credit must have come back when every one of them is
   * kept by a job that timed out. Default 60000.
   */
  pasteTimeout?: number
}

const DEFAULT_TIMEOUT_MS = 60_000

/** The steps of a job: what they wait for, and in the end the result. */
type JobSteps = Generator<Wait, JobResult, boolean>

/** A window to the gzip unit: runs jobs on it, at most as many at a time as there are credits. */
export class Window {
  readonly #device: DeviceWindow
  readonly #slots: SlotPool
  readonly #credits: Credits
  readonly #poller = new Poller()
  readonly #timeouts: Timeouts
  readonly #audience: JobAudience
  readonly #mapped: Uint8Array[] = []
  #quarantined: Quarantined[] = []
  #underWay = 0
  #watchesCredits = false
  #closing: Promise<void> | undefined
  #whenIdle: (() => void) | undefined

  /** @param audience who else wants to know of its jobs */
  constructor(device: DeviceWindow, options: WindowOptions = {}, audience: JobAudience = {}) {
    this.#device = device
    this.#audience = audience
    this.#slots = new SlotPool(device)
    this.#credits = new Credits(device.credits)
    const { timeout = DEFAULT_TIMEOUT_MS, pasteTimeout = DEFAULT_TIMEOUT_MS } = options
    checkMilliseconds('timeout', timeout)
    checkMilliseconds('pasteTimeout', pasteTimeout)
    this.#timeouts = { completion: timeout, paste: pasteTimeout }
    device.onCompletion = () => {
      this.#poller.poll()
    }
  }

  /** How many jobs may be under way, and how many more may start now. */
  get credits(): { capacity: number; available: number } {
    this.#sweepQuarantine()
    return { capacity: this.#credits.capacity, available: this.#credits.available }
  }

  /** Bytes of source (compress) or target (decompress) after which the device suspends a job; Infinity: never. */
  get jobLimit(): number {
    return this.#device.jobLimit
  }

  /**
   * Runs a job and blocks until it is finished. Returns for every completion code; page faults are answered by touching
   * and submitting again.
   *
   * @throws NxUsageError for a job that cannot be put to the device, NxTimeoutError when the device does not take or
   * finish it
   */
  runSync(job: Job): JobResult {
    this.#checkOpen()
    checkJob(job)
    const credit = { attempt: () => this.#credits.tryTake(), timeout: this.#timeouts.paste }
    if (!waitSync(credit, this.#drain)) throw new NxTimeoutError('ERR_NX_BUSY')
    this.#underWay++
    try {
      const steps = this.#execute(job, 'blocking')
      let step = steps.next()
      while (!step.done) step = this.#waitSync(steps, step.value)
      this.#finished()
      return step.value
    } catch (error) {
      this.#finished(error)
      throw error
    }
  }

  /**
   * Runs a job without blocking the event loop. Its source is read and its target written as the promise is settled, or
   * before; it is rejected with what `runSync` throws, and with ERR_NX_MEMORY_LOST when a target went away meanwhile.
   */
  async run(request: Job): Promise<JobResult> {
    this.#checkOpen()
    checkJob(request)
    if (!this.#device.needsOwnMemory) return this.#run(request)
    const staged = stage(request)
    const result = await this.#run(staged.job)
    staged.deliver()
    return result
  }

  /**
   * The same without copying anything, for callers who vouch that nobody changes, detaches or resizes the job's memory
   * until the promise is settled; and if the job times out, ever.
   */
  async runOwned(request: Job): Promise<JobResult> {
    this.#checkOpen()
    checkJob(request)
    return this.#run(request)
  }

  #run(request: Job): Promise<JobResult> {
    // It may have to wait for a credit: what was checked must not change until then.
    const job = { ...request, source: ownList(request.source), target: ownList(request.target) }
    this.#underWay++
    return new Promise((resolve, reject) => {
      const start = () => {
        const steps = this.#execute(job, 'background')
        const proceed = (inTime: boolean, error?: unknown) => {
          try {
            const step = error === undefined ? steps.next(inTime) : steps.throw(error)
            if (!step.done) {
              this.#poller.watch(step.value, proceed)
              return
            }
            this.#finished()
            resolve(step.value)
          } catch (failure) {
            this.#finished(failure)
            reject(failure)
          }
        }
        proceed(true)
      }
      const refuse = () => {
        this.#left()
        reject(new NxTimeoutError('ERR_NX_BUSY'))
      }
      this.#credits.whenTaken(start, refuse)
      this.#watchCredits()
    })
  }

  /** The effective address at which the device sees these bytes, until `unmap` or `close`. */
  map(view: Uint8Array): bigint {
    this.#checkOpen()
    this.#mapped.push(view)
    return this.#device.map(view)
  }

  /** Ends a `map` of this view. */
  unmap(view: Uint8Array): void {
    const index = this.#mapped.indexOf(view)
    if (index < 0) return
    this.#mapped.splice(index, 1)
    this.#device.unmap(view)
  }

  /**
   * Pastes a raw CRB of 128 bytes, checking nothing. False: busy. The caller polls the CSB that the CRB names. A software
   * device executes all accepted jobs before this returns, so that callers who paste in a loop do not wait for ever, and
   * lets them see only memory that is mapped. Hardware sees all of the process: there, mapped buffers must stay as they
   * are until V=1.
   *
   * @throws NxUsageError if it is not 128 bytes long, or asks hardware for the Low limit
   */
  paste(crb: Uint8Array): boolean {
    this.#checkOpen()
    if (crb.length !== CRB.size) {
      throw new NxUsageError('ERR_NX_INVALID_ARGUMENT', { detail: `a CRB has 128 bytes, not ${crb.length}` })
    }
    const accepted = this.#device.paste(crb, 'raw')
    this.#device.advance()
    return accepted
  }

  /** Closes the window once all jobs under way are finished. A second call waits for the same. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    if (this.#underWay > 0) {
      await new Promise<void>((resolve) => {
        this.#whenIdle = resolve
      })
    }
    for (const view of this.#mapped.splice(0)) this.#device.unmap(view)
    this.#sweepQuarantine()
    await this.#device.close(this.#quarantined.length === 0)
    for (const { pieces } of this.#quarantined.splice(0)) {
      for (const piece of pieces) this.#device.unmap(piece.view)
    }
    this.#slots.close()
  }

  #checkOpen(): void {
    if (this.#closing) throw new NxUsageError('ERR_NX_WINDOW_CLOSED')
  }

  #execute(job: Job, submission: Submission): JobSteps {
    return execute(this.#device, this.#slots, job, submission, this.#timeouts, this.#audience, (memory) =>
      this.#quarantined.push(memory),
    )
  }

  /** Goes on with a job's steps when what they wait for has come, or its time is over, or it cannot be had. */
  #waitSync(steps: JobSteps, wait: Wait): IteratorResult<Wait, JobResult> {
    let inTime: boolean
    try {
      inTime = waitSync(wait, this.#drain)
    } catch (error) {
      return steps.throw(error)
    }
    return steps.next(inTime)
  }

  /** Lets a software device work, and whatever has come for jobs under way take its course. */
  readonly #drain = (): void => {
    this.#device.advance()
    this.#poller.poll()
    this.#sweepQuarantine()
  }

  #finished(error?: unknown): void {
    this.#sweepQuarantine()
    // A job that timed out still has its credit, until the sweep finds it finished.
    const timedOut = error instanceof NxTimeoutError && error.code === 'ERR_NX_TIMEOUT'
    if (timedOut) this.#watchCredits()
    else this.#credits.give()
    this.#left()
  }

  #left(): void {
    this.#underWay--
    if (this.#underWay === 0) this.#whenIdle?.()
  }

  /** When jobs that timed out keep all credits, the jobs that wait for one are refused unless one comes back in time. */
  #watchCredits(): void {
    const allKept = () => this.#quarantined.length === this.#credits.capacity
    if (this.#watchesCredits || !this.#credits.isAwaited || !allKept()) return
    this.#watchesCredits = true
    const attempt = () => {
      this.#sweepQuarantine()
      return !allKept()
    }
    this.#poller.watch({ attempt, timeout: this.#timeouts.paste }, (inTime) => {
      this.#watchesCredits = false
      if (!inTime) this.#credits.refuseAll()
    })
  }

  /** Memory of jobs that timed out is free once the device has finished with them after all. */
  #sweepQuarantine(): void {
    const finished = this.#quarantined.filter(({ slot }) => slot.isDone)
    if (finished.length === 0) return
    this.#quarantined = this.#quarantined.filter((memory) => !finished.includes(memory))
    for (const memory of finished) {
      releaseMemory(this.#device, this.#slots, memory)
      this.#credits.give()
    }
  }
}

function ownList(memory: Job['source']): Job['source'] {
  return memory instanceof Uint8Array ? memory : [...memory]
}

function checkMilliseconds(name: string, value: number): void {
  if (typeof value === 'number' && value > 0) return
  throw new NxUsageError('ERR_NX_INVALID_ARGUMENT', {
    detail: `${name} must be a positive number of milliseconds`,
  })
}
