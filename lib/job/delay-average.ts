/**
 * Bytes that one thread of software compresses in a millisecond, about. Larger: the device is left sooner. It is zlib's
 * rate for compression at ordinary levels; decompression is several times as fast, for which the bound below leaves room.
 */
const SOFTWARE_BYTES_PER_MS = 50_000

/**
 * How many earlier jobs weigh as much as the next one: K of UM 4.4.2. Larger: single delays count less, lasting ones are
 * noticed later.
 */
const WEIGHT = 15

/**
 * Milliseconds that jobs may take longer, on average, than software would need. Larger: a device with a long queue is
 * kept longer. Smaller: it is left for a passing rush, and software then competes with the program for its processors. A
 * page fault costs less than 1 ms, a full queue of jobs of 1 MiB less than 30 ms.
 */
const MOST_DELAY_MS = 50

/**
 * Tells when a device makes its jobs wait longer than they are worth: the rule of UM 4.4.2, with L/S, the time that
 * software would take, on the right hand side. L/S - (L/H + delay) is averaged as the manual does it.
 */
export class DelayAverage {
  #average: number | undefined

  /**
   * @param bytes of the job: of its source or of its target, whichever are more
   * @param ms what the device took for it
   */
  add(bytes: number, ms: number): void {
    const delay = ms - bytes / SOFTWARE_BYTES_PER_MS
    this.#average = this.#average === undefined ? delay : (WEIGHT * this.#average + delay) / (WEIGHT + 1)
  }

  /** Milliseconds by which the device is later than software, on average; less than 0 if it is sooner. */
  get ms(): number {
    return this.#average ?? 0
  }

  get isTooLong(): boolean {
    return this.ms > MOST_DELAY_MS
  }

  /** Forgets, so that the next job counts for all. */
  reset(): void {
    this.#average = undefined
  }
}
