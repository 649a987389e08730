// SPDX-License-Identifier: MIT
import { readFileSync } from 'node:fs'

/** How long to measure. Seconds are those of CPU, so that a machine that is busy with other things does not shorten it. */
export interface Limits {
  /** Seconds of calls before anything counts, at most: compilers get time to compile. */
  readonly warmUpSeconds: number
  /** Seconds and calls that are measured at least, whichever takes longer. */
  readonly seconds: number
  readonly calls: number
}

/** Time of a call, on average: elapsed, and that of all threads of the process. */
export interface Timing {
  readonly seconds: number
  readonly cpuSeconds: number
}

/** Elapsed seconds that stand for one of CPU, where hardware does the work and hardly any CPU is taken. */
const MOST_ELAPSED = 10

/** A stopwatch of both clocks. */
export function startClock(): () => Timing {
  const cpu = process.cpuUsage()
  const start = process.hrtime.bigint()
  return () => {
    const seconds = Number(process.hrtime.bigint() - start) / 1e9
    const { user, system } = process.cpuUsage(cpu)
    return { seconds, cpuSeconds: (user + system) / 1e6 }
  }
}

/** Whether so much time has passed since the clock was started. */
export function hasPassed({ seconds, cpuSeconds }: Timing, limit: number): boolean {
  return cpuSeconds >= limit || seconds >= limit * MOST_ELAPSED
}

/** Seconds of calls after which it is looked whether compilers still compile. */
const SLICE_SECONDS = 0.1

/** Share of the processor time that other threads take at most when they are done. Lower: garbage collection is taken for them. */
const QUIET_SHARE = 0.15

/** Slices in a row in which they have to be: functions become hot one after the other. */
const QUIET_SLICES = 3

/** Processor time of this thread; undefined where the system does not tell. */
function threadSeconds(): number | undefined {
  try {
    return Number(readFileSync('/proc/thread-self/schedstat', 'latin1').split(' ', 1)[0]) / 1e9
  } catch {
    return undefined
  }
}

/**
 * Calls each task by turns until V8's compilers, which work in other threads, have nothing more to do, or the seconds have
 * passed; once at least. What they take is not what a call takes.
 */
export function warmUp(tasks: readonly (() => unknown)[], seconds: number): void {
  const clock = startClock()
  let quiet = 0
  do {
    const slice = startClock()
    const before = threadSeconds()
    do {
      for (const task of tasks) task()
    } while (!hasPassed(slice(), Math.min(SLICE_SECONDS, seconds)))
    const { cpuSeconds } = slice()
    const after = threadSeconds()
    const others = before === undefined || after === undefined ? Infinity : cpuSeconds - (after - before)
    quiet = others < cpuSeconds * QUIET_SHARE ? quiet + 1 : 0
  } while (quiet < QUIET_SLICES && !hasPassed(clock(), seconds))
}

/** Calls the tasks by turns, and gives the average time of a call. Only whole turns are measured. */
export function measure(tasks: readonly (() => unknown)[], limits: Omit<Limits, 'warmUpSeconds'>): Timing {
  const clock = startClock()
  let calls = 0
  let timing: Timing
  do {
    for (const task of tasks) task()
    calls += tasks.length
    timing = clock()
  } while (calls < limits.calls || !hasPassed(timing, limits.seconds))
  return { seconds: timing.seconds / calls, cpuSeconds: timing.cpuSeconds / calls }
}
