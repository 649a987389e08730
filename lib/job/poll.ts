// SPDX-License-Identifier: MIT
import { clock, setImmediate, setTimeout } from '../timers.js'

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
  const start = clock()
  for (;;) {
    between()
    if (wait.attempt()) return true
    const waited = clock() - start
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
  /** How it came out. */
  inTime: boolean
  error: unknown
  /** The one behind it. */
  next: Watch | undefined
}

/** Watches in their order. Each job has some, one after the other: a chain makes no garbage. */
class Watches {
  first: Watch | undefined
  #last: Watch | undefined

  add(watch: Watch): void {
    watch.next = undefined
    if (this.#last) this.#last.next = watch
    else this.first = watch
    this.#last = watch
  }
}

/**
 * Waits for many things without blocking the event loop: by turns of it first, by timers when nothing comes. What is
 * signalled needs neither, only a look when its time may be over.
 */
export class Poller {
  #watches = new Watches()
  #scheduled = false
  #idleTurns = 0
  #deadlineTimer: NodeJS.Timeout | undefined

  /** Calls `settle` once. Never from within this call. */
  watch(wait: Wait, settle: Settle): void {
    const deadline = clock() + wait.timeout
    this.#watches.add({ wait, deadline, settle, inTime: false, error: undefined, next: undefined })
    this.#idleTurns = 0
    this.#schedule()
  }

  /** Settles what has come, now. */
  poll(): void {
    let watch = this.#watches.first
    if (!watch) return
    this.#watches = new Watches()
    const over = new Watches()
    let now: number | undefined
    let isRefused = false
    while (watch) {
      const { next, wait }: Watch = watch
      if (!(wait.inOrder && isRefused) && hasCome(watch)) over.add(watch)
      else {
        isRefused ||= wait.inOrder === true
        if (watch.deadline < (now ??= clock())) over.add(watch)
        else this.#watches.add(watch)
      }
      watch = next
    }
    this.#idleTurns = over.first ? 0 : this.#idleTurns + 1
    for (watch = over.first; watch; watch = watch.next) watch.settle(watch.inTime, watch.error)
    this.#schedule()
  }

  #schedule(): void {
    let watch = this.#watches.first
    if (!watch) return
    while (watch?.wait.isSignalled) watch = watch.next
    if (!watch) {
      this.#scheduleDeadline()
      return
    }
    if (this.#scheduled) return
    this.#scheduled = true
    if (this.#idleTurns < EAGER_TURNS) setImmediate(this.#turn)
    else setTimeout(this.#turn, TIMER_MS)
  }

  readonly #turn = (): void => {
    this.#scheduled = false
    this.poll()
  }

  /**
   * One timer for the earliest deadline, which does not keep the process alive: who signals does. It is left to run when
   * what it was set for has come, and set again by then for what is awaited then.
   */
  #scheduleDeadline(): void {
    if (this.#deadlineTimer) return
    let earliest = Infinity
    for (let watch = this.#watches.first; watch; watch = watch.next) {
      earliest = Math.min(earliest, watch.deadline)
    }
    const wait = Math.min(Math.max(earliest - clock(), 0) + TIMER_MS, MAX_TIMER_MS)
    this.#deadlineTimer = setTimeout(() => {
      this.#deadlineTimer = undefined
      this.poll()
    }, wait).unref()
  }
}

function hasCome(watch: Watch): boolean {
  try {
    watch.inTime = watch.wait.attempt()
    return watch.inTime
  } catch (error) {
    watch.error = error
    return true
  }
}
