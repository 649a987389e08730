// SPDX-License-Identifier: MIT
/** Effort of a job that does not name one: about the size that node:zlib's level 6 gives. */
export const DEFAULT_EFFORT = 6

/** One position a hash, greedy: the fastest effort. */
export interface ProbeEffort {
  readonly finder: 'probe'
  /**
   * Log2 of the literals in a row after which the finder begins to step over positions, see `MAX_STEP`. Smaller: faster on
   * data that does not compress. Larger: fewer matches missed behind such data.
   */
  readonly skip: number
}

/** Two positions a hash, greedy. */
export interface BucketEffort {
  readonly finder: 'bucket'
  /** Match length from which the second candidate is not tried. Larger: a little smaller output. Smaller: faster. */
  readonly nice: number
  /** Every how many bytes a position inside a match is inserted. 1: all of them. Larger: faster, fewer matches found. */
  readonly stride: number
  /** As in `ProbeEffort`. */
  readonly skip: number
}

/** Chains of positions, greedy or lazy: the thorough efforts. */
export interface ChainEffort {
  readonly finder: 'chain'
  /**
   * Bytes, 5 to 8, that the positions of a chain have in common. Of those with fewer only the nearest one is tried. Larger:
   * shorter chains, which are faster and reach farther back with the same `depth`. Smaller: a better choice of short matches.
   */
  readonly span: number
  /** Whether matches of 3 bytes are looked for: smaller output, slower. */
  readonly near3: boolean
  /** Candidates of a chain that are tried for a position. Larger: smaller output, time grows almost in proportion. */
  readonly depth: number
  /** Match length that ends a search. Larger: smaller output on repetitive data, which gets slower. */
  readonly nice: number
  /** Length of a held match from which a quarter of `depth` must do to beat it. Larger: slightly smaller output, slower. */
  readonly good: number
  /** Length from which a match is taken without a look at the next position; 0: always. Larger: smaller output, slower. */
  readonly lazy: number
  /** As in `ProbeEffort`. */
  readonly skip: number
}

export type Effort = ProbeEffort | BucketEffort | ChainEffort

/**
 * The efforts 1..9: each has a better ratio than the one before it, and is slower. Against node:zlib's level of the same
 * number, as geometric means over the nine kinds of file of bench/corpus.ts, with gzipSync on `native` (CPU time, Node 20 on
 * x64):
 *
 *   effort  1      2      3      4      5      6      7      8      9
 *   speed   2.9    1.5    1.4    1.4    1.8    1.9    1.8    2.5    1.6
 *   ratio   1.002  1.013  1.045  1.017  0.992  0.996  0.999  0.998  1.001
 *
 * Chains of eight bytes are a tenth faster than those of five at 0.8% of ratio. Matches of three bytes make machine code 2%
 * smaller, text hardly, and cost a tenth of the time, which `depth` makes better use of up to effort 6.
 */
const EFFORTS: readonly Effort[] = [
  { finder: 'probe', skip: 6 },
  { finder: 'bucket', nice: 32, stride: 1, skip: 6 },
  { finder: 'chain', span: 8, near3: false, depth: 4, nice: 32, good: 258, lazy: 0, skip: 6 },
  { finder: 'chain', span: 8, near3: false, depth: 6, nice: 64, good: 16, lazy: 8, skip: 7 },
  { finder: 'chain', span: 7, near3: false, depth: 8, nice: 64, good: 258, lazy: 32, skip: 7 },
  { finder: 'chain', span: 5, near3: false, depth: 16, nice: 128, good: 16, lazy: 32, skip: 8 },
  { finder: 'chain', span: 6, near3: true, depth: 48, nice: 258, good: 32, lazy: 128, skip: 8 },
  { finder: 'chain', span: 6, near3: true, depth: 64, nice: 258, good: 32, lazy: 258, skip: 9 },
  { finder: 'chain', span: 5, near3: true, depth: 512, nice: 258, good: 64, lazy: 258, skip: 9 },
]

/** The row of an effort 1..9; 0 stands for `DEFAULT_EFFORT`, and what is larger than 9 for 9. */
export function effortRow(effort: number): Effort {
  return EFFORTS[Math.min(effort === 0 ? DEFAULT_EFFORT : effort, EFFORTS.length) - 1]
}
