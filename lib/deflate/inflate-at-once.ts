// SPDX-License-Identifier: MIT
import { CC } from '../format/completion-codes.js'
import type { OnlyChecksum } from '../format/crb.js'
import { FC } from '../format/function-codes.js'
import type { JobResult } from '../job/job.js'
import { AtOnce } from './at-once.js'

/**
 * Decompresses a stream by one job, if its output fits into the target. There is no outcome where it does not, and where the
 * stream is not complete or not valid.
 */
export class InflateAtOnce extends AtOnce {
  readonly #target: Uint8Array

  /**
   * @param source the stream and nothing behind it
   * @param checksum the only one that is wanted
   */
  constructor(source: Uint8Array, target: Uint8Array, checksum: OnlyChecksum) {
    super({ fc: FC.DECOMPRESS, source, target, mayOverrun: true, checksum })
    this.#target = target
  }

  moveTo(source: Uint8Array): void {
    if (this.job) this.job.source = source
  }

  proceed(result: JobResult): void {
    const { csb, cpb } = result
    this.job = undefined
    // SFBT 0: the final block has ended. SUBC counts the bits that are left behind it (UM table 6-4).
    const isAll = csb.cc === CC.OK && cpb.sfbt === 0 && cpb.subc >>> 3 === 0
    const target = this.#target
    if (isAll) this.ended(csb.tpbc === target.length ? target : target.subarray(0, csb.tpbc), result)
  }
}
