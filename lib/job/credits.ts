/** Somebody who waits for a credit. */
interface Waiter {
  readonly start: () => void
  readonly giveUp: () => void
}

/** Accounts a window's credits: how many jobs may be under way, and who gets the next one. First come, first served. */
export class Credits {
  #available: number
  readonly #waiting: Waiter[] = []

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

  /** True when somebody waits. */
  get isAwaited(): boolean {
    return this.#waiting.length > 0
  }

  /**
   * Calls `start` with a credit taken: at once, or when it is this caller's turn. `giveUp` is called instead if those who
   * wait are dismissed before.
   */
  whenTaken(start: () => void, giveUp: () => void): void {
    if (this.#waiting.length === 0 && this.tryTake()) start()
    else this.#waiting.push({ start, giveUp })
  }

  /** Lets everybody who waits give up. */
  dismiss(): void {
    for (const { giveUp } of this.#waiting.splice(0)) giveUp()
  }

  /** Gives a credit back, to the one who waited longest. */
  give(): void {
    const next = this.#waiting.shift()
    if (next) next.start()
    else this.#available++
  }
}
