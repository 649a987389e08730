// SPDX-License-Identifier: MIT
import { COMPLETION_CODES } from './format/completion-codes.js'

/**
 * The catalogue of nxzlib's own errors: a stable code and a message that says what to do. Errors of the data are
 * node:zlib's own and not listed here.
 */
const CATALOGUE = {
  ERR_NX_COMPLETION: 'The job ended with a completion code that cannot be handled',
  ERR_NX_FAULT:
    'The job kept meeting pages that are not resident although they were touched; give it less memory at once, or lock its buffers',
  ERR_NX_TIMEOUT:
    'The device did not finish the job in time; its buffers stay referenced until it does. Close the window, or raise the time-out',
  ERR_NX_BUSY:
    'The device accepted no paste for too long; run fewer jobs at once, close other windows, or raise the paste time-out',
  ERR_NX_WINDOW_CLOSED: 'The window is closed; open another one',
  ERR_NX_TOO_MANY_PIECES: 'A job takes at most 255 pieces of source and 255 of target; join some of them',
  ERR_NX_DEVICE_UNAVAILABLE: 'The device cannot be opened here; choose another engine, or "auto"',
  ERR_NX_FOREIGN_PROCESS:
    "The window belongs to the process that this one was forked from, and the unit works on that one's memory; open another one here",
  ERR_NX_LOW_LIMIT:
    'Function codes with the Low byte-count limit, FC(5)=1, are never sent to hardware: Linux would lose the fault of such a job, and every later one on that chip. Use the even function code',
  ERR_NX_MEMORY_LOST:
    'Memory was detached or resized while it was still in use; keep buffers as they are until the promise is settled or the callback is called',
  ERR_NX_VERIFICATION:
    'What a device compressed does not restore the data: its output is not used, and the device is left. Keep the dump, and see docs/proof.md for recording and replaying such a job',
  ERR_NX_INVALID_ARGUMENT: 'An argument is not valid',
} as const

/** Stable codes of nxzlib's own errors. */
export type NxErrorCode = keyof typeof CATALOGUE

/** What the device said about a job. */
export interface NxErrorDetails {
  /** Completion code. */
  cc?: number
  /** Completion extension. */
  ce?: number
  /** Failing storage address, where the completion code has one. */
  address?: bigint
  /** Annotated dump of the CRB and the CSB. */
  dump?: string
  /** What exactly is wrong, for the message. */
  detail?: string
  /** The system call that failed, and the name of its error. */
  syscall?: string
  errno?: string
}

/** Base of all of nxzlib's own errors; `code` is stable. */
export class NxError extends Error {
  readonly cc: number | undefined
  readonly ce: number | undefined
  readonly address: bigint | undefined
  readonly dump: string | undefined
  readonly detail: string | undefined
  readonly syscall: string | undefined
  readonly errno: string | undefined

  constructor(
    readonly code: NxErrorCode,
    details: NxErrorDetails = {},
  ) {
    super(details.detail === undefined ? CATALOGUE[code] : `${CATALOGUE[code]}: ${details.detail}`)
    this.name = new.target.name
    this.cc = details.cc
    this.ce = details.ce
    this.address = details.address
    this.dump = details.dump
    this.detail = details.detail
    this.syscall = details.syscall
    this.errno = details.errno
  }
}

/** A job ended with a completion code that no retry can help. */
export class NxCompletionError extends NxError {
  constructor(details: NxErrorDetails & { cc: number }) {
    const known = COMPLETION_CODES[details.cc]
    const text = known ? `${known.name} (${known.meaning})` : 'a reserved code'
    super('ERR_NX_COMPLETION', { ...details, detail: `CC=${details.cc}, ${text}` })
  }
}

/** A device, or a window of it, cannot be opened here; `syscall` and `errno` say what the kernel refused. */
export class NxDeviceError extends NxError {
  /** Whether it stays so while the process runs: the processor has no such unit, or what it takes is not installed. */
  readonly isFinal: boolean

  constructor({ isFinal = false, ...details }: NxErrorDetails & { isFinal?: boolean }) {
    super('ERR_NX_DEVICE_UNAVAILABLE', details)
    this.isFinal = isFinal
  }
}

/** The device did not answer in time, or took no job in time. */
export class NxTimeoutError extends NxError {}

/** The output of a compress job does not restore its data; `dump` has the CRB and the CSB. */
export class NxVerificationError extends NxError {
  constructor(details: NxErrorDetails) {
    super('ERR_NX_VERIFICATION', details)
  }
}

/** The caller asked for something that cannot be put to the device. */
export class NxUsageError extends NxError {}
