// SPDX-License-Identifier: MIT
import { CRB } from '../../format/crb.js'
import { FAULT_STAMP, STAMP_OFFSET } from '../../format/stamps.js'
import { CCW0_INVALID, CCW0_INVALID_ERRATUM, FIFO_INVALID_ENTRY } from './constants.js'
import type { Fifo } from './fifo.js'

/** Which kernel handles faults: Linux 5.8 and later, or the patch series V5 of January 2020. */
export type KernelProfile = 'mainline' | 'v5'

/**
 * How the fault handler tells a new entry of the fault FIFO from one that it has consumed, and how it marks those.
 */
export interface EntryMarks {
  /** What the FIFO is filled with before its first use. */
  readonly fill: number
  isInvalid(entry: DataView): boolean
  markConsumed(entry: DataView): void
}

const pswidOf = (entry: DataView) => FAULT_STAMP.field.pswid.get(entry, STAMP_OFFSET)

/** V5: a PSWID of 0 is no entry; consumed entries are zeroed. */
const ZEROED: EntryMarks = {
  fill: 0,
  isInvalid: (entry) => pswidOf(entry) === 0,
  markConsumed(entry) {
    for (let at = 0; at < CRB.size; at += 8) entry.setBigUint64(at, 0n)
  },
}

/** Merged: the PSWID is all ones, or a bit of CCW is set that the sender's CRB cannot have. */
function markedBy(ccwMark: number): EntryMarks {
  return {
    fill: 0xff,
    isInvalid: (entry) => pswidOf(entry) === FIFO_INVALID_ENTRY || (entry.getUint32(0) & ccwMark) !== 0,
    markConsumed(entry) {
      FAULT_STAMP.field.pswid.set(entry, STAMP_OFFSET, FIFO_INVALID_ENTRY)
      entry.setUint32(0, (entry.getUint32(0) | ccwMark) >>> 0)
    },
  }
}

/**
 * The marks of a kernel. With the erratum, the mark in CCW is the bit that mainline really tests: FC(5), which a program
 * may set, so that its fault looks consumed.
 */
export function entryMarks(kernel: KernelProfile, oddFcErratum: boolean): EntryMarks {
  if (kernel === 'v5') return ZEROED
  return markedBy(oddFcErratum ? CCW0_INVALID_ERRATUM : CCW0_INVALID)
}

/** Prepares the FIFO of a fault window for the first entry. */
export function initialiseFaultFifo(fifo: Fifo, marks: EntryMarks): void {
  fifo.bytes.fill(marks.fill)
}
