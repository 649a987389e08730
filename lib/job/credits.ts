// SPDX-License-Identifier: MIT
/** One who waits for a credit. */
interface Waiting {
  readonly start: () => void
  readonly refuse: () => void
}

/** Accounts a window's credits: how many jobs may be under way, and who gets the next one. First come, first served. */
export class Credits {
  #available: number
  #waiting: Waiting[] = []
  /** Where in `#waiting` those who still wait begin: moving all of them up for each one that goes would cost much. */
  #first = 0

  constructor(readonly capacity: number) {
    this.#available = capacity
  }

  get available(): number {
    return this.#available
  }

  /**
   * Takes a credit if there is one, even when others wait: for a caller who blocks the thread that they wait on, and who
   * would otherwise wait for ever.
   */
  tryTake(): boolean {
    if (this.#available === 0) return false
    this.#available--
    return true
  }

  /** Whether somebody waits for a credit. */
  get isAwaited(): boolean {
    return this.#first < this.#waiting.length
  }

  /** Calls `start` with a credit taken: at once, or when it is this caller's turn. Or `refuse`, after `refuseAll`. */
  whenTaken(start: () => void, refuse: () => void): void {
    if (!this.isAwaited && this.tryTake()) start()
    else this.#waiting.push({ start, refuse })
  }

  /** Sends all who wait away. */
  refuseAll(): void {
    const refused = this.#waiting.slice(this.#first)
    this.#waiting = []
    this.#first = 0
    for (const { refuse } of refused) refuse()
  }

  /** Gives a credit back, to the one who waited longest. */
  give(): void {
    if (!this.isAwaited) {
      this.#available++
      return
    }
    const next = this.#waiting[this.#first++]
    if (this.#first * 2 > this.#waiting.length) {
      this.#waiting.splice(0, this.#first)
      this.#first = 0
    }
    next.start()
  }
}
