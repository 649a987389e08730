// SPDX-License-Identifier: MIT
/** A view that the device sees, where it lies, and how often it was mapped. */
export interface MappedView {
  readonly view: Uint8Array
  /** Effective address of its first byte. */
  readonly address: bigint
  /** Bytes that it had when it was mapped. */
  readonly length: number
  uses: number
}

/** The views that are mapped for a device which works on addresses. Being in here keeps their memory from being freed. */
export class MappedViews {
  readonly #views = new Map<Uint8Array, MappedView>()

  get(view: Uint8Array): MappedView | undefined {
    return this.#views.get(view)
  }

  /** @param place finds the address of a view that is not mapped yet */
  map(view: Uint8Array, place: (view: Uint8Array) => bigint): bigint {
    const known = this.#views.get(view)
    if (known) {
      known.uses++
      return known.address
    }
    const address = place(view)
    this.#views.set(view, { view, address, length: view.length, uses: 1 })
    return address
  }

  /** Ends a `map`. Returns the view's entry when it was the last. */
  unmap(view: Uint8Array): MappedView | undefined {
    const known = this.#views.get(view)
    if (!known || --known.uses > 0) return undefined
    this.#views.delete(view)
    return known
  }

  /** Replaces the address of a view, which lies elsewhere than when it was mapped, or has another length. */
  move(mapped: MappedView, address: bigint): void {
    this.#views.set(mapped.view, { ...mapped, address, length: mapped.view.length })
  }

  [Symbol.iterator](): IterableIterator<MappedView> {
    return this.#views.values()
  }
}
