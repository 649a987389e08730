// SPDX-License-Identifier: MIT
import { bits, byte, struct, u16, u32, u64 } from './struct.js'

/**
 * Stamp that VAS writes over CRB bytes 64-79 when it puts the CRB into a receive FIFO. NX finds the send window, and so
 * the translation context and the credit to return, by it.
 */
export const VAS_STAMP = struct('VAS stamp', 16, {
  vas_buf_num: bits(0, 0, 5, 'buffer of VAS that took the paste'),
  send_wc_id: u16(2, 'send window context'),
  recv_wc_id: u16(6, 'receive window context'),
  vas_invalid: bits(15, 7, 7, '1: the hypervisor wants NX to drop this CRB'),
})

/**
 * Stamp that NX writes over CRB bytes 64-79 when it pastes a CRB with a translation fault to the fault window.
 */
export const FAULT_STAMP = struct('fault stamp', 16, {
  fault_storage_addr: u64(0, 'FSA: the effective address that could not be translated'),
  flags: byte(10),
  fault_status: byte(11, 'FS code of the translation'),
  pswid: u32(12, 'VAS id in bits 0:7, window id in bits 16:31'),
})

/** Byte of the CRB at which either stamp lies. */
export const STAMP_OFFSET = 64
