// SPDX-License-Identifier: MIT
/**
 * Structures as tables of fields.
 *
 * Every NX control structure is big-endian and its manual counts bits from the most significant one (UM 6.2.1). A field
 * is one row that says where it lies in exactly those terms; reading, writing, the check for reserved bits and the
 * annotated dump all follow from the row.
 */

/** One field of a structure. `at` is the byte at which the structure starts in the view. */
export interface Field<T> {
  /** First bit, counted from the most significant bit of byte 0 of the structure. */
  readonly firstBit: number
  /** Number of bits. */
  readonly bits: number
  /** What the field means, for the dump. */
  readonly note: string
  get(view: DataView, at: number): T
  set(view: DataView, at: number, value: T): void
}

type FieldTable = Record<string, Field<number> | Field<bigint>>
type Row = [name: string, field: Field<number> | Field<bigint>]
type ValueOf<F> = F extends Field<infer T> ? T : never

/** The values of all fields of a structure. */
export type Values<F extends FieldTable> = { [K in keyof F]: ValueOf<F[K]> }

/**
 * Bits `first` to `last` counted from the most significant bit of byte `byte`. The field must lie within one aligned
 * 32-bit word, as all fields of the NX structures do.
 */
export function bits(byte: number, first: number, last = first, note = ''): Field<number> {
  const firstBit = byte * 8 + first
  const width = last - first + 1
  const word = (firstBit >>> 5) * 4
  const shift = 31 - ((firstBit & 31) + width - 1)
  if (shift < 0 || width < 1)
    throw new RangeError(`field at byte ${byte}, bits ${first}:${last} crosses a word`)
  const mask = width === 32 ? 0xffffffff : 2 ** width - 1
  return {
    firstBit,
    bits: width,
    note,
    get: (view, at) => ((view.getUint32(at + word) >>> shift) & mask) >>> 0,
    set(view, at, value) {
      const others = view.getUint32(at + word) & ~(mask << shift)
      view.setUint32(at + word, (others | ((value & mask) << shift)) >>> 0)
    },
  }
}

/** One byte. */
export const byte = (at: number, note = ''): Field<number> => bits(at, 0, 7, note)

/** A 16-bit big-endian number. */
export const u16 = (at: number, note = ''): Field<number> => bits(at, 0, 15, note)

/** A 32-bit big-endian number. */
export const u32 = (at: number, note = ''): Field<number> => bits(at, 0, 31, note)

/** A 32-bit number whose least significant byte comes first: how the CPB holds a CRC-32 (UM table 6-3). */
export function u32reversed(at: number, note = ''): Field<number> {
  return {
    firstBit: at * 8,
    bits: 32,
    note,
    get: (view, base) => view.getUint32(base + at, true),
    set: (view, base, value) => {
      view.setUint32(base + at, value, true)
    },
  }
}

/** A 64-bit big-endian number of which the `lowBits` least significant bits belong to other fields. */
export function u64(at: number, note = '', lowBits = 0): Field<bigint> {
  const lowMask = (1n << BigInt(lowBits)) - 1n
  const lowWord = Number(lowMask & 0xffffffffn)
  const mask = BigInt.asUintN(64, ~lowMask)
  return {
    firstBit: at * 8,
    bits: 64 - lowBits,
    note,
    // Arithmetic with numbers of 64 bits is dear, and mostly there is nothing to mask.
    get: (view, base) =>
      (view.getUint32(base + at + 4) & lowWord) === 0
        ? view.getBigUint64(base + at)
        : view.getBigUint64(base + at) & mask,
    set(view, base, value) {
      if (lowBits === 0) {
        view.setBigUint64(base + at, value)
        return
      }
      const others = view.getBigUint64(base + at) & lowMask
      view.setBigUint64(base + at, (value & mask) | others)
    },
  }
}

/** Bits `first` to `last` of the aligned 64-bit register at byte `at`, for fields that cross its middle. */
export function wide(at: number, first: number, last: number, note = ''): Field<bigint> {
  const shift = BigInt(63 - last)
  const mask = ((1n << BigInt(last - first + 1)) - 1n) << shift
  return {
    firstBit: at * 8 + first,
    bits: last - first + 1,
    note,
    get: (view, base) => (view.getBigUint64(base + at) & mask) >> shift,
    set(view, base, value) {
      const others = view.getBigUint64(base + at) & ~mask
      view.setBigUint64(base + at, others | ((value << shift) & mask))
    },
  }
}

/** A structure that lies inside another one at byte `at`. */
export interface Part {
  readonly at: number
  readonly struct: Pick<Struct<FieldTable>, 'name' | 'size' | 'describe'>
}

/** A structure: its table of fields and what follows from it. */
export class Struct<F extends FieldTable> {
  /** For each 32-bit word, the bits that belong to no field. */
  readonly #reserved: Uint32Array
  readonly #rows: Row[]

  constructor(
    readonly name: string,
    /** Size in bytes, a multiple of 4. */
    readonly size: number,
    /** The rows, in the order of the memory. */
    readonly field: Readonly<F>,
    readonly parts: Readonly<Record<string, Part>> = {},
  ) {
    this.#rows = Object.entries(field) as Row[]
    const reserved = new Uint8Array(size).fill(0xff)
    for (const [, { firstBit, bits: width }] of this.#rows) {
      for (let bit = firstBit; bit < firstBit + width; bit++) reserved[bit >>> 3] &= ~(0x80 >>> (bit & 7))
    }
    for (const { at, struct } of Object.values(parts)) reserved.fill(0, at, at + struct.size)
    const view = new DataView(reserved.buffer)
    this.#reserved = Uint32Array.from({ length: size / 4 }, (_, word) => view.getUint32(word * 4))
  }

  /** The values of all fields. */
  read(view: DataView, at = 0): Values<F> {
    return Object.fromEntries(this.#rows.map(([name, field]) => [name, field.get(view, at)])) as Values<F>
  }

  /** Sets the fields that are named, and leaves every other bit as it is. */
  write(view: DataView, values: Partial<Values<F>>, at = 0): void {
    for (const [name, value] of Object.entries(values)) {
      const field = this.field[name] as Field<unknown> | undefined
      if (!field) throw new TypeError(`${this.name} has no field ${name}`)
      field.set(view, at, value)
    }
  }

  /** True when a bit is set that belongs to no field (and to no part). */
  hasReservedBits(view: DataView, at = 0): boolean {
    for (let word = 0; word < this.#reserved.length; word++) {
      if ((view.getUint32(at + word * 4) & this.#reserved[word]) !== 0) return true
    }
    return false
  }

  /** An annotated dump: one line a field with byte, bits, name, value and meaning. */
  describe(view: DataView, at = 0, indent = ''): string {
    const lines = [`${indent}${this.name}, ${this.size} bytes`]
    const rows: { order: number; text: string }[] = []
    for (const [name, field] of this.#rows) {
      const value = field.get(view, at)
      const first = field.firstBit & 7
      const place = `${String(field.firstBit >>> 3).padStart(5)}  ${`${first}:${first + field.bits - 1}`.padEnd(6)}`
      // An address shows in full although its low bits may belong to other fields.
      const digits = typeof value === 'bigint' ? 16 : Math.ceil(field.bits / 4)
      const hex = `0x${value.toString(16).padStart(digits, '0')}`
      const text = `${indent}${place} ${name.padEnd(24)} ${hex.padEnd(18)} ${field.note}`.trimEnd()
      rows.push({ order: field.firstBit, text })
    }
    for (const [name, { at: offset, struct }] of Object.entries(this.parts)) {
      const text = `${indent}${String(offset).padStart(5)}  ${name}\n${struct.describe(view, at + offset, `${indent}    `)}`
      rows.push({ order: offset * 8, text })
    }
    rows.sort((a, b) => a.order - b.order)
    return [...lines, ...rows.map((row) => row.text)].join('\n')
  }
}

/** Declares a structure of `size` bytes by its table of fields. */
export function struct<F extends FieldTable>(
  name: string,
  size: number,
  field: F,
  parts: Record<string, Part> = {},
): Struct<F> {
  return new Struct<F>(name, size, field, parts)
}
