// SPDX-License-Identifier: MIT
import type { Engine } from '../device/device.js'
import { CE_TERMINATE } from '../format/csb.js'
import { Breaker, type Admission, type BreakerOptions, type BreakerStatus } from './breaker.js'
import { DelayAverage } from './delay-average.js'
import { troubleOfError, troubleOfResult, type DeviceTrouble } from './device-trouble.js'
import { bytesOf, type Job, type JobResult } from './job.js'
import type { JobAudience } from './job-report.js'
import type { Window } from './window.js'

/** What a chain needs of a window. */
export type ChainWindow = Pick<Window, 'runSync' | 'runOwned' | 'jobLimit'> &
  Partial<Pick<Window, 'ignoresHints' | 'admitBrief'>>

/** A device that a chain may use. */
export interface ChainDevice {
  readonly engine: Engine
  /**
   * Opens a window, which tells its audience of each job.
   *
   * @throws NxDeviceError when there is none
   */
  readonly open: (audience: JobAudience) => ChainWindow
  /** Milliseconds that jobs may take longer, on average, than software would need. Default: any. Hardware only. */
  readonly mostDelay?: number
}

/** A device as all are told of it. */
export interface MemberStatus extends BreakerStatus {
  readonly engine: Engine
  /** Milliseconds by which it is later than software, on average; less than 0 if it is sooner. Hardware only. */
  readonly delayMs: number | undefined
}

/** A device with its window, once that was needed, and with what is known of its trouble. */
export class ChainMember {
  readonly engine: Engine
  readonly breaker: Breaker
  readonly #device: ChainDevice
  /** Only hardware is left for being slow: what comes after it is software, and the next one slower. */
  readonly #delay: DelayAverage | undefined
  #window: ChainWindow | undefined

  constructor(device: ChainDevice, { now }: Pick<BreakerOptions, 'now'> = {}) {
    this.engine = device.engine
    this.#device = device
    // Nothing comes after the model, and nothing that a job of it can meet is a trouble of a device.
    const opens = device.engine !== 'model'
    this.breaker = new Breaker(device.engine, now ? { now, opens } : { opens })
    this.#delay = device.engine === 'hardware' ? new DelayAverage(device.mostDelay ?? Infinity) : undefined
  }

  /** Its window, opened on first use. @throws NxDeviceError */
  open(): ChainWindow {
    this.#window ??= this.#device.open({ engine: this.engine, ...(this.#delay && timing(this.#delay)) })
    return this.#window
  }

  get isOpen(): boolean {
    return this.#window !== undefined
  }

  /** Leave to give it a job, or undefined. */
  admit(): Admission | undefined {
    const admission = this.breaker.admit()
    if (admission === 'probe') this.#delay?.reset()
    return admission
  }

  /** Looks at a job's result. Returns what is wrong with the device if the result is of no use, and draws the conclusions. */
  completed(admission: Admission, result: JobResult): DeviceTrouble | undefined {
    const trouble = troubleOfResult(result)
    if (trouble) this.breaker.failed(admission, trouble.reason, trouble.detail)
    return trouble
  }

  /**
   * Draws the conclusions of a result with which nothing is wrong. A job that only counts, or of which nobody checks the
   * output any more, does not show whether a device whose output was wrong is good again: the next job probes it.
   */
  succeeded(admission: Admission, { countsOnly = false, isAbandoned = false }: Job): void {
    if ((countsOnly || isAbandoned) && this.breaker.reason === 'corrupt') this.breaker.withdrawn(admission)
    else if (this.#delay?.isTooLong) {
      this.breaker.failed(
        admission,
        'slow',
        `jobs take ${Math.round(this.#delay.ms)} ms longer than software`,
      )
    } else this.breaker.succeeded(admission)
  }

  /** Looks at an error in the place of a result, or at one that was found in it, as `completed` does. */
  threw(admission: Admission, error: unknown): DeviceTrouble | undefined {
    const trouble = troubleOfError(error)
    if (trouble) this.breaker.failed(admission, trouble.reason, trouble.detail, trouble.isFinal)
    else this.breaker.withdrawn(admission)
    return trouble
  }

  get status(): MemberStatus {
    return { engine: this.engine, ...this.breaker.status, delayMs: this.#delay?.ms }
  }
}

/** Adds a window's jobs to an average. */
function timing(delay: DelayAverage): JobAudience {
  return {
    onJob: (job, { csb }, ms) => {
      // TPBC of a terminated job is not valid (UM 6.6), and how far it came is not known.
      if ((csb.ce & CE_TERMINATE) !== 0) return
      delay.add(Math.max(bytesOf(job.source), csb.tpbc), ms)
    },
  }
}
