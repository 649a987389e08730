// SPDX-License-Identifier: MIT
/** The middle value; of an even number of values the mean of the two in the middle. NaN if there are none. */
export function median(values: readonly number[]): number {
  return percentile(values, 50)
}

/** The value that so many per cent of the values do not exceed, interpolated between neighbours. NaN if there are none. */
export function percentile(values: readonly number[], percent: number): number {
  if (values.length === 0) return NaN
  const sorted = [...values].sort((a, b) => a - b)
  const place = ((sorted.length - 1) * percent) / 100
  const below = Math.floor(place)
  const above = Math.min(below + 1, sorted.length - 1)
  return sorted[below] + (sorted[above] - sorted[below]) * (place - below)
}

/** The mean of factors: what doubles and what halves cancel out. NaN if there are none. */
export function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length)
}

/** The least and the greatest value, as a share of the median: how far a figure can be trusted. */
export function spread(values: readonly number[]): readonly [low: number, high: number] {
  return [Math.min(...values), Math.max(...values)]
}

/**
 * How many times as large the values of `others` are as those of `own`: the median over pairs that were measured in the same
 * round, so that what slowed down a whole round does not count.
 */
export function pairedRatio(own: readonly number[], others: readonly number[]): number {
  const pairs = Math.min(own.length, others.length)
  return median(Array.from({ length: pairs }, (_, index) => others[index] / own[index]))
}
