// SPDX-License-Identifier: MIT
import { gzipFunction } from '../format/function-codes.js'
import { bytesOf, type Job } from './job.js'
import { setImmediate } from '../timers.js'

/**
 * The time that jobs take, in that of a byte that is made by a decompression: of any job, of a byte of its source to decompress,
 * unless its target is too small for what may come of it, of a byte of its source to compress, and of one whose symbols were
 * counted. Higher: fewer jobs of the kind are brief. Lower: turns of the event loop take longer.
 */
const JOB_COST = 4096
const DECOMPRESS_COST = 16
const COMPRESS_COST = 16
const ENCODE_COST = 1

/** The last effort whose time is in proportion to the source, whatever the data. */
const MOST_EFFORT = 6

/**
 * Bytes of source up to which a compression is brief. More: fewer hand-overs, each of which costs as much as compressing so
 * many bytes. Fewer: several processors share the work of smaller calls.
 */
const MOST_COMPRESSED_BYTES = 2048

/**
 * The cost up to which a job waits for its turn rather than go to a thread, which takes the event loop longer than the job.
 * Higher: less work in all. Lower: several processors share it.
 */
const MOST_WAITING_COST = 16 * 1024

/** What brief jobs of one turn of the event loop may cost, in largest brief jobs. More: longer turns. Fewer: more turns. */
const JOBS_A_TURN = 2

/**
 * Brief jobs of a turn before threads get their share of them. More: threads wait longer for the first one. Fewer: work that
 * the event loop is done with at once waits for threads to wake up.
 */
const JOBS_BEFORE_THREADS = 4

/**
 * Tells which jobs take a software device less time than handing them to another thread and back, so that they are executed in
 * the caller's thread also for callers who do not block. Only so many are in a turn of the event loop: other events have theirs.
 */
export class BriefJobs {
  readonly #most: number
  readonly #threadsNeedWork: () => boolean
  #left: number
  #admitted = 0
  /** Settled when the next turn begins. */
  #next: Promise<void> | undefined

  /**
   * @param cost of the largest brief job, in bytes made by a decompression
   * @param threadsNeedWork tells whether the device's threads will soon have nothing to do
   */
  constructor(cost: number, threadsNeedWork: () => boolean) {
    this.#most = cost
    this.#threadsNeedWork = threadsNeedWork
    this.#left = cost * JOBS_A_TURN
  }

  isBrief(job: Job): boolean {
    return costOf(job) <= this.#most
  }

  /**
   * Whether a job is brief and there is time left for it in this turn, which is then taken. Where a turn has many, threads get
   * enough of those that are worth handing over.
   */
  admit(job: Job): boolean {
    const cost = costOf(job)
    if (cost > this.#most || cost > this.#left) return false
    const isShared = this.#admitted >= JOBS_BEFORE_THREADS && cost > MOST_WAITING_COST
    if (isShared && this.#threadsNeedWork()) return false
    this.#admitted++
    this.#left -= cost
    void this.nextTurn()
    return true
  }

  /** Whether a job had better wait for the next turn than go to a thread. */
  isWorthWaiting(job: Job): boolean {
    return costOf(job) <= MOST_WAITING_COST
  }

  nextTurn(): Promise<void> {
    this.#next ??= new Promise((resolve) => {
      setImmediate(() => {
        this.#next = undefined
        this.#admitted = 0
        this.#left = this.#most * JOBS_A_TURN
        resolve()
      })
    })
    return this.#next
  }
}

function costOf({ fc, source, target, effort = 0, isCounted = false }: Job): number {
  switch (gzipFunction(fc)?.operation) {
    case 'decompress':
      return JOB_COST + Math.min(bytesOf(source) * DECOMPRESS_COST, bytesOf(target))
    case 'compress':
      if (isCounted) return JOB_COST + bytesOf(source) * ENCODE_COST
      return effort > MOST_EFFORT || bytesOf(source) > MOST_COMPRESSED_BYTES
        ? Infinity
        : JOB_COST + bytesOf(source) * COMPRESS_COST
    default:
      return Infinity
  }
}
