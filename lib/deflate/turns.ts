// SPDX-License-Identifier: MIT
import { availableParallelism } from 'node:os'

import type { JobRunner } from './steps.js'
import type { Job, JobResult } from '../job/job.js'
import { setImmediate } from '../timers.js'

/**
 * How many writes of streams, and blocks, run jobs at a time. The two jobs of a block belong together: a software engine
 * keeps the tokens of the first for the second one. More: more such tokens, and targets, are kept at a time, until there is
 * no room for them. Fewer: threads without work.
 */
export const MOST_AT_A_TIME = Math.min(8, availableParallelism() + 2)

let working = 0
const waiting: (() => void)[] = []

/** Runs the jobs of one write, or of one block: from the first one on, when its turn has come, to the end of them. */
export class Turn implements JobRunner {
  readonly #runner: JobRunner
  #hasTurn = false

  constructor(runner: JobRunner) {
    this.#runner = runner
  }

  /** Whether the next one would have to wait. */
  static get areTaken(): boolean {
    return working === MOST_AT_A_TIME
  }

  get ignoresHints(): boolean {
    return this.#runner.ignoresHints ?? false
  }

  get jobLimit(): number {
    return this.#runner.jobLimit
  }

  admitBrief(job: Job): boolean {
    return this.#runner.admitBrief?.(job) ?? false
  }

  runSync(job: Job): JobResult {
    return this.#runner.runSync(job)
  }

  runOwned(job: Job): Promise<JobResult> {
    if (this.#hasTurn) return this.#runner.runOwned(job)
    return this.begin().then(() => this.#runner.runOwned(job))
  }

  /** Begins if its turn is now. */
  beginAtOnce(): boolean {
    if (!this.#hasTurn && !Turn.areTaken) {
      this.#hasTurn = true
      working++
    }
    return this.#hasTurn
  }

  /** Waits for its turn, for who would have to take memory to make a job. Who has it goes on. */
  begin(): Promise<void> {
    if (this.beginAtOnce()) return Promise.resolve()
    this.#hasTurn = true
    return new Promise((resolve) => waiting.push(resolve))
  }

  /**
   * To be called once, at the end. The next one begins once other events had their turn: an engine's threads may finish jobs as
   * fast as they are made, and the output of all streams would wait at once.
   */
  end(): void {
    if (!this.#hasTurn) return
    const next = waiting.shift()
    if (next) setImmediate(next)
    else working--
  }
}
