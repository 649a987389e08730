// SPDX-License-Identifier: MIT
import type { Engine } from '../device/device.js'
import { BREAKER } from '../diagnostics.js'
import { clock } from '../timers.js'

/**
 * Why a device is left: it took too long over a job, accepted none, could not be opened, ended a job with a completion
 * code of its own trouble, made output that does not restore the data, or makes jobs wait longer than software would take.
 */
export type LeaveReason = 'timeout' | 'busy' | 'unavailable' | 'failing' | 'corrupt' | 'slow'

/**
 * Failures in a row after which a device is left. More: a single mishap costs nothing but itself. Fewer: fewer jobs are
 * tried in vain. Each time-out costs its caller the whole of it, so one is enough, as is one wrong output; that a device
 * does not open, or is slow on average, is not by chance. An uncorrectable error may hit one address only.
 */
const FAILURES: Readonly<Record<LeaveReason, number>> = {
  timeout: 1,
  busy: 1,
  unavailable: 1,
  failing: 3,
  corrupt: 1,
  slow: 1,
}

/**
 * Milliseconds until a device that was left is probed for the first time. Longer: fewer jobs pay for a device that is
 * still bad. Shorter: less is lost when it was a passing trouble, as a partition's that moves.
 */
const FIRST_WAIT_MS = 1000

/** The wait doubles with each probe that fails, up to this: a device that comes back is used again a minute later. */
const MOST_WAIT_MS = 60_000

/** How a device is seen at a time. */
export interface BreakerStatus {
  /** closed: it gets jobs. open: it gets none. half-open: one job probes it at this moment. */
  readonly state: 'closed' | 'open' | 'half-open'
  /** Milliseconds for which it has been in this state. */
  readonly forMs: number
  /** Failures in a row. */
  readonly failures: number
  /** Of the last failure; undefined after a job that came out well. */
  readonly reason: LeaveReason | undefined
  /** What exactly was wrong. */
  readonly detail: string | undefined
  /** Milliseconds until the next job probes the device; 0: the next job does; undefined: it is not open, or stays so. */
  readonly probeInMs: number | undefined
}

/** Leave to give a device a job; `probe`: the outcome decides whether it gets others. */
export type Admission = 'job' | 'probe'

/** Settings of a breaker. */
export interface BreakerOptions {
  /** The time in milliseconds; it never goes back. */
  readonly now?: () => number
  /** False for the device behind which there is no other: it is never left. */
  readonly opens?: boolean
}

/**
 * Keeps jobs from a device that fails: it is left after failures in a row, and probed with one job after a wait. Whoever
 * was admitted reports how it came out, exactly once.
 */
export class Breaker {
  readonly #engine: Engine
  readonly #now: () => number
  readonly #opens: boolean
  #state: BreakerStatus['state'] = 'closed'
  #since: number
  #failures = 0
  #reason: LeaveReason | undefined
  #detail: string | undefined
  #wait = FIRST_WAIT_MS
  /** Undefined: not at all. */
  #probeAt: number | undefined

  constructor(engine: Engine, { now = clock, opens = true }: BreakerOptions = {}) {
    this.#engine = engine
    this.#now = now
    this.#opens = opens
    this.#since = now()
  }

  /** Whether a job that came now would be admitted. */
  get admits(): boolean {
    if (this.#state !== 'open') return this.#state === 'closed'
    return this.#probeAt !== undefined && this.#now() >= this.#probeAt
  }

  /** Why the device is left; undefined as long as it gets jobs. */
  get reason(): LeaveReason | undefined {
    return this.#state === 'closed' ? undefined : this.#reason
  }

  get status(): BreakerStatus {
    const now = this.#now()
    const probeAt = this.#state === 'open' ? this.#probeAt : undefined
    return {
      state: this.#state,
      forMs: now - this.#since,
      failures: this.#failures,
      reason: this.#reason,
      detail: this.#detail,
      probeInMs: probeAt === undefined ? undefined : Math.max(0, probeAt - now),
    }
  }

  /** Undefined: the device is left, and it is not time for a probe. */
  admit(): Admission | undefined {
    if (this.#state === 'closed') return 'job'
    if (!this.admits) return undefined
    this.#become('half-open')
    return 'probe'
  }

  succeeded(admission: Admission): void {
    // A job that began before the device was left says nothing of what it is like now.
    if (admission === 'job' && this.#state !== 'closed') return
    this.#failures = 0
    this.#reason = this.#detail = undefined
    this.#wait = FIRST_WAIT_MS
    if (this.#state !== 'closed') this.#become('closed')
  }

  /** @param isFinal the device is left for good */
  failed(admission: Admission, reason: LeaveReason, detail: string, isFinal = false): void {
    if (!this.#opens || (admission === 'job' && this.#state !== 'closed')) return
    this.#failures++
    this.#reason = reason
    this.#detail = detail
    if (admission === 'probe') this.#wait = Math.min(MOST_WAIT_MS, this.#wait * 2)
    else if (this.#failures < FAILURES[reason]) return
    this.#probeAt = isFinal ? undefined : this.#now() + this.#wait
    this.#become('open')
  }

  /** The job said nothing of the device: it did not come to it. */
  withdrawn(admission: Admission): void {
    if (admission === 'probe') this.#become('open')
  }

  #become(state: BreakerStatus['state']): void {
    this.#state = state
    this.#since = this.#now()
    BREAKER.announce(() => ({
      engine: this.#engine,
      state,
      reason: this.#reason,
      probeInMs: this.status.probeInMs,
    }))
  }
}
