/** Something that a job waits for. */
export interface Wait {
  /** Looks whether it has come, or tries to make it so. Must be cheap: it is called often. */
  readonly attempt: () => boolean
  /** Milliseconds after which to give up. */
  readonly timeout: number
  /** Waits of this kind come true in their order: while one does not, those behind it need not be attempted. */
  readonly inOrder?: boolean
}

/**
 * Turns of the event loop in which a wait is looked at before timers take over. More: shorter waits at the price of a
 * busy event loop. A device answers within microseconds unless jobs queue before it.
 */
const EAGER_TURNS = 64

/** Milliseconds between looks once a wait takes long. */
const TIMER_MS = 1

/** Milliseconds for which a blocked thread spins before it sleeps between looks. */
const SPIN_MS = 0.2

/** Milliseconds of a blocked thread's sleep. */
const SLEEP_MS = 0.1

const sleepCell = new Int32Array(new SharedArrayBuffer(4))

/**
 * Waits in the caller's thread.
 *
 * @param between called between two looks, to let a software device work
 * @returns false when the time is over
 */
export function waitSync({ attempt, timeout }: Wait, between: () => void): boolean {
  if (attempt()) return true
  const start = performance.now()
  for (;;) {
    between()
    if (attempt()) return true
    const waited = performance.now() - start
    if (waited > timeout) return false
    if (waited > SPIN_MS) Atomics.wait(sleepCell, 0, 0, SLEEP_MS)
  }
}

interface Watch extends Wait {
  readonly deadline: number
  readonly settle: (inTime: boolean) => void
}

/** Waits for many things without blocking the event loop: by turns of it first, by timers when nothing comes. */
export class Poller {
  #watches: Watch[] = []
  #scheduled = false
  #idleTurns = 0

  /** Calls `settle` once, with true when the wait is over in time. Never from within this call. */
  watch(wait: Wait, settle: (inTime: boolean) => void): void {
    this.#watches.push({ ...wait, deadline: performance.now() + wait.timeout, settle })
    this.#idleTurns = 0
    this.#schedule()
  }

  /** Settles what has come, now. */
  poll(): void {
    if (this.#watches.length === 0) return
    const watches = this.#watches
    this.#watches = []
    const settled: [Watch, boolean][] = []
    let now: number | undefined
    let isRefused = false
    for (const watch of watches) {
      const isAttempted = !(watch.inOrder && isRefused)
      if (isAttempted && watch.attempt()) {
        settled.push([watch, true])
        continue
      }
      isRefused ||= watch.inOrder === true
      if (watch.deadline < (now ??= performance.now())) settled.push([watch, false])
      else this.#watches.push(watch)
    }
    this.#idleTurns = settled.length > 0 ? 0 : this.#idleTurns + 1
    for (const [watch, inTime] of settled) watch.settle(inTime)
  }

  #schedule(): void {
    if (this.#scheduled || this.#watches.length === 0) return
    this.#scheduled = true
    const turn = () => {
      this.#scheduled = false
      this.poll()
      this.#schedule()
    }
    if (this.#idleTurns < EAGER_TURNS) setImmediate(turn)
    else setTimeout(turn, TIMER_MS)
  }
}
