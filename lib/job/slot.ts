// SPDX-License-Identifier: MIT
import type { DeviceWindow } from '../device/device.js'
import { CRB } from '../format/crb.js'
import { LZCOUNT_OFFSET, LZCOUNTS } from '../format/cpb.js'
import { CSB } from '../format/csb.js'

/** Room for 255 DDEs and one more. */
const LIST_BYTES = 4096

/** Where things lie in a slot, in bytes. The CSB ends the CRB's second line and the CPB follows it (UM figure 6-8). */
export const SLOT_CSB = 240
export const SLOT_CPB = 256
export const SLOT_SOURCE_LIST = 2048
export const SLOT_TARGET_LIST = SLOT_SOURCE_LIST + LIST_BYTES

/** Bytes of a slot: CRB, CSB, CPB and two lists of up to 255 DDEs. */
export const SLOT_BYTES = SLOT_TARGET_LIST + LIST_BYTES

/** In a window that stages, the slot goes on with room for source and target. */
export const SLOT_SOURCE = SLOT_TARGET_LIST + LIST_BYTES

/**
 * Bytes of source that a slot has room for: a smaller one can be copied there instead of being mapped. Larger: fewer jobs
 * whose memory has to be mapped, at more memory for each job under way; from some 64 KiB on the copy costs more.
 */
export const STAGED_SOURCE_BYTES = 16 * 1024

export const SLOT_TARGET = SLOT_SOURCE + STAGED_SOURCE_BYTES

/** Bytes of target that a slot has room for: what such a source may need where it expands, and some more. */
export const STAGED_TARGET_BYTES = 20 * 1024

/** Bytes of such a slot. */
const STAGING_SLOT_BYTES = SLOT_TARGET + STAGED_TARGET_BYTES

/** V in the CSB's first byte (UM figure 6-7). */
const CSB_V = 0x80

/** Slots are aligned so that a command block never crosses a page. */
const SLOT_ALIGNMENT = 2048

/** Slots that are allocated at a time. Larger: fewer allocations with many jobs under way. Smaller: less idle memory. */
const SLOTS_PER_BLOCK = 8

/** The memory of one job's control structures, and of its data if they are few. */
export class Slot {
  readonly view: DataView
  readonly crb: Uint8Array
  /** LZcount, as bytes and as words in the order of this processor. */
  readonly counts: Buffer
  readonly countWords: Uint32Array
  /** The DDEs of the CRB name the slot's own source and target: most jobs find them as they need them. */
  namesOwnSource = false
  namesOwnTarget = false

  constructor(
    readonly bytes: Uint8Array<ArrayBuffer>,
    /** Effective address of the slot. */
    readonly address: bigint,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    this.crb = bytes.subarray(0, CRB.size)
    const countsAt = bytes.byteOffset + SLOT_CPB + LZCOUNT_OFFSET
    this.counts = Buffer.from(bytes.buffer, countsAt, LZCOUNTS * 4)
    this.countWords = new Uint32Array(bytes.buffer, countsAt, LZCOUNTS)
    CRB.field.csb_address.set(this.view, 0, address + BigInt(SLOT_CSB))
  }

  /**
   * True once the device (or the kernel for it) has finished with the job. An atomic read, since others write V: whatever
   * they wrote before it is then seen as well, also where processors reorder reads.
   */
  get isDone(): boolean {
    return (Atomics.load(this.bytes, SLOT_CSB) & CSB_V) !== 0
  }

  /** Annotated dump of CRB and CSB. */
  dump(): string {
    return `${CRB.describe(this.view)}\n${CSB.describe(this.view, SLOT_CSB)}`
  }
}

/** Slots of one window, reused from job to job. */
export class SlotPool {
  readonly #free: Slot[] = []
  readonly #blocks: Uint8Array[] = []

  readonly #slotBytes: number

  /** @param stages whether its slots have room for data */
  constructor(
    private readonly device: DeviceWindow,
    readonly stages: boolean,
  ) {
    this.#slotBytes = stages ? STAGING_SLOT_BYTES : SLOT_BYTES
  }

  take(): Slot {
    if (this.#free.length === 0) this.#allocate()
    const slot = this.#free.pop()
    if (!slot) throw new RangeError('no slot could be allocated')
    return slot
  }

  /** Gives a slot back. The device must have finished with it. */
  release(slot: Slot): void {
    this.#free.push(slot)
  }

  /** Unmaps all slots. */
  close(): void {
    for (const block of this.#blocks) this.device.unmap(block)
  }

  #allocate(): void {
    const block = new Uint8Array(SLOTS_PER_BLOCK * this.#slotBytes + SLOT_ALIGNMENT)
    const address = this.device.map(block)
    this.#blocks.push(block)
    const misaligned = Number(address % BigInt(SLOT_ALIGNMENT))
    const first = misaligned === 0 ? 0 : SLOT_ALIGNMENT - misaligned
    for (let index = 0; index < SLOTS_PER_BLOCK; index++) {
      const offset = first + index * this.#slotBytes
      this.#free.push(new Slot(block.subarray(offset, offset + this.#slotBytes), address + BigInt(offset)))
    }
  }
}
