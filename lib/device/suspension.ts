// SPDX-License-Identifier: MIT
import type { PartitionCredits } from './system.js'
import { clock } from '../timers.js'

/**
 * Milliseconds of refused pastes after which a partition's window may be a suspended one, one value after the other and
 * then from the start: opening a window takes about 33 ms, so shorter ones would mean to do little else. Longer: jobs wait
 * longer after the partition has lost cores or was moved.
 */
const PATIENCE_MS = [31, 62, 125]

/**
 * Tells when to close a partition's window and to open another. When the partition loses cores, or moves, the hypervisor
 * closes windows, and the kernel lets every paste to them fail as if they were busy (nx-facts D.6): only time and the
 * partition's count of credits tell the one from the other.
 */
export class SuspensionWatch {
  readonly #creditsAtStart: PartitionCredits | undefined
  #refusedSince: number | undefined
  #patience = 0

  /**
   * @param credits gives the partition's credits, undefined if they cannot be read
   * @param now the time in milliseconds
   */
  constructor(
    private readonly credits: () => PartitionCredits | undefined,
    private readonly now: () => number = clock,
  ) {
    this.#creditsAtStart = credits()
  }

  /** A paste was accepted. */
  accepted(): void {
    this.#refusedSince = undefined
    this.#patience = 0
  }

  /** A paste was refused. @returns whether to open another window now */
  refused(): boolean {
    const now = this.now()
    this.#refusedSince ??= now
    if (now - this.#refusedSince < PATIENCE_MS[this.#patience % PATIENCE_MS.length]) return false
    this.#refusedSince = now
    this.#patience++
    return this.#lostCredits()
  }

  /** Credits went away, or more are used than there are. Where they cannot be read, that has to be assumed. */
  #lostCredits(): boolean {
    const credits = this.credits()
    if (!credits) return true
    return credits.used > credits.total || credits.total < (this.#creditsAtStart?.total ?? 0)
  }
}
