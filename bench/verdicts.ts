// SPDX-License-Identifier: MIT
import { Figures, packRatio, speedRatio } from './compare.js'
import { labelOf } from './contenders.js'
import type { Demand, LinearDemand, MemoryDemand, SpeedDemand } from './demands.js'
import { MIXED, RANDOM } from './kinds.js'
import { formatBytes } from './plot/format.js'
import type { ContenderId, Figure } from './results.js'
import { median } from './statistics.js'

/** A demand on one device, and what was measured. */
export interface Verdict {
  readonly what: string
  readonly device: 'native' | 'model'
  readonly demand: string
  readonly measured: string
  /** `undefined`: not measured. */
  readonly isMet: boolean | undefined
}

const NOT_MEASURED = { measured: 'not measured', isMet: undefined }

/** Rounded towards what is not met, so that no figure looks met that is not. */
const factor = (value: number) => `${(Math.floor(value * 100 + 1e-6) / 100).toFixed(2)}x`
const share = (value: number) => `${(Math.floor(value * 1000 + 1e-6) / 10).toFixed(1)}%`

/** The figures of a device that a demand selects. */
function selected(figures: Figures, device: ContenderId, { select }: SpeedDemand): Figure[] {
  const isKind = (kind: string) =>
    select.kinds === 'corpus' ? kind !== MIXED && kind !== RANDOM : kind === select.kinds
  return figures.all.filter(
    (figure) =>
      figure.contender === device &&
      figure.work === select.work &&
      figure.level === select.level &&
      isKind(figure.kind) &&
      (select.sizes?.(figure.size) ?? true) &&
      (select.inFlight === undefined || figure.inFlight === select.inFlight),
  )
}

function judgeSpeed(figures: Figures, device: 'native' | 'model', demand: SpeedDemand): Verdict {
  const { what, clock, ratio } = demand
  const bounds = demand[device] ?? []
  const own = selected(figures, device, demand)
  const asked = bounds.map((bound) => `>= ${bound.factor}x ${labelOf(bound.against)}`)
  if (ratio !== undefined) asked.push(`ratio >= ${ratio * 100}% of node:zlib's`)
  const base = { what, device, demand: asked.join(', ') }

  const speeds = bounds.map((bound) => {
    const pairs = figures.pairs(own, bound.against)
    return {
      bound,
      speed: speedRatio(pairs, clock),
      other: speedRatio(pairs, clock === 'cpu' ? 'wall' : 'cpu'),
    }
  })
  const packed = ratio === undefined ? undefined : packRatio(figures.pairs(own, 'node'))
  if (own.length === 0 || speeds.some(({ speed }) => Number.isNaN(speed)) || Number.isNaN(packed))
    return { ...base, ...NOT_MEASURED }

  const otherClock = clock === 'cpu' ? 'elapsed' : 'CPU'
  const measured = speeds.map(({ speed, other }) => `${factor(speed)} (${otherClock} ${factor(other)})`)
  if (packed !== undefined) measured.push(`ratio ${share(packed)}`)
  const isMet =
    speeds.every(({ bound, speed }) => speed >= bound.factor) &&
    (packed === undefined || ratio === undefined || packed >= ratio)
  return { ...base, measured: measured.join(', '), isMet }
}

function judgeMemory(figures: Figures, device: 'native' | 'model', demand: MemoryDemand): Verdict {
  const { what, work } = demand
  const allowed = demand[device] ?? 0
  const base = { what, device, demand: `<= node:zlib + ${formatBytes(allowed)}` }
  const peak = (id: ContenderId) =>
    median(figures.all.find((one) => one.contender === id && one.work === work)?.peakBytes ?? [])
  const [own, node] = [peak(device), peak('node')]
  if (Number.isNaN(own) || Number.isNaN(node)) return { ...base, ...NOT_MEASURED }
  return {
    ...base,
    measured: `${formatBytes(own)}, node:zlib ${formatBytes(node)}`,
    isMet: own <= node + allowed,
  }
}

function judgeLinear(figures: Figures, device: 'native' | 'model', demand: LinearDemand): Verdict {
  const { what, work } = demand
  const least = demand[device] ?? 0
  const own = figures.all
    .filter((one) => one.contender === device && one.work === work && one.kind === MIXED)
    .sort((a, b) => a.bytes - b.bytes)
  const [small, large] = [own.at(0), own.at(-1)]
  const base = { what, device, demand: `>= ${least * 100}% of MB/s at 1 MiB` }
  if (!small || !large || small === large) return { ...base, ...NOT_MEASURED }
  const speed = (figure: Figure) => figure.bytes / median(figure.cpuSeconds)
  const found = speed(large) / speed(small)
  return { ...base, measured: `${share(found)} at ${formatBytes(large.bytes)}`, isMet: found >= least }
}

/** Judges a run: for each demand, each device of which it asks something. */
export function judge(all: readonly Figure[], demands: readonly Demand[]): Verdict[] {
  const figures = new Figures(all)
  return demands.flatMap((demand) =>
    (['native', 'model'] as const)
      .filter((device) => demand[device] !== undefined)
      .map((device) => {
        switch (demand.type) {
          case 'speed':
            return judgeSpeed(figures, device, demand)
          case 'memory':
            return judgeMemory(figures, device, demand)
          case 'linear':
            return judgeLinear(figures, device, demand)
        }
      }),
  )
}

/** The verdict in words. */
export function verdictWord({ isMet }: Verdict): 'met' | 'NOT met' | '-' {
  if (isMet === undefined) return '-'
  return isMet ? 'met' : 'NOT met'
}
