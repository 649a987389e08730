// SPDX-License-Identifier: MIT
/** zlib's return codes that its errors carry, and 2, which asks for a dictionary. */
const ERRNO = {
  Z_NEED_DICT: 2,
  Z_ERRNO: -1,
  Z_STREAM_ERROR: -2,
  Z_DATA_ERROR: -3,
  Z_MEM_ERROR: -4,
  Z_BUF_ERROR: -5,
  Z_VERSION_ERROR: -6,
} as const

/** The name of one of zlib's return codes. */
export type ZlibCode = keyof typeof ERRNO

/** An error with the properties that node:zlib's errors have. */
export class ZlibError extends Error {
  readonly errno: number

  constructor(
    message: string,
    readonly code: ZlibCode,
  ) {
    super(message)
    this.errno = ERRNO[code]
  }
}

/** Data that breaks a rule of its format. */
export const dataError = (message: string): ZlibError => new ZlibError(message, 'Z_DATA_ERROR')

/** Data that ends before the stream does. */
export const unexpectedEnd = (): ZlibError => new ZlibError('unexpected end of file', 'Z_BUF_ERROR')

/** A call that the state of the stream, or of its memory, does not allow. */
export const streamError = (): ZlibError => new ZlibError('stream error', 'Z_STREAM_ERROR')
