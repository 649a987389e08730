// SPDX-License-Identifier: MIT
import { completeUnexecuted, CSB } from '../../format/csb.js'
import { CRB, CRB_SOURCE_DDE, CRB_TARGET_DDE } from '../../format/crb.js'
import { DDE } from '../../format/dde.js'
import type { MappedViews } from '../mapped-views.js'

/** The memory that a CRB names, found among the views that its window has mapped. */
export class JobMemory {
  readonly #crb: DataView

  constructor(
    crb: Uint8Array,
    private readonly views: MappedViews,
  ) {
    this.#crb = new DataView(crb.buffer, crb.byteOffset, CRB.size)
  }

  /** Effective address of the first byte of the source, or of its list. */
  get sourceAddress(): bigint {
    return DDE.field.address.get(this.#crb, CRB_SOURCE_DDE)
  }

  /** The CSB; undefined if it is in no mapped memory. */
  get csb(): DataView | undefined {
    const bytes = this.#find(CRB.field.csb_address.get(this.#crb, 0), CSB.size)
    return bytes && viewOf(bytes)
  }

  /** Ends the job in the place of the device. */
  complete(cc: number, address: bigint): void {
    const { csb } = this
    if (csb) completeUnexecuted(csb, cc, address)
  }

  /** Turns a bit of the target over, counted from its first one, the lowest of each byte first. */
  flip(bit: number): void {
    let at = bit >>> 3
    for (const piece of this.#target()) {
      if (at < piece.length) {
        piece[at] ^= 1 << (bit & 7)
        return
      }
      at -= piece.length
    }
  }

  /** The pieces of the target as far as they are mapped: of one direct DDE, or of each in the list. */
  *#target(): Generator<Uint8Array> {
    const list = DDE.field.count.get(this.#crb, CRB_TARGET_DDE)
    if (list === 0) {
      yield* this.#piece(this.#crb, CRB_TARGET_DDE)
      return
    }
    const bytes = this.#find(DDE.field.address.get(this.#crb, CRB_TARGET_DDE), list * DDE.size)
    if (!bytes) return
    for (let at = 0; at < bytes.length; at += DDE.size) yield* this.#piece(viewOf(bytes), at)
  }

  *#piece(view: DataView, at: number): Generator<Uint8Array> {
    const piece = this.#find(DDE.field.address.get(view, at), DDE.field.bytecount.get(view, at))
    if (piece) yield piece
  }

  #find(address: bigint, bytes: number): Uint8Array | undefined {
    for (const { view, address: start, length } of this.views) {
      const offset = Number(address - start)
      if (offset >= 0 && offset + bytes <= Math.min(length, view.length))
        return view.subarray(offset, offset + bytes)
    }
    return undefined
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
}
