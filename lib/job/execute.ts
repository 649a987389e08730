// SPDX-License-Identifier: MIT
import type { CheckedSubmission, DeviceWindow, Loan } from '../device/device.js'
import { NxTimeoutError } from '../errors.js'
import { faultAddress } from './fault-report.js'
import type { Job, JobResult } from './job.js'
import { JobReport, type JobAudience } from './job-report.js'
import type { Wait } from './poll.js'
import { armSlot, buildRequest, type MappedPiece } from './request.js'
import { readResult } from './result.js'
import type { Slot, SlotPool } from './slot.js'
import { answerFault } from './touch.js'

/**
 * Pastes that one job gets because of page faults. The first fault brings its page in, the second all of the job's
 * pages; only pages that go out again in the meantime need more. More: jobs survive heavier memory pressure. Fewer: the
 * caller sooner gets the chance to make a smaller job.
 */
const MAX_FAULTS = 32

/** How long the steps of a job may take, in milliseconds. */
export interface Timeouts {
  /** From the paste to the completion. */
  readonly completion: number
  /** Until a paste is accepted. */
  readonly paste: number
}

/** Memory that the device may still write although nobody waits for the job any more. */
export interface Quarantined {
  readonly slot: Slot
  readonly pieces: readonly MappedPiece[]
  readonly loan: Loan | undefined
}

/** What a window's jobs have in common. */
export interface JobSurroundings {
  readonly device: DeviceWindow
  readonly slots: SlotPool
  readonly timeouts: Timeouts
  readonly audience: JobAudience
  /** Takes the memory of a job that timed out. */
  readonly quarantine: (memory: Quarantined) => void
}

/**
 * One job from request to outcome, as UM chapter 6 has it: build, paste, poll, and for a page fault touch and paste
 * again. It is what its sender waits for, now the paste and now the completion, and is told whether that came in time, so
 * that the same steps serve the blocking and the non-blocking way. The caller holds a credit for it.
 */
export class Execution implements Wait {
  /** Undefined as long as there is something to wait for. */
  result: JobResult | undefined
  readonly #around: JobSurroundings
  readonly #job: Job
  readonly #submission: CheckedSubmission
  readonly #slot: Slot
  readonly #pieces: MappedPiece[] = []
  readonly #loan: Loan | undefined
  readonly #faults: bigint[] = []
  readonly #report: JobReport
  #isPasted = false
  #attempts = 0

  /** Begins a job that `checkJob` has passed; it is pasted by the first `attempt`. */
  constructor(around: JobSurroundings, job: Job, submission: CheckedSubmission) {
    this.#around = around
    this.#job = job
    this.#submission = submission
    this.#slot = around.slots.take()
    this.#report = new JobReport(around.audience, job)
    try {
      this.#report.started(submission)
      this.#loan = buildRequest(around.device, this.#slot, job, around.slots.stages, this.#pieces)
      this.#report.pasting(this.#slot, 1)
    } catch (error) {
      throw this.failed(error)
    }
  }

  /** Looks whether what is waited for has come: pastes the CRB, or looks at the CSB. */
  attempt(): boolean {
    if (!this.#isPasted) return this.#paste()
    return this.#slot.isDone || this.#report.isUnfinished()
  }

  #paste(): boolean {
    const { device } = this.#around
    const { crb } = this.#slot
    const accepted = this.#loan && device.pasteLending?.(crb, this.#submission, this.#loan)
    return accepted ?? device.paste(crb, this.#submission)
  }

  get timeout(): number {
    const { completion, paste } = this.#around.timeouts
    return this.#isPasted ? completion : paste
  }

  get inOrder(): boolean {
    return !this.#isPasted
  }

  get isSignalled(): boolean {
    return this.#isPasted && this.#around.device.signalsCompletion
  }

  /**
   * Goes on when what it waits for has come, or its time is over. Then there is a result, or it waits for the next thing.
   *
   * @throws NxTimeoutError when the device takes no paste, or does not finish; the job's memory is then in quarantine
   */
  proceed(inTime: boolean): void {
    try {
      if (!inTime) throw this.#late()
      if (this.#isPasted) this.#completed()
      else {
        this.#isPasted = true
        this.#attempts++
      }
    } catch (error) {
      throw this.failed(error)
    }
  }

  /** It cannot go on for an error that `attempt` threw, or any other. Returns the error. */
  failed(error: unknown): unknown {
    this.#report.failed(this.#slot, error, this.#attempts, this.#faults)
    const memory = { slot: this.#slot, pieces: this.#pieces, loan: this.#loan }
    // After a time-out the device may still write to it.
    if (error instanceof NxTimeoutError && this.#isPasted) this.#around.quarantine(memory)
    else releaseMemory(this.#around, memory)
    return error
  }

  #late(): NxTimeoutError {
    return new NxTimeoutError(this.#isPasted ? 'ERR_NX_TIMEOUT' : 'ERR_NX_BUSY', { dump: this.#slot.dump() })
  }

  #completed(): void {
    const address = faultAddress(this.#slot)
    if (address !== undefined && this.#answer(address)) {
      armSlot(this.#slot)
      this.#isPasted = false
      this.#report.pasting(this.#slot, this.#attempts + 1)
      return
    }
    const result = readResult(this.#slot, this.#job, this.#attempts, this.#faults)
    this.#report.ended(this.#slot, result)
    releaseMemory(this.#around, { slot: this.#slot, pieces: this.#pieces })
    this.result = result
  }

  /** Touches the pages for a fault. False: another paste would not help. */
  #answer(address: bigint): boolean {
    const faults = this.#faults
    faults.push(address)
    this.#report.faulted(address)
    if (faults.length > MAX_FAULTS) return false
    return answerFault(this.#around.device, this.#slot, this.#pieces, address, faults.length === 1)
  }
}

/** Gives back the memory of a job with which the device has finished. */
export function releaseMemory(
  { device, slots }: Pick<JobSurroundings, 'device' | 'slots'>,
  { slot, pieces }: Omit<Quarantined, 'loan'>,
): void {
  for (const piece of pieces) device.unmap(piece.view)
  slots.release(slot)
}
