// SPDX-License-Identifier: MIT
import { open, read, write, type PathLike } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'
import { hasCode } from './system-errors.js'

/** Opens without holding up the event loop: opening a FIFO waits for its writer, and signals must get through meanwhile. */
export const openDescriptor: (path: PathLike, flags: number) => Promise<number> = promisify(open)

const readOnce = promisify(read)
const writeOnce = promisify(write)

/**
 * Milliseconds until a descriptor that somebody else has set to non-blocking is tried again. Raising it slows such pipes
 * down, lowering it costs processor time while waiting.
 */
const RETRY_MILLISECONDS = 10

/** Reads what is there, at least one byte. @returns 0 at the end */
export async function readSome(descriptor: number, buffer: Uint8Array): Promise<number> {
  for (;;) {
    try {
      return (await readOnce(descriptor, buffer, 0, buffer.length, null)).bytesRead
    } catch (error) {
      if (!hasCode(error, 'EAGAIN')) throw error
    }
    await setTimeout(RETRY_MILLISECONDS)
  }
}

/** Writes all of `bytes`; returns when the system has taken them. */
export async function writeAll(descriptor: number, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    try {
      at += (await writeOnce(descriptor, bytes, at, bytes.length - at, null)).bytesWritten
      continue
    } catch (error) {
      if (!hasCode(error, 'EAGAIN')) throw error
    }
    await setTimeout(RETRY_MILLISECONDS)
  }
}
