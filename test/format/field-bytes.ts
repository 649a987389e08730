// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import type { Field } from '../../lib/format/struct.js'

/** Bytes around the structure, so that a field at a wrong place shows. */
const BEFORE = 5
const AFTER = 8

export const viewOf = (hex: string) =>
  new DataView(Uint8Array.from(Buffer.from(hex.replace(/ /g, ''), 'hex')).buffer)
export const hexOf = (view: DataView, at = 0, bytes = view.byteLength - at) =>
  Buffer.from(view.buffer, view.byteOffset + at, bytes).toString('hex')

/** Where a field lies, in literal bytes of the manual's figure. */
export interface Place<T> {
  /** First byte of `mask` in the structure. */
  readonly at: number
  /** The bytes from `at` on with all bits of the field set and no other. */
  readonly mask: string
  /** A value of the field and the bytes that stand for it. */
  readonly value: T
  readonly bytes: string
}

/**
 * Asserts that the field takes exactly the bits of the mask in a structure of `size` bytes: writing ones into zeros and
 * zeros into ones, writing and reading a value with every other bit 0 and with every other bit 1.
 */
export function assertPlace<T extends number | bigint>(field: Field<T>, size: number, place: Place<T>): void {
  const mask = Buffer.from(place.mask, 'hex')
  const bytes = Buffer.from(place.bytes, 'hex')
  const at = BEFORE + place.at
  const ones = (typeof place.value === 'bigint' ? 2n ** 64n - 1n : 0xffffffff) as T
  const zero = (typeof place.value === 'bigint' ? 0n : 0) as T

  for (const fill of [0, 0xff]) {
    const expected = Buffer.alloc(BEFORE + size + AFTER, fill)
    const view = new DataView(Uint8Array.from(expected).buffer)
    const write = (value: T, wanted: Buffer) => {
      wanted.forEach((byte, index) => (expected[at + index] = (fill & ~mask[index]) | byte))
      field.set(view, BEFORE, value)
      assert.equal(hexOf(view), expected.toString('hex'))
    }
    write(ones, mask)
    write(zero, Buffer.alloc(mask.length))
    write(place.value, bytes)
    assert.equal(field.get(view, BEFORE), place.value)
  }
}

/** A dump without its explanations: byte, bits, name and value. */
export function columns(dump: string): string[] {
  return dump.split('\n').map((line) =>
    line
      .replace(/(0x[0-9a-f]+) .*$/, '$1')
      .replace(/ +/g, ' ')
      .trim(),
  )
}

/** The bits, counted over the whole structure from the most significant one, that count as reserved when set alone. */
export function reservedBits(hasReservedBits: (view: DataView) => boolean, size: number): number[] {
  return Array.from({ length: size * 8 }, (_, bit) => bit).filter((bit) => {
    const view = new DataView(new ArrayBuffer(size))
    view.setUint8(bit >>> 3, 0x80 >>> (bit & 7))
    return hasReservedBits(view)
  })
}

/** The numbers from `first` to `last`. */
export const range = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index)
