import { NxError, NxUsageError } from '../errors.js'
import { AddressSpace, type Residency } from '../model/address-space.js'
import { GzipUnit } from '../model/nx/gzip-unit.js'
import type { SendWindow } from '../model/vas/send-window.js'
import { Vas, type Injection } from '../model/vas/vas.js'
import type { Device, DeviceWindow } from './device.js'

/** Settings of the software machine. */
export interface ModelOptions {
  /** Bare metal (1024 credits, no job limit) or a partition (1 credit, jobs of at most 1 MiB). Default 'powernv'. */
  platform?: 'powernv' | 'powervm'
  /** Bytes of a page, a power of two from 4096 to 65536. Default 65536. */
  pageSize?: number
  /** The pages of a newly mapped buffer that are resident: all, none, or a share. Default 'all'. */
  residency?: Residency
  /** Bytes after which a job with FC(5)=0 is suspended; 0: never. Default by platform. */
  maxByteCountHigh?: number
  /** Bytes after which a job with FC(5)=1 is suspended; 0: never. Default 64 KiB. */
  maxByteCountLow?: number
  /** Credits of a send window, 1..4095. Default by platform. */
  sendCredits?: number
  /** CRBs that wait for the unit, 1..65535. Default 256. */
  receiveFifoEntries?: number
  /** Seed of the choice which pages are resident. Default 0. */
  seed?: number
  /** Trouble to order: busy pastes, hung jobs, completion codes. */
  inject?: Injection
}

/** What a machine has, by platform. */
const PLATFORM = {
  powernv: { sendCredits: 1024, maxByteCountHigh: 0 },
  powervm: { sendCredits: 1, maxByteCountHigh: 1024 * 1024 },
} as const

/** The Low limit that UM 4.4.1 proposes. */
const MAX_BYTE_COUNT_LOW = 64 * 1024

/** Bounds of the numeric options. */
const BOUNDS = {
  pageSize: [4096, 65536],
  maxByteCountHigh: [0, 2 ** 32 - 1],
  maxByteCountLow: [0, 2 ** 32 - 1],
  sendCredits: [1, 4095],
  receiveFifoEntries: [1, 65535],
  seed: [0, 2 ** 32 - 1],
} as const

/** The software NX in TypeScript: switchboard, DMA and gzip engine. It opens everywhere. */
export class ModelDevice implements Device {
  readonly engine = 'model'
  readonly #vas: Vas
  readonly #space: AddressSpace
  readonly #credits: number
  readonly #jobLimit: number

  /** @throws NxUsageError when an option is out of its bounds */
  constructor(options: ModelOptions = {}) {
    checkOptions(options)
    const platform = PLATFORM[options.platform ?? 'powernv']
    const { maxByteCountHigh = platform.maxByteCountHigh, maxByteCountLow = MAX_BYTE_COUNT_LOW } = options
    const { pageSize = 65536, residency = 'all', seed = 0, receiveFifoEntries = 256, inject = {} } = options
    this.#credits = options.sendCredits ?? platform.sendCredits
    this.#jobLimit = maxByteCountHigh === 0 ? Infinity : maxByteCountHigh
    this.#space = new AddressSpace({ pageSize, residency, seed })
    this.#vas = new Vas(new GzipUnit({ maxByteCountHigh, maxByteCountLow }), receiveFifoEntries, inject)
  }

  openWindow(): DeviceWindow {
    const window = this.#vas.openWindow(this.#space, this.#credits)
    if (!window) throw new NxError('ERR_NX_DEVICE_UNAVAILABLE', { detail: 'all 65536 windows are open' })
    return new ModelWindow(this.#vas, this.#space, window, this.#jobLimit)
  }

  close(): void {
    // Windows hold no resources but memory.
  }
}

/** A send window of the model. Pasted jobs are executed in the turns of the event loop that follow, or by `advance`. */
class ModelWindow implements DeviceWindow {
  readonly credits: number
  readonly pageSize: number
  #scheduled = false

  constructor(
    private readonly vas: Vas,
    private readonly space: AddressSpace,
    private readonly window: SendWindow,
    readonly jobLimit: number,
  ) {
    this.credits = window.capacity
    this.pageSize = space.pageSize
  }

  paste(crb: Uint8Array): boolean {
    const accepted = this.vas.paste(this.window, crb)
    if (accepted) this.#schedule()
    return accepted
  }

  advance(): void {
    while (!this.vas.isIdle) this.vas.dispatch()
  }

  map(view: Uint8Array): bigint {
    return this.space.map(view)
  }

  unmap(view: Uint8Array): void {
    this.space.unmap(view)
  }

  touch(address: bigint, length: number, write: boolean): boolean {
    return this.space.touch(address, length, write)
  }

  close(): void {
    this.vas.closeWindow(this.window)
  }

  /** One job a turn, so that the event loop goes on between jobs. */
  #schedule(): void {
    if (this.#scheduled || this.vas.isIdle) return
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      this.vas.dispatch()
      this.#schedule()
    })
  }
}

function checkOptions(options: ModelOptions): void {
  for (const [name, [low, high]] of Object.entries(BOUNDS)) {
    const value = options[name as keyof typeof BOUNDS]
    if (value === undefined) continue
    if (!Number.isInteger(value) || value < low || value > high) {
      throw new NxUsageError('ERR_NX_INVALID_ARGUMENT', {
        detail: `model.${name} must be an integer from ${low} to ${high}, not ${value}`,
      })
    }
  }
  const { pageSize = 65536, residency = 'all', platform = 'powernv' } = options
  if ((pageSize & (pageSize - 1)) !== 0) {
    throw new NxUsageError('ERR_NX_INVALID_ARGUMENT', { detail: 'model.pageSize must be a power of two' })
  }
  const isShare = Number.isFinite(residency) && Number(residency) >= 0 && Number(residency) <= 1
  if (!(residency === 'all' || residency === 'none' || isShare)) {
    throw new NxUsageError('ERR_NX_INVALID_ARGUMENT', {
      detail: "model.residency must be 'all', 'none' or 0..1",
    })
  }
  if (!Object.hasOwn(PLATFORM, platform)) {
    throw new NxUsageError('ERR_NX_INVALID_ARGUMENT', {
      detail: "model.platform must be 'powernv' or 'powervm'",
    })
  }
}
