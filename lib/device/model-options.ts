// SPDX-License-Identifier: MIT
import { NxUsageError } from '../errors.js'
import type { AddressSpaceOptions, Residency } from '../model/address-space.js'
import { FAULT_FIFO_ENTRIES, NX_FIFO_ENTRIES, TX_WCREDS_MAX, WCREDS_DEFAULT } from '../model/vas/constants.js'
import type { KernelProfile } from '../model/vas/fault-window.js'
import type { InjectionOptions } from '../model/vas/injection.js'
import type { MachineConfig } from '../model/vas/machine.js'
import type { CreditType, LparOptions } from '../model/vas/powervm.js'

/** Settings of the software machine. */
export interface ModelOptions {
  /** Bare metal (1024 credits, no job limit) or a partition (1 credit, jobs of at most 1 MiB). Default 'powernv'. */
  platform?: 'powernv' | 'powervm'
  /** Fault path as merged in Linux 5.8 or as in the patch series V5. Default 'mainline'. */
  kernel?: KernelProfile
  /**
   * The handler tests the bit of CCW that mainline really tests, FC(5): a fault of a job with the Low limit is then taken
   * for handled, and no fault is reported any more. Default false.
   */
  oddFcErratum?: boolean
  /** Chips, each with its own switchboard and unit. Default 1. */
  chips?: number
  /** Bytes of a page, a power of two from 4096 to 65536. Default 65536. */
  pageSize?: number
  /** The pages of a newly mapped buffer that are resident: all, none, or a share. Default 'all'. */
  residency?: Residency
  /** Bytes after which a job with FC(5)=0 is suspended; 0: never. Default by platform. */
  maxByteCountHigh?: number
  /** Bytes after which a job with FC(5)=1 is suspended; 0: never. Default 64 KiB. */
  maxByteCountLow?: number
  /** The Low limit also applies while a high-priority job waits (UM 6.11.5). Default false. */
  thresholdMode?: boolean
  /** Credits of a send window, 1..4095. Default by platform. */
  sendCredits?: number
  /** CRBs that wait for the unit, 1..65535. Default 256. */
  receiveFifoEntries?: number
  /** Faults that wait for the handler, 1..65535. Default 32768. */
  faultFifoEntries?: number
  /** Cores of the partition, which bring 20 credits each; platform powervm. Default 1. */
  cores?: number
  /** Bought credits of the partition; platform powervm. Default 0. */
  qosCredits?: number
  /** Which credits windows take; platform powervm. Default 'default'. */
  creditType?: CreditType
  /** Seed of the choice which pages are resident. Default 0. */
  seed?: number
  /** Trouble to order: busy pastes, hung jobs, completion codes. */
  inject?: InjectionOptions
}

/** All settings, with defaults filled in. */
export interface ResolvedModelOptions extends MachineConfig, AddressSpaceOptions, LparOptions {
  readonly platform: 'powernv' | 'powervm'
  readonly creditType: CreditType
}

/** What differs between the platforms. */
const PLATFORM = {
  powernv: { sendCredits: WCREDS_DEFAULT, maxByteCountHigh: 0, faultsTo: 'fault-window' },
  powervm: { sendCredits: 1, maxByteCountHigh: 1024 * 1024, faultsTo: 'hypervisor' },
} as const

/** The Low limit that UM 4.4.1 proposes. */
const MAX_BYTE_COUNT_LOW = 64 * 1024

/** Bounds of the numeric options. */
const BOUNDS = {
  chips: [1, 32],
  pageSize: [4096, 65536],
  maxByteCountHigh: [0, 2 ** 32 - 1],
  maxByteCountLow: [0, 2 ** 32 - 1],
  sendCredits: [1, TX_WCREDS_MAX],
  receiveFifoEntries: [1, 65535],
  faultFifoEntries: [1, 65535],
  cores: [1, 1024],
  qosCredits: [0, 65535],
  seed: [0, 2 ** 32 - 1],
} as const

/** The values that the options of words may have. */
const WORDS = {
  platform: ['powernv', 'powervm'],
  kernel: ['mainline', 'v5'],
  creditType: ['default', 'qos'],
} as const

/** @throws NxUsageError when an option is out of its bounds */
export function resolveModelOptions(options: ModelOptions): ResolvedModelOptions {
  checkBounds(options)
  const platform = options.platform ?? 'powernv'
  return {
    kernel: 'mainline',
    oddFcErratum: false,
    chips: 1,
    pageSize: 65536,
    residency: 'all',
    maxByteCountLow: MAX_BYTE_COUNT_LOW,
    thresholdMode: false,
    receiveFifoEntries: NX_FIFO_ENTRIES,
    faultFifoEntries: FAULT_FIFO_ENTRIES,
    cores: 1,
    qosCredits: 0,
    creditType: 'default',
    seed: 0,
    inject: {},
    ...PLATFORM[platform],
    ...defined(options),
    platform,
  }
}

/** The options without those that are undefined, which must not hide a default. */
function defined(options: ModelOptions): { [K in keyof ModelOptions]?: Exclude<ModelOptions[K], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
}

function refuse(detail: string): never {
  throw new NxUsageError('ERR_NX_INVALID_ARGUMENT', { detail })
}

function checkBounds(options: ModelOptions): void {
  for (const [name, [low, high]] of Object.entries(BOUNDS)) {
    const value = options[name as keyof typeof BOUNDS]
    if (value === undefined || (Number.isInteger(value) && value >= low && value <= high)) continue
    refuse(`model.${name} must be an integer from ${low} to ${high}, not ${value}`)
  }
  for (const [name, words] of Object.entries(WORDS)) {
    const value: string | undefined = options[name as keyof typeof WORDS]
    if (value === undefined || (words as readonly string[]).includes(value)) continue
    refuse(`model.${name} must be one of ${words.join(', ')}, not ${value}`)
  }
  const { pageSize = 65536, residency = 'all', platform = 'powernv', kernel = 'mainline' } = options
  if (platform === 'powervm' && (kernel === 'v5' || options.oddFcErratum)) {
    refuse('kernel v5 and oddFcErratum belong to the fault window of platform powernv')
  }
  if (kernel === 'v5' && options.oddFcErratum) refuse('oddFcErratum belongs to kernel mainline')
  if ((pageSize & (pageSize - 1)) !== 0) refuse('model.pageSize must be a power of two')
  const isShare = Number.isFinite(residency) && Number(residency) >= 0 && Number(residency) <= 1
  if (residency !== 'all' && residency !== 'none' && !isShare) {
    refuse("model.residency must be 'all', 'none' or 0..1")
  }
}
