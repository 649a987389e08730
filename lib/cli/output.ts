// SPDX-License-Identifier: MIT
import type { BigIntStats } from 'node:fs'
import { fsync } from 'node:fs'
import { promisify } from 'node:util'
import { writeAll } from './descriptors.js'
import type { FileName } from './names.js'
import { hasCode, StandardOutputError } from './system-errors.js'

export const STANDARD_OUTPUT = 1

export const flush = promisify(fsync)

/** Where the result of a file goes. */
export interface Output {
  readonly name: FileName
  write(bytes: Uint8Array): Promise<void>
  /**
   * The result is complete.
   *
   * @param source what the input was like: its owner, permissions and times become the output's
   * @param mtime seconds since 1970, if the time is to be another one
   */
  finish(source: BigIntStats, mtime?: number): Promise<void>
  /** The result is not going to be complete. */
  discard(): void
}

/** Standard output. Its functions throw StandardOutputError. */
export class StandardOutput implements Output {
  readonly name = 'stdout'
  readonly #synchronous: boolean

  constructor({ synchronous }: { synchronous: boolean }) {
    this.#synchronous = synchronous
  }

  async write(bytes: Uint8Array): Promise<void> {
    try {
      await writeAll(STANDARD_OUTPUT, bytes)
    } catch (error) {
      throw new StandardOutputError(error)
    }
  }

  async finish(): Promise<void> {
    if (!this.#synchronous) return
    try {
      await flush(STANDARD_OUTPUT)
    } catch (error) {
      // Pipes and terminals cannot be flushed and need not be.
      if (!hasCode(error, 'EINVAL')) throw new StandardOutputError(error)
    }
  }

  /** What was written cannot be taken back. */
  discard(): void {
    return
  }
}

/** Takes the result of a test, which is nobody's. */
export const NOWHERE: Output = {
  name: '',
  write: () => Promise.resolve(),
  finish: () => Promise.resolve(),
  discard: () => undefined,
}
