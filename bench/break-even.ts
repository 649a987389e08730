// SPDX-License-Identifier: MIT
/** How many times as fast something is as what it is compared with, at a number of bytes. */
export interface SizedRatio {
  readonly bytes: number
  readonly ratio: number
}

/**
 * The number of bytes from which on it is at least as fast, interpolated between the sizes that were measured.
 *
 * @param ratios in order of size
 * @returns 0: at all sizes; Infinity: at none, or not at the largest
 */
export function breakEven(ratios: readonly SizedRatio[]): number {
  const last = ratios.findLastIndex(({ ratio }) => !(ratio >= 1))
  if (last < 0) return ratios.length > 0 ? 0 : Infinity
  if (last === ratios.length - 1) return Infinity
  const [below, above] = [ratios[last], ratios[last + 1]]
  // Straight in the plot, whose axes are both logarithmic.
  const share = Math.log(1 / below.ratio) / Math.log(above.ratio / below.ratio)
  return below.bytes * (above.bytes / below.bytes) ** share
}
