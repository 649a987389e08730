// SPDX-License-Identifier: MIT
import { CC } from '../format/completion-codes.js'
import { CSB } from '../format/csb.js'
import { SLOT_CSB, type Slot } from './slot.js'

/** Byte of the CSB at which its address starts. */
const CSB_ADDRESS_BYTE = 8

/**
 * The address that could not be translated, if that is how the job ended. Kernels since Linux 5.8 report CC=250 and leave
 * the address big-endian; the patch series before them reported CC=5 and turned it into the processor's order.
 */
export function faultAddress({ view }: Slot): bigint | undefined {
  switch (CSB.field.cc.get(view, SLOT_CSB)) {
    case CC.TRANSLATION_FAULT:
      return CSB.field.address.get(view, SLOT_CSB)
    case CC.TRANSLATION:
      return view.getBigUint64(SLOT_CSB + CSB_ADDRESS_BYTE, true)
    default:
      return undefined
  }
}
