// SPDX-License-Identifier: MIT
/** Of 0, and one for each bit of a value of 32 bits. */
const BUCKETS = 33

/** How many values were below a bound, and not below the bound before. */
export interface Bucket {
  readonly below: number
  readonly count: number
}

/** Counts values by powers of two. */
export class Histogram {
  readonly #counts = new Float64Array(BUCKETS)

  /** @param value 0 or more; whatever has more than 32 bits counts with the largest */
  add(value: number): void {
    this.#counts[32 - Math.clz32(Math.min(value, 2 ** 32 - 1))]++
  }

  /** The buckets that are not empty, in ascending order. */
  get buckets(): Bucket[] {
    const buckets: Bucket[] = []
    this.#counts.forEach((count, power) => {
      if (count > 0) buckets.push({ below: 2 ** power, count })
    })
    return buckets
  }

  reset(): void {
    this.#counts.fill(0)
  }
}
