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

/** A window as the job layer sees it: a place to paste CRBs to. It knows nothing of what a CRB asks for. */
export interface DeviceWindow {
  /** Jobs that may be under way at a time. */
  readonly credits: number
  /** Bytes of source (compress) or target (decompress) after which the device suspends a job. */
  readonly jobLimit: number
  /** Takes a CRB of 128 bytes. False: not accepted, without saying why; try again later. */
  paste(crb: Uint8Array): boolean
  /** Executes accepted jobs in the caller's thread, if that is how this device works; otherwise does nothing. */
  advance(): void
  /** The effective address at which the device sees these bytes, until `unmap` was called as often. */
  map(view: Uint8Array): bigint
  unmap(view: Uint8Array): void
  /** Brings the pages of mapped memory in, by a read or by a write that changes nothing. False if it is not mapped. */
  touch(address: bigint, length: number, write: boolean): boolean
  /** Bytes of a page. */
  readonly pageSize: number
  /** Gives the window back. No job may be under way. */
  close(): void
}
