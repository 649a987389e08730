// SPDX-License-Identifier: MIT
/** Error numbers that the kernel answers with (include/uapi/asm-generic/errno-base.h). */
export const ERRNO = {
  EAGAIN: 11,
  EFAULT: 14,
  EBUSY: 16,
  EINVAL: 22,
} as const

/** Name of an error number. */
export type ErrnoName = keyof typeof ERRNO

/** A system call of the modelled kernel failed. */
export class KernelError extends Error {
  readonly errno: number

  constructor(
    readonly code: ErrnoName,
    detail: string,
  ) {
    super(`${code}: ${detail}`)
    this.name = 'KernelError'
    this.errno = ERRNO[code]
  }
}
