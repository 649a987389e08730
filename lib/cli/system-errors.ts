// SPDX-License-Identifier: MIT
import { getSystemErrorMap } from 'node:util'
import type { FileName } from './names.js'

/** Where the C library, and so gzip, words an error otherwise than libuv does. */
const TEXTS: Readonly<Record<string, string>> = {
  EISDIR: 'Is a directory',
  ELOOP: 'Too many levels of symbolic links',
  ENAMETOOLONG: 'File name too long',
  EIO: 'Input/output error',
  EFBIG: 'File too large',
  EROFS: 'Read-only file system',
  EDQUOT: 'Disk quota exceeded',
  EBUSY: 'Device or resource busy',
  EMFILE: 'Too many open files',
  ETXTBSY: 'Text file busy',
}

/** True for an error that a system call reported. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException & { code: string } {
  return error instanceof Error && 'syscall' in error && 'code' in error
}

/** True if a system call reported `code`. */
export const hasCode = (error: unknown, code: string): boolean => isSystemError(error) && error.code === code

/** The C library's text for an error of a system call. */
export function systemText(error: unknown): string {
  if (!isSystemError(error)) return String(error)
  if (error.code in TEXTS) return TEXTS[error.code]
  const text = getSystemErrorMap().get(error.errno ?? 0)?.[1] ?? error.code
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** A system call failed on a file. */
export class FileError extends Error {
  constructor(
    readonly fileName: FileName,
    override readonly cause: unknown,
  ) {
    super(`${fileName}: ${systemText(cause)}`)
    this.name = 'FileError'
  }
}

/** Standard output takes no more: nothing of what is left to do can be delivered. */
export class StandardOutputError extends FileError {
  constructor(cause: unknown) {
    super('stdout', cause)
    this.name = 'StandardOutputError'
  }
}
