// SPDX-License-Identifier: MIT
import { CC } from '../format/completion-codes.js'
import { FC } from '../format/function-codes.js'
import type { JobResult } from '../job/job.js'
import { AtOnce } from './at-once.js'
import type { Workspace } from './workspace.js'

/**
 * Decompresses a stream by one job, if its output fits into the workspace. There is no outcome where it does not, and where
 * the stream is not complete or not valid.
 */
export class InflateAtOnce extends AtOnce {
  readonly #target: Uint8Array

  /** @param source the stream and nothing behind it */
  constructor(source: Uint8Array, { target }: Workspace) {
    super({ fc: FC.DECOMPRESS, source, target, mayOverrun: true })
    this.#target = target
  }

  proceed(result: JobResult): void {
    const { csb, cpb } = result
    this.job = undefined
    // SFBT 0: the final block has ended. SUBC counts the bits that are left behind it (UM table 6-4).
    const isAll = csb.cc === CC.OK && cpb.sfbt === 0 && cpb.subc >>> 3 === 0
    if (isAll) this.ended(this.#target.subarray(0, csb.tpbc), result)
  }
}
