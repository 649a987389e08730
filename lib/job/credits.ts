/** One who waits for a credit. */
interface Waiting {
  readonly start: () => void
  readonly refuse: () => void
}

/** Accounts a window's credits: how many jobs may be under way, and who gets the next one. First come, first served. */
export class Credits {
  #available: number
  #waiting: Waiting[] = []

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
    return this.#waiting.length > 0
  }

  /** Calls `start` with a credit taken: at once, or when it is this caller's turn. Or `refuse`, after `refuseAll`. */
  whenTaken(start: () => void, refuse: () => void): void {
    if (this.#waiting.length === 0 && this.tryTake()) start()
    else this.#waiting.push({ start, refuse })
  }

  /** Sends all who wait away. */
  refuseAll(): void {
    const refused = this.#waiting
    this.#waiting = []
    for (const { refuse } of refused) refuse()
  }

  /** Gives a credit back, to the one who waited longest. */
  give(): void {
    const next = this.#waiting.shift()
    if (next) next.start()
    else this.#available++
  }
}
