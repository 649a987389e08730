// SPDX-License-Identifier: MIT
/** What executes jobs. */
export type Engine = 'hardware' | 'native' | 'model'

/** Which engine to open; `auto` takes the first of hardware, native and model that opens. */
export type EngineChoice = 'auto' | Engine

/** A device as the job layer sees it. */
export interface Device {
  readonly engine: Engine
  /** Opens a window to the gzip unit. Throws `NxError` when none can be had. */
  openWindow(): DeviceWindow
  /** Closes what is still open. */
  close(): void
}

/**
 * How a CRB comes to be pasted. `blocking`: its sender waits for it in this thread, so that a software device may execute
 * it right there. `background`: its sender lets the event loop go on. `raw`: bytes that nobody has checked, by a caller
 * who polls the CSB.
 */
export type Submission = CheckedSubmission | 'raw'

/** That of a job layer's own jobs. */
export type CheckedSubmission = 'blocking' | 'background'

/** Memory of a job that its device sees without a `map`, from the paste on until the job is finished. */
export interface Loan {
  readonly source: Uint8Array
  readonly target: Uint8Array
}

/** A window as the job layer sees it: a place to paste CRBs to. It knows nothing of what a CRB asks for. */
export interface DeviceWindow {
  /** Jobs that may be under way at a time. */
  readonly credits: number
  /** Bytes of source (compress) or target (decompress) after which the device suspends a job. */
  readonly jobLimit: number
  /** Bytes of a page. */
  readonly pageSize: number
  /** The device does not look at the hints in a CRB (CRB_HINT). Default false. */
  readonly ignoresHints?: boolean
  /**
   * The device works on addresses: the memory of a job in the background must be such that no program can take it away
   * meanwhile, by detaching, transferring or shrinking a buffer.
   */
  readonly needsOwnMemory: boolean
  /** Called in a turn of the event loop after jobs in the background have finished, if the device can signal that. */
  onCompletion?: (() => void) | undefined
  /** Whether it can. */
  readonly signalsCompletion: boolean
  /**
   * Bytes of output up to which the caller's thread executes a decompression in less time than it takes to hand it
   * to another one and back. Default 0: none.
   */
  readonly briefBytes?: number
  /** Whether its threads will soon have nothing to do. Default false: none work beside the caller's. */
  readonly needsWork?: boolean
  /**
   * Takes a CRB of 128 bytes. False: not accepted, without saying why; try again later. Throws `NxError` for what the
   * device must never be given.
   */
  paste(crb: Uint8Array, submission: Submission): boolean
  /**
   * The same for a CRB with direct DDEs, which get the addresses of what is lent. The caller keeps that until the job is
   * finished. Undefined: the device cannot do it.
   */
  pasteLending?(crb: Uint8Array, submission: CheckedSubmission, loan: Loan): boolean
  /** Executes accepted jobs in the caller's thread, if that is how this device works; otherwise does nothing. */
  advance(): void
  /** The effective address at which the device sees these bytes, until `unmap` was called as often. */
  map(view: Uint8Array): bigint
  unmap(view: Uint8Array): void
  /** Brings the pages of mapped memory in, by a read or by a write that changes nothing. False if it is not mapped. */
  touch(address: bigint, length: number, write: boolean): boolean
  /**
   * Gives the window back.
   *
   * @param isIdle false when a job is still under way, because it timed out
   * @returns a promise that is settled when the device can no longer write that job's memory, if that takes time
   */
  close(isIdle: boolean): void | Promise<void>
}
