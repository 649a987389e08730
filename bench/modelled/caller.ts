// SPDX-License-Identifier: MIT
import { Credits } from '../../lib/job/credits.js'
import { Execution } from '../../lib/job/execute.js'
import { SLEEP_MS, SPIN_MS, type Wait } from '../../lib/job/poll.js'
import { SlotPool } from '../../lib/job/slot.js'
import { gzipFunction } from '../../lib/format/function-codes.js'
import type { Clock } from '../../lib/model/timing/clock.js'
import type { Timing } from '../../lib/model/timing/figures.js'
import type { RecordedCall, RecordedJob, RecordedPiece } from './recorded-call.js'
import type { SimulatedWindow } from './simulated-window.js'

const NS_PER_MS = 1e6

/** A time-out that never comes: the simulation is about throughput. */
const NEVER = { completion: Infinity, paste: Infinity }

/** A processor thread: does one thing at a time. */
export class Thread {
  #freeAt = 0

  constructor(private readonly clock: Clock) {}

  /** Calls back when the thread has worked for `ns` nanoseconds, after what it was given before. */
  work(ns: number, then: () => void): void {
    this.#freeAt = Math.max(this.clock.now, this.#freeAt) + ns
    this.clock.after(this.#freeAt - this.clock.now, then)
  }
}

/** What the calls of one window share. */
export class WindowUse {
  readonly credits: Credits
  readonly slots: SlotPool
  /** Jobs that wait for their CSB, the oldest first. */
  readonly waiting = new Set<{ readonly wait: Wait; readonly done: () => void }>()

  constructor(readonly device: SimulatedWindow) {
    this.credits = new Credits(device.credits)
    this.slots = new SlotPool(device, false)
  }

  /** A CSB was written: calls back those whose job is done. */
  look(): void {
    for (const entry of this.waiting) {
      if (!entry.wait.attempt()) continue
      this.waiting.delete(entry)
      entry.done()
    }
  }
}

/** Settings of a caller. */
export interface CallerOptions {
  readonly clock: Clock
  readonly timing: Timing
  /** Who does the software's part; shared by the calls of an event loop. */
  readonly thread: Thread
  readonly use: WindowUse
  /** It blocks its thread: a long wait is slept through, as lib/job/poll.ts has it. */
  readonly isBlocking: boolean
  /** Nanoseconds before each call besides the call's own work. */
  readonly extraNs: number
}

/** Makes the same call over and over. The jobs go through the job layer itself; only what takes time is simulated. */
export class Caller {
  /** Nanoseconds that each call took. */
  readonly latencies: number[] = []

  constructor(
    private readonly options: CallerOptions,
    private readonly call: RecordedCall,
    private readonly buffers: readonly Uint8Array[],
  ) {}

  start(calls: number): void {
    if (calls === 0) return
    const { clock, timing, thread, use, extraNs } = this.options
    const start = clock.now
    for (const buffer of this.buffers) use.device.mapData(buffer)
    thread.work(timing.callNs + extraNs, () => {
      this.#job(0, () => {
        for (const buffer of this.buffers) use.device.unmapData(buffer)
        this.latencies.push(clock.now - start)
        this.start(calls - 1)
      })
    })
  }

  #job(index: number, done: () => void): void {
    if (index === this.call.jobs.length) {
      done()
      return
    }
    const job = this.call.jobs[index]
    const { timing, thread, use } = this.options
    const isDynamic = gzipFunction(job.fc)?.dht === true
    thread.work(timing.jobNs + (isDynamic ? timing.tableNs : 0), () => {
      const start = () => {
        this.#run(job, () => {
          use.credits.give()
          this.#job(index + 1, done)
        })
      }
      use.credits.whenTaken(start, () => undefined)
    })
  }

  #run(recorded: RecordedJob, done: () => void): void {
    const { device, slots } = this.options.use
    const { fc, histlen } = recorded
    const job = {
      fc,
      source: this.#memory(recorded.source),
      target: this.#memory(recorded.target),
      cpb: { histlen },
    }
    const around = { device, slots, timeouts: NEVER, audience: {}, quarantine: () => undefined }
    this.#go(new Execution(around, job, 'blocking'), done)
  }

  /** Goes on with a job: the first wait is for a paste, the next one for its completion, and so on. */
  #go(execution: Execution, done: () => void): void {
    if (execution.result) {
      done()
      return
    }
    const { thread, use } = this.options
    const proceed = () => {
      execution.proceed(true)
      this.#go(execution, done)
    }
    if (execution.inOrder) {
      const { debtNs } = use.device
      use.device.debtNs = 0
      thread.work(debtNs, () => {
        this.#paste(execution, proceed)
      })
    } else {
      this.#complete(execution, proceed)
    }
  }

  #paste(wait: Wait, then: () => void): void {
    if (wait.attempt()) then()
    else {
      this.options.thread.work(this.options.timing.pasteRetryNs, () => {
        this.#paste(wait, then)
      })
    }
  }

  #complete(wait: Wait, then: () => void): void {
    const { clock, thread, use, isBlocking } = this.options
    const start = clock.now
    use.waiting.add({
      wait,
      done: () => {
        thread.work(isBlocking ? sleepLeft(clock.now - start) : 0, then)
      },
    })
  }

  #memory(pieces: readonly RecordedPiece[]): Uint8Array | Uint8Array[] {
    const views = pieces.map(({ buffer, at, bytes }) => this.buffers[buffer].subarray(at, at + bytes))
    return views.length === 1 ? views[0] : views
  }
}

/** Nanoseconds for which a blocked thread still sleeps when what it has waited for comes after `waited` nanoseconds. */
function sleepLeft(waited: number): number {
  const slept = waited - SPIN_MS * NS_PER_MS
  const sleep = SLEEP_MS * NS_PER_MS
  return slept <= 0 ? 0 : Math.ceil(slept / sleep) * sleep - slept
}
