// SPDX-License-Identifier: MIT
import { byte, struct, u32, u64 } from './struct.js'

/**
 * Data Descriptor Element: 16 bytes, big-endian (UM 6.4, figure 6-5).
 *
 * Direct (`count` 0): `address` points to `bytecount` bytes of data. Indirect (`count` 1..255): `address` points to a
 * contiguous, 16-byte aligned list (DDL) of `count` direct DDEs, of whose bytes the first `bytecount` are used.
 */
export const DDE = struct('DDE', 16, {
  count: byte(2, 'direct DDEs in the list at address; 0: this DDE is direct'),
  bytecount: u32(4, 'DDEbc: bytes of data'),
  address: u64(8, 'DDEad: effective address of the data, or of the list'),
})

/** Most direct DDEs in a list: `count` has 8 bits. */
export const MAX_DDE_COUNT = 255

/** Alignment of a list in bytes; otherwise the job ends with CC=1 (UM figure 6-9). */
export const DDL_ALIGNMENT = 16
