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
  /** Whether matches of 3 bytes are looked for. They make the output 0.2% smaller, and take a tenth of the time. */
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
 * The efforts 1..9. Beside 2 to 9 how much smaller its output is than that of node:zlib's level of the same number:
 * geometric mean over 1 MiB each of prose, HTML, JavaScript, JSON, a log, CSV, two executables and binary records, and a
 * lock file of 78 KB, in jobs of 256 KiB with 32 KiB of history and a Huffman table made from each job's own counts. They
 * run at 0.55 (3, 4) to 0.9 (8, 9) of the speed of those levels, 6 at 0.75. Effort 1 makes about what level 1 makes.
 *
 * The fast efforts, as whole gzipSync calls against node:zlib's level of the same number: 1 MiB each of nine kinds of text,
 * code and records, geometric mean, CPU time on one x86-64 machine. Each is both faster and larger than the next.
 *
 *   effort   times smaller   times as fast: native   model
 *   1        1.003           1.9                     0.77
 *   2        1.020           1.3                     0.63
 *   3        1.061           1.2                     0.53
 */
const EFFORTS: readonly Effort[] = [
  { finder: 'probe', skip: 5 },
  { finder: 'bucket', nice: 32, stride: 1, skip: 6 }, // 1.2%
  { finder: 'chain', span: 7, near3: false, depth: 8, nice: 32, good: 258, lazy: 0, skip: 6 },
  { finder: 'chain', span: 7, near3: false, depth: 8, nice: 64, good: 16, lazy: 12, skip: 7 },
  { finder: 'chain', span: 7, near3: false, depth: 8, nice: 64, good: 16, lazy: 32, skip: 7 },
  { finder: 'chain', span: 7, near3: false, depth: 16, nice: 128, good: 16, lazy: 32, skip: 8 },
  { finder: 'chain', span: 7, near3: false, depth: 32, nice: 128, good: 32, lazy: 128, skip: 8 },
  { finder: 'chain', span: 6, near3: true, depth: 64, nice: 258, good: 32, lazy: 258, skip: 9 },
  { finder: 'chain', span: 6, near3: true, depth: 256, nice: 258, good: 64, lazy: 258, skip: 9 },
]

/** The row of an effort 1..9; 0 stands for `DEFAULT_EFFORT`, and what is larger than 9 for 9. */
export function effortRow(effort: number): Effort {
  return EFFORTS[Math.min(effort === 0 ? DEFAULT_EFFORT : effort, EFFORTS.length) - 1]
}
