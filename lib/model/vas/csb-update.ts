// SPDX-License-Identifier: MIT
import { CC } from '../../format/completion-codes.js'
import { CE_TERMINATE, CSB } from '../../format/csb.js'
import { FAULT_STAMP, STAMP_OFFSET } from '../../format/stamps.js'
import { ERRNO } from './errno.js'
import type { KernelProfile } from './fault-window.js'
import { SEGV_MAPERR, SIGSEGV } from './process.js'
import type { TraceSink } from './trace.js'
import type { SendWindow } from './window.js'

/** Completion code that V5 wrote: the translation code of older units. */
const CC_TRANSLATION = 5

/** The kernel takes the whole 64-bit field, flag bits and all, as the CSB's address. */
const CSB_ADDRESS_BYTE = 8

/**
 * The kernel writes the CSB of a CRB that faulted: the program learns the address and may touch it and submit again
 * (V5 patch 9, vas_update_csb). A generator that yields between the two steps of the write: the body, then, behind a
 * barrier, V.
 */
export function* updateCsb(
  crb: DataView,
  window: SendWindow,
  kernel: KernelProfile,
  sink: TraceSink,
): Generator<void, void, void> {
  const { task } = window
  if (!task) {
    sink.trace?.({ kind: 'message', text: `VAS: no task of window ${window.id} is left to notify` })
    return
  }
  if (task.state === 'exiting') return

  const csb = new DataView(new ArrayBuffer(CSB.size))
  CSB.write(csb, {
    cc: kernel === 'v5' ? CC_TRANSLATION : CC.TRANSLATION_FAULT,
    ce: CE_TERMINATE,
    address: FAULT_STAMP.field.fault_storage_addr.get(crb, STAMP_OFFSET),
  })
  // V5 turned the address into the processor's byte order; POWER Linux is little-endian.
  if (kernel === 'v5') csb.setBigUint64(8, csb.getBigUint64(8), true)

  const address = crb.getBigUint64(CSB_ADDRESS_BYTE)
  const copyToUser = (bytes: Uint8Array): boolean => {
    const { mm } = window.opener
    const memory = mm.touch(address, bytes.length, true) && mm.bytes(address, bytes.length)
    if (!memory) return false
    memory.set(bytes)
    return true
  }
  const signalOpener = () => {
    const signal = {
      signo: SIGSEGV,
      si_code: SEGV_MAPERR,
      si_errno: ERRNO.EFAULT,
      si_addr: address,
      pid: task.pid,
    }
    window.opener.process.signals.push(signal)
    sink.trace?.({ kind: 'signal', vas: window.vasId, window: window.id, pid: task.pid })
  }

  if (!copyToUser(new Uint8Array(csb.buffer))) {
    signalOpener()
    return
  }
  yield
  CSB.field.v.set(csb, 0, 1)
  if (!copyToUser(new Uint8Array(csb.buffer, 0, 1))) {
    signalOpener()
    return
  }
  const cc = CSB.field.cc.get(csb, 0)
  sink.trace?.({ kind: 'csb-write', vas: window.vasId, window: window.id, by: 'kernel', cc })
}
