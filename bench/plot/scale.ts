// SPDX-License-Identifier: MIT
/** A mapping of values to a length of the picture, with the values at which ticks stand. */
export interface Scale {
  /** The place of a value, in units of the picture. */
  readonly at: (value: number) => number
  readonly ticks: readonly number[]
  /** The first and the last value of the axis. */
  readonly domain: readonly [from: number, to: number]
}

export type ScaleKind = 'linear' | 'log2' | 'log10'

/** The values of an axis and where they are drawn. */
export interface ScaleOptions {
  readonly kind: ScaleKind
  /** All values that must be on the axis. Those that are not positive have no place on a logarithmic one. */
  readonly values: readonly number[]
  /** Where the axis begins and ends, in units of the picture. */
  readonly range: readonly [from: number, to: number]
  /** Ticks, at most. */
  readonly ticks: number
  /** Whether a linear axis begins at 0. */
  readonly fromZero?: boolean
}

/** Steps between ticks that people can count by, within a power of ten. */
const STEPS = [1, 2, 5, 10]

/** Multiples that get a tick on a logarithmic axis: few where it spans many powers of ten. */
const LOG10_MULTIPLES = [[1, 2, 5], [1, 3], [1]]

function extent(values: readonly number[]): [number, number] {
  const finite = values.filter(Number.isFinite)
  return finite.length > 0 ? [Math.min(...finite), Math.max(...finite)] : [1, 10]
}

function linearTicks(from: number, to: number, most: number): { first: number; last: number; step: number } {
  const rough = (to - from) / Math.max(1, most - 1)
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = power * (STEPS.find((candidate) => candidate * power >= rough * 0.999) ?? 10)
  return { first: Math.floor(from / step + 1e-9), last: Math.ceil(to / step - 1e-9), step }
}

function linear({ values, range, ticks, fromZero }: ScaleOptions): Scale {
  let [from, to] = extent(values)
  if (fromZero) from = Math.min(0, from)
  if (from === to) to = from + (Math.abs(from) || 1)
  const { first, last, step } = linearTicks(from, to, ticks)
  const domain = [first * step, last * step] as const
  return {
    domain,
    at: (value) => range[0] + ((value - domain[0]) / (domain[1] - domain[0])) * (range[1] - range[0]),
    // A sum of steps would gather rounding errors.
    ticks: Array.from({ length: last - first + 1 }, (_, index) =>
      Number(((first + index) * step).toPrecision(12)),
    ),
  }
}

function log2Ticks(from: number, to: number, most: number): number[] {
  const [first, last] = [Math.log2(from), Math.log2(to)]
  const step = Math.max(1, Math.ceil((last - first) / Math.max(1, most - 1)))
  const ticks: number[] = []
  for (let power = Math.ceil(first); power <= last; power += step) ticks.push(2 ** power)
  return ticks
}

function log10Ticks(from: number, to: number, most: number): number[] {
  const all = LOG10_MULTIPLES.map((multiples) => {
    const ticks: number[] = []
    for (let power = Math.floor(Math.log10(from)); 10 ** power <= to; power++) {
      for (const multiple of multiples) {
        const tick = Number((multiple * 10 ** power).toPrecision(12))
        if (tick >= from && tick <= to) ticks.push(tick)
      }
    }
    return ticks
  })
  return all.find(({ length }) => length <= most) ?? all[all.length - 1]
}

/** The next 1, 2 or 5 times a power of ten, below or above. */
function niceLog10(value: number, direction: 'below' | 'above'): number {
  const power = 10 ** Math.floor(Math.log10(value) + 1e-9)
  const candidates = STEPS.map((step) => Number((step * power).toPrecision(12)))
  return direction === 'below'
    ? (candidates.findLast((candidate) => candidate <= value * 1.0001) ?? power)
    : (candidates.find((candidate) => candidate >= value * 0.9999) ?? power * 10)
}

function logarithmic({ kind, values, range, ticks }: ScaleOptions): Scale {
  const [least, most] = extent(values.filter((value) => value > 0))
  const domain: [number, number] =
    kind === 'log2'
      ? [2 ** Math.floor(Math.log2(least)), 2 ** Math.ceil(Math.log2(most))]
      : [niceLog10(least, 'below'), niceLog10(most, 'above')]
  if (domain[0] === domain[1]) domain[1] *= kind === 'log2' ? 2 : 10
  const length = Math.log(domain[1] / domain[0])
  return {
    domain,
    at: (value) =>
      range[0] + (Math.log(Math.max(value, domain[0]) / domain[0]) / length) * (range[1] - range[0]),
    ticks: (kind === 'log2' ? log2Ticks : log10Ticks)(domain[0], domain[1], ticks),
  }
}

/** A scale that holds all the values, its ends rounded outwards to what people can read. */
export function makeScale(options: ScaleOptions): Scale {
  return options.kind === 'linear' ? linear(options) : logarithmic(options)
}
