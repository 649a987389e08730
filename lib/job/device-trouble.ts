// SPDX-License-Identifier: MIT
import { NxDeviceError, NxTimeoutError, NxVerificationError } from '../errors.js'
import { CC, COMPLETION_CODES } from '../format/completion-codes.js'
import type { LeaveReason } from './breaker.js'
import type { JobResult } from './job.js'

/**
 * The completion codes that say that the device, or its way to memory, is bad. The others speak of the data or of the
 * request, which would come to the same on every device; CC=250 that stays is for want of memory, and answered by a
 * smaller job.
 */
const DEVICE_CODES: readonly number[] = [
  CC.EXTERNAL_UE, // UM table 6-8: uncorrectable error on the read of a DDE
  CC.INTERNAL_UE, // UM table 6-8: the unit found a parity, ECC or state error in itself
  CC.CORRUPTED_CRB, // UM table 6-8: uncorrectable error on the CRB
  CC.UNRECOGNIZED_SUBFUNCTION, // UM table 6-8: the function is not there, or disabled; ours all exist
  CC.EXTERNAL_UE_SOURCE, // UM table 6-8: uncorrectable error on source or CPB
  CC.WATCHDOG, // UM table 6-8: the unit's own limit of time
  CC.NO_INTERRUPT_SERVER, // 240-255 are system software's, UM table 6-8
  CC.UE,
  CC.NO_HARDWARE,
  CC.HUNG_OPERATION,
]

/** What is wrong with a device. */
export interface DeviceTrouble {
  readonly reason: LeaveReason
  readonly detail: string
  /** It will not pass. */
  readonly isFinal?: boolean
}

/** What a result says of the device; undefined if nothing is wrong with it. A code that no manual knows is trouble. */
export function troubleOfResult({ csb: { cc } }: JobResult): DeviceTrouble | undefined {
  const known = COMPLETION_CODES[cc]
  if (known && !DEVICE_CODES.includes(cc)) return undefined
  return { reason: 'failing', detail: `CC=${cc}, ${known ? known.name : 'a reserved code'}` }
}

/** What an error says of the device; undefined if it is not the device's. */
export function troubleOfError(error: unknown): DeviceTrouble | undefined {
  if (error instanceof NxTimeoutError) {
    return { reason: error.code === 'ERR_NX_BUSY' ? 'busy' : 'timeout', detail: error.message }
  }
  if (error instanceof NxVerificationError) return { reason: 'corrupt', detail: error.message }
  if (error instanceof NxDeviceError) {
    return { reason: 'unavailable', detail: error.message, isFinal: error.isFinal }
  }
  return undefined
}
