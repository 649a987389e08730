// SPDX-License-Identifier: MIT
import { CC } from './completion-codes.js'
import { bits, byte, struct, u32, u64 } from './struct.js'

/** Coprocessor Status Block: 16 bytes, 16-byte aligned, big-endian (UM 6.6, figure 6-7). */
export const CSB = struct('CSB', 16, {
  v: bits(0, 0, 0, '1 once the job is finished; software clears it before the paste'),
  f: bits(0, 5, 5, 'format; 0: 16 bytes'),
  ch: bits(0, 6, 7, 'chaining state, unused'),
  cs: byte(1, 'completion sequence, unused'),
  cc: byte(2, 'completion code, see completion-codes.ts'),
  ce: bits(3, 0, 2, 'completion extension: CE(0) partial, CE(1) terminated, CE(2) TPBC valid'),
  tpbc: u32(4, 'target bytes stored; not valid when terminated'),
  address: u64(8, 'failing storage address, for the completion codes that report one'),
})

/** Bits of `ce`: the job was suspended, its output is valid and it can be resumed. */
export const CE_PARTIAL = 0b100
/** Bits of `ce`: the job was terminated; output buffers may be modified, SPBC and TPBC are not valid. */
export const CE_TERMINATE = 0b010
/** Bits of `ce`: the byte count is a TPBC; always set on POWER9 and POWER10 (UM 6.6). */
export const CE_TPBC = 0b001

/** Ends a job that was not executed: all 16 bytes are written, whatever a program left in the unused ones, V last (UM 6.9). */
export function completeUnexecuted(csb: DataView, cc: number, address: bigint): void {
  const ce = cc === CC.OK ? CE_TPBC : CE_TERMINATE | CE_TPBC
  csb.setBigUint64(0, 0n)
  CSB.write(csb, { cc, ce, address })
  CSB.field.v.set(csb, 0, 1)
}
