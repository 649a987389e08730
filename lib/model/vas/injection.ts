// SPDX-License-Identifier: MIT
/**
 * Trouble to order. Both functions get the number of the paste or job, counted from 0 over all windows of the machine,
 * so that a test can single one out.
 */
export interface InjectionOptions {
  /** True: this paste fails as a busy one. */
  readonly paste?: (index: number) => boolean
  /** 'hang': this job is never completed. A number: it ends with this completion code, without being executed. */
  readonly job?: (index: number) => 'hang' | number | undefined
}

/** Counts pastes and jobs, and says what was ordered for each. */
export class Injection {
  #pastes = 0
  #jobs = 0

  constructor(private readonly options: InjectionOptions) {}

  /** True if the next paste is to fail. */
  nextPasteFails(): boolean {
    return this.options.paste?.(this.#pastes++) ?? false
  }

  /** What is to become of the next job; undefined: it is executed. */
  nextJob(): 'hang' | number | undefined {
    return this.options.job?.(this.#jobs++)
  }
}
