// SPDX-License-Identifier: MIT
import { DDE } from './dde.js'
import { bits, byte, struct, u32, u64 } from './struct.js'

/**
 * Coprocessor Completion Block: CRB bytes 48-63, defined only if the CRB's C bit is 1 (UM 6.7, figure 6-4).
 */
export const CCB = struct('CCB', 16, {
  cm: bits(15, 5, 7, 'completion method; only 1, an interrupt on completion, is valid'),
})

/** The only valid completion method (UM figure 6-9). */
export const CM_INTERRUPT = 1

/** CRB bytes 64-127: stamps and hints, which NX does not look at (UM figure 6-3, note 3). */
const IGNORED = struct('ignored by NX', 64, {
  stamp_0: u64(0, 'stamp of VAS or NX, see stamps.ts'),
  stamp_1: u64(8),
})

/**
 * Coprocessor Request Block: 128 bytes, 128-byte aligned, big-endian (UM 6.3, figures 6-3, 6-4 and 6-9). Bytes 64-127
 * are ignored by NX; VAS and NX write their stamps at 64 in the copies that they pass on.
 */
export const CRB = struct(
  'CRB',
  128,
  {
    fc: bits(3, 2, 7, 'function code, see function-codes.ts'),
    csb_address: u64(8, 'effective address of the CSB, 16-byte aligned; the CPB follows the CSB', 4),
    c: bits(15, 4, 4, '1: the CCB is defined'),
    at: bits(15, 6, 6, 'address type, ignored: all addresses are effective'),
  },
  {
    source_dde: { at: 16, struct: DDE },
    target_dde: { at: 32, struct: DDE },
    ccb: { at: 48, struct: CCB },
    ignored: { at: 64, struct: IGNORED },
  },
)

/** Bytes of the CRB that hold its DDEs and its CCB. */
export const CRB_SOURCE_DDE = 16
export const CRB_TARGET_DDE = 32
export const CRB_CCB = 48

/**
 * Hints to the software engines in CRB bytes that NX ignores (UM figure 6-3, note 3): the hardware does not see them and
 * a job gives a valid result with or without them.
 */
export const CRB_HINT = struct('CRB hint', 128, {
  effort: byte(80, "the matcher's effort, 1..9; 0: the engine's default"),
  counts_only: byte(81, 'counting jobs: 1 if only the counts are wanted; then no target byte need be stored'),
  overrun: u32(84, 'decompress jobs: 0x4f565255 if target bytes behind the output may be overwritten'),
  checksum: u32(88, 'decompress jobs: 0x41444c52 Adler-32 only, 0x43524333 CRC-32 only, 0x4e4f4e45 none'),
})

/** Lets a job write what it otherwise leaves alone, so it takes a word that nothing else is likely to put there. */
export const OVERRUN = 0x4f56_5255

/** The checksums that are wanted of a decompress job, and the words for them. The others are then left as they were given. */
export const ONLY_CHECKSUM = { adler: 0x4144_4c52, crc: 0x4352_4333, none: 0x4e4f_4e45 } as const
export type OnlyChecksum = keyof typeof ONLY_CHECKSUM
