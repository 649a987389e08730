// SPDX-License-Identifier: MIT
import { CC } from '../../format/completion-codes.js'
import { DDE, DDL_ALIGNMENT, MAX_DDE_COUNT } from '../../format/dde.js'
import type { AddressSpace } from '../address-space.js'
import { DirectTarget, GatheredTarget, type Target } from './target.js'

/** A job that cannot go on: NX writes this completion code, and the address where the code has one (UM table 6-8). */
export class Termination {
  constructor(
    readonly cc: number,
    readonly fsa = 0n,
  ) {}
}

/** An address that could not be translated: NX does not complete the job (UM 6.10). */
export class TranslationFault {
  constructor(readonly fsa: bigint) {}
}

/** Memory that scattered source is gathered in: grows to the largest job of a unit and is reused. */
export class Scratch {
  #bytes = new Uint8Array(0)

  take(bytes: number): Uint8Array {
    if (this.#bytes.length < bytes) this.#bytes = new Uint8Array(bytes)
    return this.#bytes
  }
}

/** One contiguous range of memory that a direct DDE names. */
interface Piece {
  readonly address: bigint
  readonly bytes: number
}

/** The memory that a CRB's source or target DDE describes. */
interface Described {
  readonly pieces: readonly Piece[]
  /** Bytes that the job may use. */
  readonly bytes: number
  /** The indirect DDE names more bytes than its list has. */
  readonly overflows: boolean
}

/**
 * The DMA controller: finds the data that DDEs describe, hands source to the engine and stores its target. It throws
 * `Termination` for what UM 6.4 and table 6-8 call an error, `TranslationFault` for memory that is not resident.
 */
export class Dma {
  constructor(
    readonly space: AddressSpace,
    private readonly scratchMemory: Scratch,
  ) {}

  /** A control structure that NX reads or writes; `write` as for the target of a translation. */
  structure(address: bigint, length: number, write: boolean): DataView {
    return this.#there(this.space.view(address, length), address, length, write)
  }

  /** The source of a job: its DDE lies at byte `at` of the CRB. */
  source(crb: DataView, at: number): Source {
    const described = this.#describe(crb, at, CC.EXCESSIVE_DDE)
    if (described.overflows) throw new Termination(CC.DDE_OVERFLOW)
    return new Source(this, described)
  }

  /** The bytes that a DDE names, to be read. */
  bytes({ address, bytes }: Piece): Uint8Array {
    return this.#there(this.space.bytes(address, bytes), address, bytes, false)
  }

  /** The target of a job: its DDE lies at byte `at` of the CRB. */
  target(crb: DataView, at: number): TargetSpace {
    return new TargetSpace(this.space, this.#describe(crb, at, CC.TARGET_SPACE))
  }

  /** At least `bytes` bytes in which scattered source can be gathered; valid until the next job. */
  scratch(bytes: number): Uint8Array {
    return this.scratchMemory.take(bytes)
  }

  /** @throws TranslationFault if some of the memory is not there */
  translate(address: bigint, length: number, write: boolean): void {
    const fault = this.space.firstFault(address, length, write)
    if (fault !== undefined) throw new TranslationFault(fault)
  }

  /** What was found at an address, if it may be accessed: it may where nothing can fault but what is not mapped. */
  #there<T>(found: T | undefined, address: bigint, length: number, write: boolean): T {
    if (found && this.space.alwaysResident) return found
    this.translate(address, length, write)
    if (!found) throw new TranslationFault(address)
    return found
  }

  /** Reads a DDE, and its list if it is indirect, as far as the indirect byte count reaches. */
  #describe(crb: DataView, at: number, ccOfZeroBytes: number): Described {
    const count = DDE.field.count.get(crb, at)
    const bytecount = DDE.field.bytecount.get(crb, at)
    const address = DDE.field.address.get(crb, at)
    if (count === 0) {
      if (bytecount === 0) throw new Termination(ccOfZeroBytes)
      return { pieces: [{ address, bytes: bytecount }], bytes: bytecount, overflows: false }
    }
    if (address % BigInt(DDL_ALIGNMENT) !== 0n) throw new Termination(CC.ALIGNMENT, address)
    if (bytecount === 0) throw new Termination(ccOfZeroBytes)
    const list = this.structure(address, Math.min(count, MAX_DDE_COUNT) * DDE.size, false)
    const pieces: Piece[] = []
    let left = bytecount
    for (let index = 0; index < count && left > 0; index++) {
      const piece = this.#readListEntry(list, index * DDE.size, ccOfZeroBytes)
      const used = Math.min(piece.bytes, left)
      pieces.push({ address: piece.address, bytes: used })
      left -= used
    }
    return { pieces, bytes: bytecount - left, overflows: left > 0 }
  }

  #readListEntry(list: DataView, at: number, ccOfZeroBytes: number): Piece {
    if (DDE.hasReservedBits(list, at)) throw new Termination(CC.INVALID_DDE)
    if (DDE.field.count.get(list, at) !== 0) throw new Termination(CC.SEGMENTED_DDL)
    const bytes = DDE.field.bytecount.get(list, at)
    if (bytes === 0) throw new Termination(ccOfZeroBytes)
    return { address: DDE.field.address.get(list, at), bytes }
  }
}

/** A job's source bytes, resident, in the order of the DDEs. */
export class Source {
  readonly length: number
  readonly #parts: readonly Uint8Array[]

  constructor(
    private readonly dma: Dma,
    private readonly described: Described,
  ) {
    this.length = described.bytes
    const { pieces } = described
    this.#parts = pieces.length === 1 ? [dma.bytes(pieces[0])] : pieces.map((piece) => dma.bytes(piece))
  }

  /** @throws TranslationFault if memory of it went away since the job began: a buffer was detached or resized */
  checkThere(): void {
    for (const [index, { address, bytes }] of this.described.pieces.entries()) {
      if (this.#parts[index].length !== bytes) throw new TranslationFault(address)
    }
  }

  /** Bytes `start` to `end` in one piece: without copying where one DDE holds them all. */
  slice(start: number, end: number): Uint8Array {
    let at = 0
    if (this.#parts.length === 1 && start === 0 && end === this.length) return this.#parts[0]
    for (const part of this.#parts) {
      if (start >= at && end <= at + part.length) return part.subarray(start - at, end - at)
      at += part.length
    }
    // Every byte has its own place in the scratch memory, so several slices of one source do not disturb each other.
    const scratch = this.dma.scratch(this.length)
    at = 0
    for (const part of this.#parts) {
      const [from, to] = [Math.max(start - at, 0), Math.min(end - at, part.length)]
      if (from < to) scratch.set(part.subarray(from, to), at + from)
      at += part.length
    }
    return scratch.subarray(start, end)
  }
}

/** A job's target space. */
export class TargetSpace {
  /** Where the engine writes. */
  readonly target: Target
  /** The completion code when the engine wants to write more than fits (UM table 6-8 note 11, the six cases). */
  readonly ccWhenFull: number

  constructor(
    private readonly space: AddressSpace,
    private readonly described: Described,
  ) {
    this.ccWhenFull = described.overflows ? CC.DDE_OVERFLOW : CC.TARGET_SPACE
    const only = described.pieces.length === 1 ? described.pieces[0] : undefined
    const direct = only && space.alwaysResident ? space.bytes(only.address, only.bytes) : undefined
    // Pages are only known to be needed once the amount of output is known, so output that may fault is gathered first.
    this.target = direct ? new DirectTarget(direct) : new GatheredTarget(described.bytes)
  }

  /** @throws TranslationFault if the engine writes straight into memory that went away since the job began */
  checkThere(): void {
    const [{ address, bytes }] = this.described.pieces
    if (this.target instanceof DirectTarget && this.target.bytes.length !== bytes)
      throw new TranslationFault(address)
  }

  /** Stores the first `length` bytes of the engine's output. */
  store(length: number): void {
    if (this.target instanceof DirectTarget) return
    let at = 0
    for (const piece of this.described.pieces) {
      if (at >= length) break
      const bytes = Math.min(piece.bytes, length - at)
      const fault = this.space.firstFault(piece.address, bytes, true)
      if (fault !== undefined) throw new TranslationFault(fault)
      this.space.bytes(piece.address, bytes)?.set(this.target.bytes.subarray(at, at + bytes))
      at += bytes
    }
  }
}
