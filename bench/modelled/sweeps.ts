// SPDX-License-Identifier: MIT
import { simulate, type Outcome, type Scenario } from './simulate.js'

const KIB = 1024
const MIB = 1024 * KIB

/** 1 KiB to 16 MiB. */
const SIZES = Array.from({ length: 15 }, (_, power) => KIB * 2 ** power)
const THREADS = [1, 2, 4, 8, 16, 32, 48, 64, 80]
/** 1, 2, 4 ... 1024: one credit is what a window of a partition has, 1024 one on bare metal. */
const CREDITS = Array.from({ length: 11 }, (_, power) => 2 ** power)

/** Calls under way in the event loop whose credits are varied: more than the receive FIFO takes. */
const CALLS_UNDER_WAY = 320

/** Threads of the series over sizes: enough to keep the unit busy with all but the smallest calls. */
const SEVERAL = 16

/** What is varied along the axis of a sweep. */
export type Axis = 'size' | 'threads' | 'credits'

/** A scenario and what came of it. */
export interface SweepPoint {
  readonly x: number
  readonly scenario: Scenario
  readonly outcome: Outcome
}

/** Scenarios that differ in what the axis says. */
export interface SweepSeries {
  readonly name: string
  readonly points: readonly SweepPoint[]
}

/** One table, and one plot. */
export interface Sweep {
  readonly axis: Axis
  readonly title: string
  /** What the scenarios have in common besides, if the title does not say it. */
  readonly note?: string
  readonly platform: Scenario['platform']
  readonly direction: Scenario['direction']
  readonly series: readonly SweepSeries[]
}

/** What all scenarios of a run have in common. */
export type Common = Pick<Scenario, 'figures' | 'seed' | 'ratio'>

type Where = Pick<Scenario, 'platform' | 'direction'>

function seriesOf(name: string, values: readonly number[], at: (x: number) => Scenario): SweepSeries {
  const points = values.map((x) => {
    const scenario = at(x)
    return { x, scenario, outcome: simulate(scenario) }
  })
  return { name, points }
}

function bySize(where: Where, common: Common): Sweep {
  const one = (name: string, changes: Partial<Scenario>) =>
    seriesOf(name, SIZES, (bytes) => ({ ...common, ...where, bytes, ...changes }))
  const series = [
    one('unit alone, 1 caller', { software: 'none' }),
    one(`unit alone, ${SEVERAL} callers`, { software: 'none', callers: SEVERAL }),
    one('driver, 1 thread', {}),
    one(`driver, ${SEVERAL} threads`, { callers: SEVERAL }),
    one(`${SEVERAL} threads, 1% of pages absent`, { callers: SEVERAL, absent: 0.01 }),
    one(`${SEVERAL} threads, all pages absent`, { callers: SEVERAL, absent: 1 }),
    one('1 thread, window opened by each call', { opensWindow: true }),
  ]
  if (where.direction === 'compress')
    series.push(one(`${SEVERAL} threads, level 1`, { callers: SEVERAL, level: 1 }))
  return { ...where, axis: 'size', title: `${titleOf(where)} by size of a call`, series }
}

function byThreads(where: Where, common: Common): Sweep {
  const one = (name: string, bytes: number, changes: Partial<Scenario> = {}) =>
    seriesOf(name, THREADS, (callers) => ({ ...common, ...where, bytes, callers, ...changes }))
  const series = [
    one('calls of 1 KiB', KIB),
    one('calls of 16 KiB', 16 * KIB),
    one('calls of 64 KiB', 64 * KIB),
    one('64 KiB, 1% of pages absent', 64 * KIB, { absent: 0.01 }),
    one('64 KiB, all pages absent', 64 * KIB, { absent: 1 }),
    one('calls of 1 MiB', MIB),
  ]
  return { ...where, axis: 'threads', title: `${titleOf(where)} by threads`, series }
}

function byCredits(where: Where, common: Common): Sweep {
  const one = (name: string, bytes: number, changes: Partial<Scenario> = {}) =>
    seriesOf(name, CREDITS, (sendCredits) => ({
      ...common,
      ...where,
      bytes,
      callers: CALLS_UNDER_WAY,
      kind: 'event-loop',
      model: { sendCredits },
      ...changes,
    }))
  const series = [
    one('unit alone, calls of 1 KiB', KIB, { software: 'none' }),
    one('unit alone, calls of 64 KiB', 64 * KIB, { software: 'none' }),
    one('driver, calls of 1 KiB', KIB),
    one('driver, calls of 64 KiB', 64 * KIB),
    one('64 KiB, 1% of pages absent', 64 * KIB, { absent: 0.01 }),
    one('64 KiB, all pages absent', 64 * KIB, { absent: 1 }),
  ]
  const note = `${CALLS_UNDER_WAY} calls under way in one window`
  return { ...where, axis: 'credits', title: `${titleOf(where)} by credits`, note, series }
}

const titleOf = ({ platform, direction }: Where) => `${platform}: ${direction}`

/** All sweeps: both platforms, both directions, by size, threads and credits. */
export function allSweeps(common: Common): Sweep[] {
  const sweeps: Sweep[] = []
  for (const platform of ['powernv', 'powervm'] as const) {
    for (const direction of ['compress', 'decompress'] as const) {
      for (const sweep of [bySize, byThreads, byCredits]) sweeps.push(sweep({ platform, direction }, common))
    }
  }
  return sweeps
}
