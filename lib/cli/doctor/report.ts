// SPDX-License-Identifier: MIT
import type { WindowError } from '../../device/addon.js'
import type { Engine } from '../../device/device.js'
import type { Chip, PartitionCredits } from '../../device/system.js'

/**
 * What `nxzlib doctor --json` prints: one object. Every key is always there, and null stands for what is not there or not
 * known. Keys are only ever added.
 */
export interface Report {
  /** Versions of nxzlib and of Node.js, and the architecture that this Node.js was built for. */
  readonly nxzlib: string
  readonly node: { readonly version: string; readonly arch: string }
  /** Whether `auto` takes the NX unit and it passes its test jobs; if not, why, and what to do about it, step by step. */
  readonly accelerator: {
    readonly used: boolean
    readonly reason: string | null
    readonly advice: readonly string[]
  }
  readonly auto: AutoReport
  readonly processor: ProcessorReport
  /** As uname tells: operating system, release, machine. */
  readonly kernel: { readonly type: string; readonly release: string; readonly machine: string }
  readonly platform: PlatformReport
  readonly deviceFile: DeviceFileReport
  /** The addon: the file that was loaded, or why none was. */
  readonly addon: { readonly loaded: boolean; readonly file: string | null; readonly reason: string | null }
  /** hardware, native and model, in this order. */
  readonly devices: readonly DeviceReport[]
}

/** The device that is opened when a program names none. */
export interface AutoReport {
  /** Null: none, and every use of nxzlib fails. */
  readonly engine: Engine | null
  readonly reason: string
  /** The environment variable NXZLIB_ENGINE. */
  readonly environment: string | null
}

/** The processor. */
export interface ProcessorReport {
  readonly model: string
  /** Version of the Power ISA; null on other processors, or without the addon. */
  readonly isa: string | null
  /** Whether it has the instructions copy and paste; null without the addon. */
  readonly copyPaste: boolean | null
  /** A program for POWER runs on the other processor that `model` names: then no device is hardware. */
  readonly emulated: boolean
}

/** What Linux on POWER tells about the unit. */
export interface PlatformReport {
  /** Bare metal, or a partition. */
  readonly kind: 'powernv' | 'powervm' | null
  /** Chips with a switchboard; only bare metal tells. */
  readonly chips: readonly Chip[]
  /** A partition's credits: those that cores bring, and bought ones. */
  readonly credits: { readonly default: PartitionCredits | null; readonly qos: PartitionCredits | null }
  /** Bytes after which the hypervisor has jobs suspended. */
  readonly jobLimit: number | null
  /** Bytes from which on the unit is worth it, by the hypervisor. */
  readonly minCompress: number | null
  readonly minDecompress: number | null
}

/** The file through which user space gets windows. */
export interface DeviceFileReport {
  readonly path: string
  readonly exists: boolean
  /** Permission bits in octal. */
  readonly mode: string | null
  /** `user:group`, by number where there is no name. */
  readonly owner: string | null
  /** Whether this process can open it for reading and writing. */
  readonly usable: boolean
  /** Name of the error of opening it, such as EACCES. */
  readonly error: string | null
}

/** The system call by which the kernel refused a window, and the name of its error. */
export interface Refusal {
  readonly syscall: WindowError['syscall']
  readonly errno: string
}

/** Whether a device opens, and how its test job came out. */
export interface DeviceReport {
  readonly engine: Engine
  readonly available: boolean
  /** Why it is not available. */
  readonly reason: string | null
  /** Null if it was not the kernel that refused. */
  readonly refusal: Refusal | null
  /** Null if it is not available. */
  readonly test: DeviceTest | null
}

/** How a device's test jobs came out. */
export interface DeviceTest {
  readonly passed: boolean
  /** Why not. */
  readonly error: string | null
  /** Empty if it failed. */
  readonly roundTrips: readonly RoundTrip[]
}

/** A compress job and the decompress job that undoes it. */
export interface RoundTrip {
  /** Bytes of data. */
  readonly bytes: number
  /** Median time of both jobs together. */
  readonly milliseconds: number
}
