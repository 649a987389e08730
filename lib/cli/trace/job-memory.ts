// SPDX-License-Identifier: MIT
import { CPB } from '../../format/cpb.js'
import { CRB, CRB_SOURCE_DDE, CRB_TARGET_DDE } from '../../format/crb.js'
import { CSB } from '../../format/csb.js'
import { DDE } from '../../format/dde.js'
import { SLOT_BYTES, SLOT_CPB, SLOT_CSB } from '../../job/slot.js'

/** A piece of the memory that a CRB names. */
export interface Piece {
  /** What it is to the job. */
  readonly name: string
  /** Effective address of its first byte. */
  readonly address: bigint
  readonly bytes: number
}

/** Reads memory of the program: `length` bytes at an effective address, or undefined if not all of it is mapped. */
export type ReadMemory = (address: bigint, length: number) => DataView | undefined

/** What a job is, as far as its CRB tells. */
export interface JobRequest {
  readonly fc: number
  /** Effective address of the CSB: no two jobs under way in a window have the same. */
  readonly csb: bigint
  readonly pieces: readonly Piece[]
  readonly sourceBytes: number
  readonly targetBytes: number
  /** Bytes of a page. */
  readonly pageSize: number
}

/** What a CRB of 128 bytes asks for, following its lists of DDEs. */
export function readRequest(crb: Uint8Array, read: ReadMemory, pageSize: number): JobRequest {
  const view = new DataView(crb.buffer, crb.byteOffset, CRB.size)
  const csb = CRB.field.csb_address.get(view, 0)
  const slot = csb - BigInt(SLOT_CSB)
  const pieces = [
    { name: 'CSB', address: csb, bytes: CSB.size },
    { name: 'CPB', address: slot + BigInt(SLOT_CPB), bytes: CPB.size },
    ...dataPieces('source', view, CRB_SOURCE_DDE, read),
    ...dataPieces('target', view, CRB_TARGET_DDE, read),
    // Last: it holds some of the others, which say more.
    { name: 'control blocks', address: slot, bytes: SLOT_BYTES },
  ]
  return {
    fc: CRB.field.fc.get(view, 0),
    csb,
    pieces,
    sourceBytes: DDE.field.bytecount.get(view, CRB_SOURCE_DDE),
    targetBytes: DDE.field.bytecount.get(view, CRB_TARGET_DDE),
    pageSize,
  }
}

function dataPieces(name: string, view: DataView, at: number, read: ReadMemory): Piece[] {
  const { count, bytecount, address } = DDE.read(view, at)
  if (count === 0) return [{ name, address, bytes: bytecount }]
  const list: Piece = { name: `${name} DDE list`, address, bytes: count * DDE.size }
  const entries = read(address, list.bytes)
  if (!entries) return [list]
  const parts = Array.from({ length: count }, (_, index) => {
    const part = DDE.read(entries, index * DDE.size)
    return { name: `${name} ${index + 1} of ${count}`, address: part.address, bytes: part.bytecount }
  })
  return [list, ...parts]
}

/** The piece that a range of memory is, or in which its first byte lies. */
export function pieceAt({ pieces }: JobRequest, address: bigint, bytes = 1): Piece | undefined {
  const isIt = (piece: Piece) => piece.address === address && piece.bytes === bytes
  const holds = (piece: Piece) => address >= piece.address && address < piece.address + BigInt(piece.bytes)
  return pieces.find(isIt) ?? pieces.find(holds)
}

/** Where an address lies, in words: piece, byte, and page of the piece. */
export function whereIs(request: JobRequest, address: bigint): string {
  const piece = pieceAt(request, address)
  if (!piece) return 'no memory of this job'
  const page = (of: bigint) => of / BigInt(request.pageSize)
  const last = piece.address + BigInt(piece.bytes) - 1n
  const pages = Number(page(last) - page(piece.address)) + 1
  const number = Number(page(address) - page(piece.address)) + 1
  return `${piece.name}, byte ${Number(address - piece.address)} of ${piece.bytes}, page ${number} of ${pages}`
}
