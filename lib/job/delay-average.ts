// SPDX-License-Identifier: MIT
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
 * Tells when a device makes its jobs wait longer than they are worth: the rule of UM 4.4.2, with L/S, the time that
 * software would take, on the right hand side. L/S - (L/H + delay) is averaged as the manual does it.
 */
export class DelayAverage {
  /** Undefined: the next job counts for all. At first none does: a job may have to wait for the start of many things. */
  #average: number | undefined = 0

  /** @param most milliseconds by which the device may be later than software */
  constructor(private readonly most: number) {}

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
    return this.ms > this.most
  }

  /** Forgets, so that the next job counts for all. */
  reset(): void {
    this.#average = undefined
  }
}
