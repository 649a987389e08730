// SPDX-License-Identifier: MIT
/** Something that a job waits for. */
export interface Wait {
  /** Looks whether it has come, or tries to make it so. Must be cheap: it is called often. */
  attempt(): boolean
  /** Milliseconds after which to give up. */
  readonly timeout: number
  /** Waits of this kind come true in their order: while one does not, those behind it need not be attempted. */
  readonly inOrder?: boolean
  /** Somebody calls `poll` when it has come: nobody needs to look before its time is over. */
  readonly isSignalled?: boolean
}

/**
 * Turns of the event loop in which a wait is looked at before timers take over. More: shorter waits at the price of a
 * busy event loop. A device answers within microseconds unless jobs queue before it.
 */
const EAGER_TURNS = 64

/** Milliseconds between looks once a wait takes long. */
const TIMER_MS = 1

/** The most that a timer takes, in milliseconds; longer ones would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1

/** Milliseconds for which a blocked thread spins before it sleeps between looks. */
export const SPIN_MS = 0.2

/** Milliseconds of a blocked thread's sleep. */
export const SLEEP_MS = 0.1

const sleepCell = new Int32Array(new SharedArrayBuffer(4))

/**
 * Waits in the caller's thread.
 *
 * @param between called between two looks, to let a software device work
 * @returns false when the time is over
 */
export function waitSync(wait: Wait, between: () => void): boolean {
  if (wait.attempt()) return true
  const start = performance.now()
  for (;;) {
    between()
    if (wait.attempt()) return true
    const waited = performance.now() - start
    if (waited > wait.timeout) return false
    if (waited > SPIN_MS) Atomics.wait(sleepCell, 0, 0, SLEEP_MS)
  }
}

/** Gets to know how a wait came out: in time or not, or the error that the attempt threw. */
export type Settle = (inTime: boolean, error?: unknown) => void

interface Watch {
  readonly wait: Wait
  readonly deadline: number
  readonly settle: Settle
}

/** How a watch came out. */
type Outcome = readonly [watch: Watch, inTime: boolean, error?: unknown]

/**
 * Waits for many things without blocking the event loop: by turns of it first, by timers when nothing comes. What is
 * signalled needs neither, only a look when its time may be over.
 */
export class Poller {
  #watches: Watch[] = []
  #scheduled = false
  #idleTurns = 0
  #deadlineTimer: NodeJS.Timeout | undefined

  /** Calls `settle` once. Never from within this call. */
  watch(wait: Wait, settle: Settle): void {
    this.#watches.push({ wait, deadline: performance.now() + wait.timeout, settle })
    this.#idleTurns = 0
    this.#schedule()
  }

  /** Settles what has come, now. */
  poll(): void {
    if (this.#watches.length === 0) return
    const watches = this.#watches
    this.#watches = []
    const outcomes: Outcome[] = []
    let now: number | undefined
    let isRefused = false
    for (const watch of watches) {
      const outcome: Outcome | undefined = watch.wait.inOrder && isRefused ? undefined : attempt(watch)
      if (outcome) {
        outcomes.push(outcome)
        continue
      }
      isRefused ||= watch.wait.inOrder === true
      if (watch.deadline < (now ??= performance.now())) outcomes.push([watch, false])
      else this.#watches.push(watch)
    }
    this.#idleTurns = outcomes.length > 0 ? 0 : this.#idleTurns + 1
    for (const [watch, inTime, error] of outcomes) watch.settle(inTime, error)
    this.#schedule()
  }

  #schedule(): void {
    if (this.#watches.length === 0) return
    if (this.#watches.every(({ wait }) => wait.isSignalled)) {
      this.#scheduleDeadline()
      return
    }
    if (this.#scheduled) return
    this.#scheduled = true
    const turn = () => {
      this.#scheduled = false
      this.poll()
    }
    if (this.#idleTurns < EAGER_TURNS) setImmediate(turn)
    else setTimeout(turn, TIMER_MS)
  }

  /**
   * One timer for the earliest deadline, which does not keep the process alive: who signals does. It is left to run when
   * what it was set for has come, and set again by then for what is awaited then.
   */
  #scheduleDeadline(): void {
    if (this.#deadlineTimer) return
    const earliest = this.#watches.reduce((least, { deadline }) => Math.min(least, deadline), Infinity)
    const wait = Math.min(Math.max(earliest - performance.now(), 0) + TIMER_MS, MAX_TIMER_MS)
    this.#deadlineTimer = setTimeout(() => {
      this.#deadlineTimer = undefined
      this.poll()
    }, wait).unref()
  }
}

/** Undefined as long as it has not come. */
function attempt(watch: Watch): Outcome | undefined {
  try {
    return watch.wait.attempt() ? [watch, true] : undefined
  } catch (error) {
    return [watch, false, error]
  }
}
