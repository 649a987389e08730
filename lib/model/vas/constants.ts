// SPDX-License-Identifier: MIT
/** Numbers of the switchboard and of Linux's driver for it (arch/powerpc/platforms/powernv/vas.h, vas-fault.c). */

/** Window ids of an instance (VAS_WINDOWS_PER_CHIP). */
export const WINDOWS_PER_CHIP = 65536

/** Send credits that a window gets (VAS_WCREDS_DEFAULT), and the most that the 12-bit register holds. */
export const WCREDS_DEFAULT = 1024
export const TX_WCREDS_MAX = 4095
/** Most receive credits: 16 bits. */
export const RX_WCREDS_MAX = 65535

/** Bounds of a receive FIFO in bytes. */
export const RX_FIFO_SIZE_MIN = 1024
export const RX_FIFO_SIZE_MAX = 8 * 1024 * 1024

/** Entries of the gzip receive FIFO as skiboot makes it: 32 KiB of 128-byte CRBs. */
export const NX_FIFO_ENTRIES = 256

/** Entries of the fault FIFO: 4 MiB of 128-byte CRBs. */
export const FAULT_FIFO_ENTRIES = 32768

/** A CRB's word 0 in a fault FIFO entry that was consumed: CCW bit 0, which no valid CRB sets (merged kernels). */
export const CCW0_INVALID = 0x80000000
/** What mainline really tests: the least significant bit, which is FC(5) of a CRB. */
export const CCW0_INVALID_ERRATUM = 0x00000001
/** PSWID of an entry that was consumed (merged kernels). */
export const FIFO_INVALID_ENTRY = 0xffffffff

/** Entries that are printed around a bad one. */
export const DUMPED_ENTRIES = 10

/** Polls of a close after which it says that the process is stuck: about 10 s of 10 ms. */
export const STUCK_MESSAGE_POLLS = 1000

/** Interrupts after which Linux looks how many of them nobody handled, and how many of those disable the line. */
export const SPURIOUS_WINDOW = 100_000
export const SPURIOUS_LIMIT = 99_900
