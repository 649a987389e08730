// SPDX-License-Identifier: MIT
/** How long to measure. Seconds are those of CPU, so that a machine that is busy with other things does not shorten it. */
export interface Limits {
  /** Seconds of calls before anything counts: compilers get time to compile. */
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

/** Calls each task by turns until the seconds have passed, once at least. */
export function warmUp(tasks: readonly (() => unknown)[], seconds: number): void {
  const clock = startClock()
  do {
    for (const task of tasks) task()
  } while (!hasPassed(clock(), seconds))
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
