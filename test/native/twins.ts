// SPDX-License-Identifier: MIT
/** Executes the same job on the model and on the native engine, and compares everything that either of them writes. */
import assert from 'node:assert/strict'
import { AddressSpace, type AddressSpaceOptions } from '../../lib/model/address-space.js'
import { type ByteCountLimits, GzipUnit } from '../../lib/model/nx/gzip-unit.js'
import type { Slices } from '../../lib/model/nx/slices.js'
import type { Addon, Region } from './addon.js'
/** Does all of the work at once. */
function finish<T>(slices: Slices<T>): T {
  let slice = slices.next()
  while (!slice.done) slice = slices.next()
  return slice.value
}

/** A job before it runs: its CRB and all the memory that it can see. */
export class Job {
  readonly crb = new Uint8Array(128)
  readonly view = new DataView(this.crb.buffer)
  readonly space: AddressSpace
  readonly memory: { address: bigint; bytes: Uint8Array }[] = []

  constructor(
    readonly options: AddressSpaceOptions,
    readonly limits: ByteCountLimits,
    readonly useLowLimit: boolean,
  ) {
    this.space = new AddressSpace(options)
  }

  /** Maps a whole buffer. */
  map(bytes: Uint8Array): bigint {
    const address = this.space.map(bytes)
    this.memory.push({ address, bytes })
    return address
  }
}

/** A job with direct DDEs and all memory resident. */
export interface DirectJob {
  readonly fc: number
  readonly source: Uint8Array
  /** Bytes of target space. */
  readonly room: number
  readonly effort?: number
  /** The CPB, or as much of its input as matters. */
  readonly cpb?: Uint8Array
}

/** What a job has written. */
export interface Written {
  readonly csb: DataView
  readonly cpb: DataView
  /** The target's first bytes, as many as the CSB counts. */
  readonly target: Uint8Array
}

/** The same CSB, CPB and target. */
export function assertSame(actual: Written, expected: Written, message: string): void {
  for (const part of ['csb', 'cpb'] as const) {
    const bytes = (view: DataView): Buffer =>
      Buffer.from(view.buffer, view.byteOffset, part === 'csb' ? 16 : 1680)
    assert.equal(Buffer.compare(bytes(actual[part]), bytes(expected[part])), 0, `${message}: ${part}`)
  }
  assert.equal(Buffer.compare(actual.target, expected.target), 0, `${message}: target`)
}

/** Both engines, with their state from job to job. */
export class Twins {
  /** The model's limits are a unit's, so there is a unit for each pair. */
  readonly #units = new Map<string, GzipUnit>()

  constructor(private readonly addon: Addon) {}

  /**
   * Runs a job on both.
   *
   * @returns the address that could not be translated, if there was one; `job.memory` is then as the model has left it
   * @throws AssertionError when a byte differs
   */
  run(job: Job, message: string): bigint | undefined {
    const regions = job.memory.map(({ address, bytes }) => this.#copy(job, address, bytes))
    const { maxByteCountHigh, maxByteCountLow } = job.limits
    const pageSize = job.space.alwaysResident ? 0 : job.options.pageSize
    const crb = job.crb.slice()
    const native = this.addon.execute(
      crb,
      regions,
      job.useLowLimit,
      maxByteCountHigh,
      maxByteCountLow,
      pageSize,
    )
    const model = finish(this.#unit(job.limits).execute(job.view, job.space, job.useLowLimit))?.fsa
    assert.equal(native, model, `${message}: address at fault`)
    assert.equal(Buffer.compare(crb, job.crb), 0, `${message}: CRB`)
    job.memory.forEach(({ bytes }, index) => {
      const other = regions[index][1]
      if (Buffer.compare(bytes, other) === 0) return
      const at = bytes.findIndex((byte, place) => byte !== other[place])
      const hex = (of: Uint8Array): string => Buffer.from(of.subarray(at, at + 24)).toString('hex')
      assert.fail(
        `${message}: buffer ${index} of ${bytes.length} bytes differs from byte ${at} on: model ${hex(bytes)}, native ${hex(other)}`,
      )
    })
    return model
  }

  /** Runs a job that names no bad address on both. */
  runDirect({ fc, source, room, effort = 0, cpb }: DirectJob, message: string): Written {
    const job = new Job(
      { pageSize: 65536, residency: 'all', seed: 0 },
      { maxByteCountHigh: 0, maxByteCountLow: 0 },
      false,
    )
    const control = new Uint8Array(16 + 1680)
    if (cpb) control.set(cpb, 16)
    const target = new Uint8Array(room + 64).fill(0xdd)
    job.crb[3] = fc
    job.crb[80] = effort
    job.view.setBigUint64(8, job.map(control))
    job.view.setUint32(20, source.length)
    job.view.setBigUint64(24, job.map(source.slice()))
    job.view.setUint32(36, room)
    job.view.setBigUint64(40, job.map(target))
    assert.equal(this.run(job, message), undefined, message)
    const csb = new DataView(control.buffer, 0, 16)
    return { csb, cpb: new DataView(control.buffer, 16), target: target.subarray(0, csb.getUint32(4)) }
  }

  #unit(limits: ByteCountLimits): GzipUnit {
    const key = `${limits.maxByteCountHigh} ${limits.maxByteCountLow}`
    const unit = this.#units.get(key) ?? new GzipUnit(limits)
    this.#units.set(key, unit)
    return unit
  }

  /** The native engine's own copy of a buffer, at the same address. */
  #copy(job: Job, address: bigint, bytes: Uint8Array): Region {
    if (job.space.alwaysResident) return [address, bytes.slice()]
    const { pageSize } = job.options
    const pages = Uint8Array.from({ length: Math.ceil(bytes.length / pageSize) }, (_, page) => {
      const at = address + BigInt(page * pageSize)
      if (job.space.firstFault(at, 1, true) === undefined) return 2
      return job.space.firstFault(at, 1, false) === undefined ? 1 : 0
    })
    return [address, bytes.slice(), pages]
  }
}
