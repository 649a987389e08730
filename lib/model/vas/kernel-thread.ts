// SPDX-License-Identifier: MIT
/** Steps of a kernel thread: it can be interrupted wherever it yields. */
export type ThreadSteps = Generator<void, void, void>

/** A kernel thread that sleeps until it is woken, runs its work once, and sleeps again. */
export class KernelThread {
  #steps: ThreadSteps | undefined
  #woken = false

  /**
   * @param work made anew each time the thread starts
   * @param done called when the work is done
   */
  constructor(
    private readonly work: () => ThreadSteps,
    private readonly done: () => void = () => undefined,
  ) {}

  /** Makes the thread run; once more after the present run if it runs already. */
  wake(): void {
    this.#woken = true
  }

  get isRunnable(): boolean {
    return this.#woken || this.#steps !== undefined
  }

  /** Runs the thread up to its next yield. */
  step(): void {
    if (!this.#steps) {
      this.#woken = false
      this.#steps = this.work()
    }
    if (this.#steps.next().done) {
      this.#steps = undefined
      this.done()
    }
  }
}
