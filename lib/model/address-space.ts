// SPDX-License-Identifier: MIT
import { endianness } from 'node:os'

/** How the pages of newly mapped memory start out: all resident, none, or this share of them (0..1). */
export type Residency = 'all' | 'none' | number

/** Settings of an address space. */
export interface AddressSpaceOptions {
  /** Bytes of a page, a power of two. */
  readonly pageSize: number
  readonly residency: Residency
  /** Seed of the choice which pages start resident. */
  readonly seed: number
}

/** State of a page: not in memory, readable (a page that was only read is not writable yet), or writable. */
const ABSENT = 0
const READABLE = 1
const WRITABLE = 2

/** One ArrayBuffer's memory in the address space. */
interface Region {
  readonly base: number
  readonly bytes: Uint8Array
  /** State of each page; undefined where all pages are always resident. */
  readonly pages: Uint8Array | undefined
  references: number
  /** Views of its structures, by place: jobs use the same ones again and again, and to make one takes long. */
  views: Map<number, DataView> | undefined
}

/** Views that are kept of a region. More: memory. Fewer: more of them are made again with many jobs under way. */
const MOST_VIEWS = 64

/** Bytes that views which are kept are shorter than: all structures are. */
const VIEW_BYTES = 4096

/** First address that is given out; below it nothing is ever mapped, so small numbers are never valid addresses. */
const FIRST_ADDRESS = 0x1_0000_0000

function newView({ bytes }: Region, offset: number, length: number): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset + offset, length)
}

const doubleWord = new BigUint64Array(1)
const words = new Uint32Array(doubleWord.buffer)
const [LOW, HIGH] = endianness() === 'LE' ? [0, 1] : [1, 0]

/** The same as Number(address) for one of 64 bits, which is a call of V8's runtime. */
function numberOf(address: bigint): number {
  doubleWord[0] = address
  return words[HIGH] * 2 ** 32 + words[LOW]
}

/**
 * The memory of a process as the device sees it: effective addresses for typed arrays, without copying them, and pages
 * that may be resident or not.
 *
 * Addresses are given to whole ArrayBuffers, so views that share memory have addresses that share it too. A buffer starts
 * on a page boundary and an unmapped page follows it. Addresses are never given out twice.
 */
export class AddressSpace {
  readonly pageSize: number
  /** True when no access to mapped memory can fault. */
  readonly alwaysResident: boolean
  /** Sorted by base, since bases only grow. */
  readonly #regions: Region[] = []
  readonly #byBuffer = new Map<ArrayBufferLike, Region>()
  readonly #options: AddressSpaceOptions
  #nextBase = FIRST_ADDRESS
  #random: number
  #lastHit: Region | undefined

  constructor(options: AddressSpaceOptions) {
    this.pageSize = options.pageSize
    this.alwaysResident = options.residency === 'all'
    this.#options = options
    this.#random = options.seed >>> 0
  }

  /** The effective address of a view's first byte. Its memory stays mapped until `unmap` was called as often. */
  map(view: Uint8Array): bigint {
    let region = this.#byBuffer.get(view.buffer)
    if (!region) {
      region = this.#newRegion(view.buffer)
      this.#byBuffer.set(view.buffer, region)
      this.#regions.push(region)
    }
    region.references++
    return BigInt(region.base + view.byteOffset)
  }

  /** Takes back one `map` of this view. */
  unmap(view: Uint8Array): void {
    const region = this.#byBuffer.get(view.buffer)
    if (!region || --region.references > 0) return
    this.#byBuffer.delete(view.buffer)
    this.#regions.splice(this.#regions.indexOf(region), 1)
    if (this.#lastHit === region) this.#lastHit = undefined
  }

  /** The bytes at an address, or undefined if not all of them are mapped. They share the memory of the mapped view. */
  bytes(address: bigint, length: number): Uint8Array | undefined {
    const region = this.#find(address)
    if (!region) return undefined
    const offset = numberOf(address) - region.base
    return offset + length <= region.bytes.length ? region.bytes.subarray(offset, offset + length) : undefined
  }

  /** A view of `length` bytes at an address, for reading and writing structures; undefined if not all are mapped. */
  view(address: bigint, length: number): DataView | undefined {
    const region = this.#find(address)
    if (!region) return undefined
    const offset = numberOf(address) - region.base
    if (offset + length > region.bytes.length) return undefined
    if (length >= VIEW_BYTES) return newView(region, offset, length)
    const views = (region.views ??= new Map<number, DataView>())
    const key = offset * VIEW_BYTES + length
    let view = views.get(key)
    if (!view) {
      if (views.size === MOST_VIEWS) views.clear()
      view = newView(region, offset, length)
      views.set(key, view)
    }
    return view
  }

  /**
   * The first address in a range whose page is not there for the access, or undefined if all are. This is what the
   * translation of an address by the NMMU comes to (UM 6.10).
   */
  firstFault(address: bigint, length: number, write: boolean): bigint | undefined {
    if (length === 0) return undefined
    const region = this.#find(address)
    if (!region) return address
    const start = numberOf(address) - region.base
    const end = start + length
    if (region.pages) {
      const needed = write ? WRITABLE : READABLE
      const lastPage = Math.floor((Math.min(end, region.bytes.length) - 1) / this.pageSize)
      for (let page = Math.floor(start / this.pageSize); page <= lastPage; page++) {
        if (region.pages[page] < needed) return BigInt(region.base + Math.max(start, page * this.pageSize))
      }
    }
    return end > region.bytes.length ? BigInt(region.base + region.bytes.length) : undefined
  }

  /** Brings the pages of a range in, as an access by the program does. False if some of it is not mapped. */
  touch(address: bigint, length: number, write: boolean): boolean {
    const region = this.#find(address)
    if (!region || length === 0) return region !== undefined
    const start = numberOf(address) - region.base
    const state = write ? WRITABLE : READABLE
    const lastPage = Math.floor((start + length - 1) / this.pageSize)
    for (let page = Math.floor(start / this.pageSize); page <= lastPage; page++) {
      if (region.pages && region.pages[page] < state) region.pages[page] = state
    }
    return start + length <= region.bytes.length
  }

  /** Takes the pages of a range out of memory, as the kernel may do at any time. */
  evict(address: bigint, length: number): void {
    const region = this.#find(address)
    if (!region?.pages || length === 0) return
    const start = numberOf(address) - region.base
    const lastPage = Math.floor((start + length - 1) / this.pageSize)
    region.pages.fill(ABSENT, Math.floor(start / this.pageSize), lastPage + 1)
  }

  #newRegion(buffer: ArrayBufferLike): Region {
    // A buffer that can be resized may grow up to here while it is mapped.
    const mostBytes = Number(Reflect.get(buffer, 'maxByteLength') ?? buffer.byteLength)
    const pageCount = Math.ceil(mostBytes / this.pageSize)
    const base = this.#nextBase
    this.#nextBase += (pageCount + 1) * this.pageSize
    const pages = this.alwaysResident ? undefined : new Uint8Array(pageCount)
    pages?.forEach((_, page) => {
      pages[page] = this.#startsResident() ? WRITABLE : ABSENT
    })
    return { base, bytes: new Uint8Array(buffer), pages, references: 0, views: undefined }
  }

  #startsResident(): boolean {
    const { residency } = this.#options
    if (typeof residency !== 'number') return residency === 'all'
    // A linear congruential step: enough to scatter pages, and the same on every machine for the same seed.
    this.#random = (Math.imul(this.#random, 1664525) + 1013904223) >>> 0
    return this.#random / 2 ** 32 < residency
  }

  #find(address: bigint): Region | undefined {
    const wanted = numberOf(address)
    const last = this.#lastHit
    if (last && wanted >= last.base && wanted < last.base + last.bytes.length) return last
    let [low, high] = [0, this.#regions.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#regions[middle].base <= wanted) low = middle + 1
      else high = middle
    }
    const region = low > 0 ? this.#regions[low - 1] : undefined
    if (!region || wanted >= region.base + region.bytes.length) return undefined
    this.#lastHit = region
    return region
  }
}
