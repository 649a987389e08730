// SPDX-License-Identifier: MIT
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

/** What the addon exports (native/addon.cc). Addresses are effective addresses of this process. */
export interface Addon {
  /**
   * Address of the view's first byte, 0 for none. The bytes of a small array that lie on the JavaScript heap are moved off
   * it first, and stay there.
   */
  addressOf(view: Uint8Array): bigint
  /** Tells the system that all of the view is about to be written (native/large_pages.h). */
  prepareToWrite(view: Uint8Array): void
  /** Lets malloc keep more of the memory that results have had, in the whole process (native/freed_memory.h). */
  keepFreedMemory(): void
  /**
   * Makes the Huffman table of a block from its 316 symbol counts, as `makeTable` of lib/deflate/huffman.ts does.
   *
   * @param table receives the 288 bytes of the DHT, then the code lengths of LL0..LL285 and D0..D29
   * @param sizes receives the bits of the DHT, and those of the counted symbols with this table and with the fixed code
   */
  makeTable(counts: Uint32Array, table: Uint8Array, sizes: Float64Array): void
  /** Bytes of a page of this system. */
  readonly pageSize: number
  readonly processor: Processor
  /** Only in an addon for Linux on ppc64. */
  readonly VasWindow?: new (path: string, vasId: number, flags: number) => VasWindow
  readonly SoftwareUnit: new (onCompletion: () => void) => SoftwareUnit
}

/** What the kernel tells about the processor. */
export interface Processor {
  /** Version of the Power ISA; undefined on other processors. */
  readonly isa: '2.07' | '3.0' | '3.1' | undefined
  /** Whether it has the instructions copy and paste. */
  readonly copyPaste: boolean
}

/** A window of `/dev/crypto/nx-gzip`. Its constructor throws a `WindowError`. */
export interface VasWindow {
  /** Copies and pastes a CRB of 128 bytes. False: the paste failed, without saying why. */
  paste(crb: Uint8Array): boolean
  /** Blocks until the kernel has every credit back. */
  close(): number
  /** The same in another thread. */
  closeInBackground(): Promise<number>
}

/** What the constructor of a `VasWindow` throws. */
export interface WindowError extends Error {
  readonly syscall: 'open' | 'ioctl' | 'mmap'
  /** A positive number, as in `os.constants.errno`. */
  readonly errno: number
}

/** The gzip unit in C++, with threads of its own, and the memory that its jobs may touch. */
export interface SoftwareUnit {
  /** Lets jobs touch the view's memory. Whoever maps it has to keep the view from being collected until `unmap`. */
  map(view: Uint8Array): bigint
  unmap(address: bigint, length: number): void
  /**
   * Executes a CRB of 128 bytes in the caller's thread. A source and a target, of at least a byte, are lent to the job: the CRB
   * gets their addresses in its DDEs, and the job may touch them although they are not mapped.
   */
  execute(crb: Uint8Array, source?: Uint8Array, target?: Uint8Array): void
  /** Lets another thread execute it. What is lent has to be kept until the job is finished. */
  submit(crb: Uint8Array, source?: Uint8Array, target?: Uint8Array): void
  /** Submitted jobs that are not finished. */
  readonly pending: number
  /** Drops jobs that are not begun and waits for those that are. */
  close(): void
}

/** How loading the addon came out: the addon, or why there is none. */
export interface AddonStatus {
  readonly loaded: boolean
  /** The file that was loaded. */
  readonly file?: string
  /** Why none was. */
  readonly reason?: string
}

/** The package's folder, seen from where this file is compiled to. */
const ROOT = join(__dirname, '../../..')

const PREBUILT = `prebuilds/${process.platform}-${process.arch}/nxzlib.node`

/** Where the addon may be: built from source, or come with the package. NXZLIB_ADDON names another file instead. */
function candidates(): string[] {
  const { NXZLIB_ADDON: named } = process.env
  if (named) return [named]
  return [join(ROOT, 'build/Release/nxzlib.node'), join(ROOT, PREBUILT)].filter((file) => existsSync(file))
}

let loaded: { addon?: Addon; status: AddonStatus } | undefined

function load(): { addon?: Addon; status: AddonStatus } {
  const reasons: string[] = []
  for (const file of candidates()) {
    try {
      const addon = createRequire(__filename)(file) as Partial<Addon>
      if (typeof addon.prepareToWrite !== 'function') throw new Error('it is not of this version of nxzlib')
      return { addon: addon as Addon, status: { loaded: true, file } }
    } catch (error) {
      reasons.push(`${file}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  const none = `there is none for ${process.platform}-${process.arch}; build it from source with: npm run build`
  return { status: { loaded: false, reason: reasons.join('; ') || none } }
}

/** The addon, or undefined: then `addonStatus` tells why. Loaded on first use. */
export function loadAddon(): Addon | undefined {
  loaded ??= load()
  return loaded.addon
}

/** Whether the addon is loaded, and if not, why. */
export function addonStatus(): AddonStatus {
  loaded ??= load()
  return loaded.status
}
