import { CC } from '../../format/completion-codes.js'
import { CRB } from '../../format/crb.js'
import { CE_TERMINATE, CSB } from '../../format/csb.js'
import type { SendWindow } from './send-window.js'

/**
 * What the kernel does with a CRB that met a page which is not resident: it reports CC=250 and the address in the CSB
 * and returns the send credit. It neither brings the page in nor submits the job again: that is up to the program.
 */
export function handleFault(crb: DataView, fsa: bigint, window: SendWindow): void {
  const csbAddress = CRB.field.csb_address.get(crb, 0)
  // The kernel writes to the program's memory like the program itself, so the CSB's own page comes in by that.
  if (window.space.touch(csbAddress, CSB.size, true)) {
    const csb = window.space.view(csbAddress, CSB.size)
    if (csb) {
      // The whole block is written, whatever the program left in its unused bits.
      csb.setBigUint64(0, 0n)
      CSB.write(csb, { cc: CC.TRANSLATION_FAULT, ce: CE_TERMINATE, address: fsa })
      CSB.field.v.set(csb, 0, 1)
    }
  }
  window.returnCredit()
}
