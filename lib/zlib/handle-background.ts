// SPDX-License-Identifier: MIT
import { NxTimeoutError } from '../errors.js'
import type { JobRunner, Steps } from '../deflate/steps.js'
import type { Job, JobResult } from '../job/job.js'
import { Turn } from '../deflate/turns.js'

/** Steps that go on by themselves, while whoever began them does something else. */
export class Background<T> {
  /** Settled once the steps are over, with what they threw as well. */
  readonly over: Promise<void>
  readonly #steps: Steps<T>
  #outcome: { readonly value: T } | { readonly error: unknown } | undefined
  #hasBegun = false
  #underWay: Job | undefined
  #isTakenOver = false

  constructor(runner: JobRunner, steps: Steps<T>) {
    this.#steps = steps
    this.over = this.#run(new Turn(runner))
  }

  get isOver(): boolean {
    return this.#outcome !== undefined
  }

  /** What came of the steps, if they are over. */
  get value(): T {
    if (!this.#outcome) throw new RangeError('the steps are not over')
    if ('error' in this.#outcome) throw this.#outcome.error
    return this.#outcome.value
  }

  /** The rest of the steps, for who cannot wait. The job that is under way still has its memory: it is begun again with other. */
  *takenOver(): Steps<T> {
    if (this.#outcome) return this.value
    this.#isTakenOver = true
    if (this.#underWay) this.#underWay.isAbandoned = true
    let step = this.#hasBegun ? this.#steps.throw(new NxTimeoutError('ERR_NX_TIMEOUT')) : this.#steps.next()
    while (!step.done) {
      let result
      try {
        result = yield step.value
      } catch (error) {
        step = this.#steps.throw(error)
        continue
      }
      step = this.#steps.next(result)
    }
    return step.value
  }

  #goesOnElsewhere(): boolean {
    return this.#isTakenOver
  }

  async #run(turn: Turn): Promise<void> {
    try {
      await turn.begin()
      if (this.#goesOnElsewhere()) return
      this.#hasBegun = true
      let step = this.#steps.next()
      while (!step.done) {
        let result: JobResult | undefined
        let failure: { readonly error: unknown } | undefined
        this.#underWay = step.value
        try {
          result = await turn.runOwned(step.value)
        } catch (error) {
          failure = { error }
        }
        if (this.#goesOnElsewhere()) return
        step = result ? this.#steps.next(result) : this.#steps.throw(failure?.error)
      }
      this.#outcome = { value: step.value }
    } catch (error) {
      this.#outcome = { error }
    } finally {
      turn.end()
    }
  }
}
