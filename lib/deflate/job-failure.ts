// SPDX-License-Identifier: MIT
import { NxCompletionError, NxError } from '../errors.js'
import { CC } from '../format/completion-codes.js'
import type { JobResult } from '../job/job.js'

/**
 * The compressed data breaks a rule of DEFLATE (CC 66, 67 or 68). NX says less about it than zlib does, so the caller
 * replays the data through zlib for the exact message.
 */
export class DataError extends Error {
  constructor(readonly cc: number) {
    super(`invalid compressed data, CC=${cc}`)
    this.name = 'DataError'
  }
}

/** The error for a job that ended with a completion code that its layer cannot go on from. */
export function jobFailure({ csb, faults }: JobResult): Error {
  const { cc, ce, address } = csb
  switch (cc) {
    case CC.MISSING_CODE:
    case CC.INVALID_DISTANCE:
    case CC.INVALID_DHT:
      return new DataError(cc)
    case CC.TRANSLATION_FAULT:
      return new NxError('ERR_NX_FAULT', { cc, ce, address, detail: `${faults.length} faults` })
    default:
      return new NxCompletionError({ cc, ce, address })
  }
}
