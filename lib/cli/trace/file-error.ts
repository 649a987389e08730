// SPDX-License-Identifier: MIT
import { getSystemErrorMap } from 'node:util'

/** Something is wrong with a file; the message says with which. */
export class FileError extends Error {
  constructor(name: string, text: string) {
    super(`${name}: ${text}`)
  }
}

/** What a failed system call on a file comes to, in the system's words. */
export function systemError(name: string, error: unknown): FileError {
  const number = error instanceof Error && 'errno' in error ? Number(error.errno) : 0
  return new FileError(name, getSystemErrorMap().get(number)?.[1] ?? String(error))
}
