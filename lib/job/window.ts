// SPDX-License-Identifier: MIT
import type { DeviceWindow } from '../device/device.js'
import { NxTimeoutError, NxUsageError } from '../errors.js'
import { CRB } from '../format/crb.js'
import { BriefJobs } from './brief.js'
import { Credits } from './credits.js'
import { checkJob } from './check-job.js'
import { Execution, releaseMemory, type JobSurroundings, type Quarantined } from './execute.js'
import type { Job, JobResult, Memory } from './job.js'
import type { JobAudience } from './job-report.js'
import { Poller, waitSync } from './poll.js'
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
  /**
   * Copies few data into memory that is always mapped, instead of mapping where they are. Default false. The device then
   * sees other addresses than the job's own memory, and one piece where there are several.
   */
  staging?: boolean
}

const DEFAULT_TIMEOUT_MS = 60_000

/** A window to the gzip unit: runs jobs on it, at most as many at a time as there are credits. */
export class Window {
  readonly #device: DeviceWindow
  readonly #slots: SlotPool
  readonly #credits: Credits
  readonly #brief: BriefJobs
  readonly #poller = new Poller()
  readonly #around: JobSurroundings
  readonly #pasteTimeout: number
  readonly #mapped: Uint8Array[] = []
  #quarantined: Quarantined[] = []
  #underWay = 0
  #watchesCredits = false
  #closing: Promise<void> | undefined
  #whenIdle: (() => void) | undefined

  /** @param audience who else wants to know of its jobs */
  constructor(device: DeviceWindow, options: WindowOptions = {}, audience: JobAudience = {}) {
    this.#device = device
    const { timeout = DEFAULT_TIMEOUT_MS, pasteTimeout = DEFAULT_TIMEOUT_MS, staging = false } = options
    this.#slots = new SlotPool(device, staging)
    this.#credits = new Credits(device.credits)
    this.#brief = new BriefJobs(device.briefBytes ?? 0, () => device.needsWork ?? false)
    checkMilliseconds('timeout', timeout)
    checkMilliseconds('pasteTimeout', pasteTimeout)
    this.#pasteTimeout = pasteTimeout
    this.#around = {
      device,
      slots: this.#slots,
      timeouts: { completion: timeout, paste: pasteTimeout },
      audience,
      quarantine: (memory) => this.#quarantined.push(memory),
    }
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

  /** The device does not look at hints: a job that is to count only makes output all the same. */
  get ignoresHints(): boolean {
    return this.#device.ignoresHints ?? false
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
    return this.#runSync(job)
  }

  #runSync(job: Job): JobResult {
    this.#takeCreditSync()
    this.#underWay++
    try {
      const execution = new Execution(this.#around, job, 'blocking')
      while (!execution.result) execution.proceed(this.#waitSync(execution))
      this.#finished()
      return execution.result
    } catch (error) {
      this.#finished(error)
      throw error
    }
  }

  /**
   * Leave to run a job by `runSync`, for who must not block: it takes no longer than handing it over would, and there were not
   * too many such in this turn of the event loop. To be made use of at once.
   */
  admitBrief(job: Job): boolean {
    return this.#credits.available > 0 && this.#brief.admit(job)
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
  runOwned(request: Job): Promise<JobResult> {
    try {
      this.#checkOpen()
      checkJob(request)
      if (this.admitBrief(request)) return Promise.resolve(this.#runSync(request))
    } catch (error) {
      return Promise.reject(error)
    }
    const waits = this.#brief.isBrief(request) && this.#brief.isWorthWaiting(request)
    return waits ? this.#runBrief(request) : this.#run(request)
  }

  /** Runs a brief job in the caller's thread, in a later turn of the event loop with time left for it. */
  async #runBrief(job: Job): Promise<JobResult> {
    // Also while it waits: the window is not closed meanwhile.
    this.#underWay++
    try {
      do {
        if (this.#credits.available === 0) return await this.#run(job)
        await this.#brief.nextTurn()
      } while (!this.admitBrief(job))
      return this.#runSync(job)
    } finally {
      this.#left()
    }
  }

  #run(request: Job): Promise<JobResult> {
    // It may have to wait for a credit: what was checked must not change until then.
    const job = { ...request, source: ownList(request.source), target: ownList(request.target) }
    this.#underWay++
    return new Promise((resolve, reject) => {
      let execution: Execution | undefined
      /** Begins the job, or goes on with it when what it waits for has come. */
      const proceed = (inTime = false, error?: unknown) => {
        try {
          if (!execution) execution = new Execution(this.#around, job, 'background')
          else if (error !== undefined) throw execution.failed(error)
          else execution.proceed(inTime)
        } catch (failure) {
          this.#finished(failure)
          reject(failure)
          return
        }
        const { result } = execution
        if (!result) {
          this.#poller.watch(execution, proceed)
          return
        }
        this.#finished()
        resolve(result)
      }
      const refuse = () => {
        this.#left()
        reject(new NxTimeoutError('ERR_NX_BUSY'))
      }
      this.#credits.whenTaken(proceed, refuse)
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

  #takeCreditSync(): void {
    if (this.#credits.tryTake()) return
    const credit = { attempt: () => this.#credits.tryTake(), timeout: this.#pasteTimeout }
    if (!waitSync(credit, this.#drain)) throw new NxTimeoutError('ERR_NX_BUSY')
  }

  /** Whether what a job waits for has come in time. */
  #waitSync(execution: Execution): boolean {
    try {
      return waitSync(execution, this.#drain)
    } catch (error) {
      throw execution.failed(error)
    }
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
    this.#poller.watch({ attempt, timeout: this.#pasteTimeout }, (inTime) => {
      this.#watchesCredits = false
      if (!inTime) this.#credits.refuseAll()
    })
  }

  /** Memory of jobs that timed out is free once the device has finished with them after all. */
  #sweepQuarantine(): void {
    if (this.#quarantined.length === 0) return
    const finished = this.#quarantined.filter(({ slot }) => slot.isDone)
    if (finished.length === 0) return
    this.#quarantined = this.#quarantined.filter((memory) => !finished.includes(memory))
    for (const memory of finished) {
      releaseMemory(this.#around, memory)
      this.#credits.give()
    }
  }
}

function ownList(memory: Memory): Memory {
  return memory instanceof Uint8Array ? memory : [...memory]
}

function checkMilliseconds(name: string, value: number): void {
  if (typeof value === 'number' && value > 0) return
  throw new NxUsageError('ERR_NX_INVALID_ARGUMENT', {
    detail: `${name} must be a positive number of milliseconds`,
  })
}
