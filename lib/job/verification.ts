// SPDX-License-Identifier: MIT
import { NxVerificationError } from '../errors.js'
import { CC, COMPLETION_CODES } from '../format/completion-codes.js'
import { QUADWORD } from '../format/cpb.js'
import { CRB } from '../format/crb.js'
import { CE_PARTIAL, CSB } from '../format/csb.js'
import { FC, gzipFunction, type GzipFunction } from '../format/function-codes.js'
import { bytesOf, type CpbInput, type Job, type JobResult } from './job.js'
import { crb } from './request.js'
import { clock } from '../timers.js'

/** SFBT for source that begins with a block header (UM table 6-3). */
const AT_HEADER = 0b1110

/** Larger rooms are not kept: more than a job of the drop-in has. */
const MOST_KEPT_BYTES = 512 * 1024

/** Room for restored data that is in no use. */
let spareRoom = new Uint8Array(0)

/** Room of at least `bytes` bytes, with anything in it. */
function takeRoom(bytes: number): Uint8Array<ArrayBuffer> {
  const room = spareRoom.length >= bytes ? spareRoom : new Uint8Array(bytes)
  spareRoom = new Uint8Array(0)
  return room
}

/** A check of what a compress job put out. */
export interface Verification {
  /** The decompress job that must restore the data; undefined: there is nothing to inflate. */
  readonly job: Job | undefined
  /** Bytes of plain data that are checked. */
  readonly bytes: number
  /** When the check began, as `clock()` has it. */
  readonly start: number
  /**
   * Draws the conclusion.
   *
   * @param inflated the result of `job`, executed in software
   * @returns undefined if the data was restored
   */
  readonly judge: (inflated: JobResult | undefined) => NxVerificationError | undefined
}

/**
 * How to check a job; undefined for one that puts out nothing that anybody would use. A block has to begin with the table
 * that the job was given and to inflate to exactly the data that it took, length, Adler-32, CRC-32 and each byte; it has to end
 * at the bit that TEBC names, with nothing but zeros behind it. What is copied has to be the same.
 */
export function verificationOf(job: Job, result: JobResult): Verification | undefined {
  const row = gzipFunction(job.fc)
  if (!row || (job.countsOnly && row.count) || !isOutput(result)) return undefined
  if (row.operation === 'wrap') return copied(job, result)
  return row.operation === 'compress' ? compressed(job, result, row) : undefined
}

/** CC=64 is a success (UM table 6-8), and a job that was suspended has ended its block. */
function isOutput({ csb: { cc, ce } }: JobResult): boolean {
  return cc === CC.OK || cc === CC.TPBC_GT_SPBC || (cc === CC.DATA_LENGTH && (ce & CE_PARTIAL) !== 0)
}

function copied(job: Job, result: JobResult): Verification {
  const start = clock()
  const { tpbc } = result.csb
  const isSame = tpbc === result.cpb.spbc && areEqual(cut(job.source, 0, tpbc), cut(job.target, 0, tpbc))
  return {
    job: undefined,
    bytes: tpbc,
    start,
    judge: () => (isSame ? undefined : mismatch(job, result, 'the copy differs')),
  }
}

function compressed(job: Job, result: JobResult, { resume, dht }: GzipFunction): Verification {
  const begun = clock()
  const { tpbc } = result.csb
  const { spbc, tebc, adler, crc } = result.cpb
  const histlen = resume ? (job.cpb?.histlen ?? 0) : 0
  const historyBytes = histlen * QUADWORD
  const bytes = spbc - historyBytes
  const data = cut(job.source, historyBytes, bytes)
  const block = cut(job.target, 0, tpbc)
  // One byte more, so that output that is too long shows.
  const room = takeRoom(bytes + 1)
  const restored = room.subarray(0, bytes + 1)
  const start = resume ? { adler: job.cpb?.adler ?? 1, crc: job.cpb?.crc ?? 0 } : {}
  const judge = (inflated: JobResult | undefined) => {
    if (room.length <= MOST_KEPT_BYTES) spareRoom = room
    if (!inflated) return undefined
    const { csb, cpb } = inflated
    const unusedBits = (8 - tebc) & 7
    if (!hasTable(block, job.cpb, dht)) return mismatch(job, result, 'it does not begin with its table')
    if (csb.cc !== CC.OK) return mismatch(job, result, `inflating it ends with ${nameOf(csb.cc)}`)
    if (csb.tpbc !== bytes) return mismatch(job, result, `it has ${csb.tpbc} bytes, not ${bytes}`)
    if (cpb.adler !== adler || cpb.crc !== crc) return mismatch(job, result, 'the checksums differ')
    if (cpb.subc !== unusedBits || hasBits(block, unusedBits)) return mismatch(job, result, 'TEBC is wrong')
    if (!areEqual(data, [restored.subarray(0, bytes)])) return mismatch(job, result, 'the data differs')
    return undefined
  }
  return {
    job: {
      fc: FC.DECOMPRESS_RESUME,
      source: [...cut(job.source, 0, historyBytes), ...block],
      target: restored,
      cpb: { ...start, histlen, sfbt: AT_HEADER },
    },
    bytes,
    start: begun,
    judge,
  }
}

/** Whether a block begins with BFINAL=1 (UM 2.5.2), its BTYPE and, bit by bit, the table that the job was given. */
function hasTable(block: readonly Uint8Array[], { dht, dhtlen }: CpbInput = {}, isDynamic: boolean): boolean {
  const table = isDynamic ? (dht ?? new Uint8Array(0)) : new Uint8Array(0)
  const bits = isDynamic ? (dhtlen ?? table.length * 8) : 0
  const start = Buffer.concat(cut(block, 0, table.length + 1))
  if ((start.at(0) ?? 0) % 8 !== (isDynamic ? 0b101 : 0b011)) return false
  for (let at = 0; at * 8 < bits; at++) {
    const copied = (start[at] >>> 3) | ((start.at(at + 1) ?? 0) << 5)
    const mask = bits - at * 8 < 8 ? (1 << (bits - at * 8)) - 1 : 0xff
    if (((copied ^ table[at]) & mask) !== 0) return false
  }
  return true
}

/** Whether one of the highest bits of the last byte is set. */
function hasBits(block: readonly Uint8Array[], bits: number): boolean {
  const last = block.at(-1)?.at(-1) ?? 0
  return last >>> (8 - bits) !== 0
}

/** `length` bytes of a job's memory from `from` on, as far as there are so many. */
function cut(memory: Job['source'], from: number, length: number): Uint8Array[] {
  const pieces: Uint8Array[] = []
  let at = 0
  for (const piece of memory instanceof Uint8Array ? [memory] : memory) {
    const part = piece.subarray(Math.max(0, from - at), Math.max(0, from + length - at))
    if (part.length > 0) pieces.push(part)
    at += piece.length
  }
  return pieces
}

/** Whether two lists of pieces hold the same bytes. */
function areEqual(one: readonly Uint8Array[], other: readonly Uint8Array[]): boolean {
  if (bytesOf(one) !== bytesOf(other)) return false
  let start = 0
  for (const piece of one) {
    let at = 0
    for (const part of cut(other, start, piece.length)) {
      if (Buffer.compare(part, piece.subarray(at, at + part.length)) !== 0) return false
      at += part.length
    }
    start += piece.length
  }
  return true
}

const nameOf = (cc: number) => `CC=${cc}, ${COMPLETION_CODES[cc]?.name ?? 'a reserved code'}`

function mismatch(job: Job, { csb }: JobResult, detail: string): NxVerificationError {
  const bytes = new DataView(new ArrayBuffer(CSB.size))
  CSB.write(bytes, csb)
  const request = crb(job)
  const dump = `${CRB.describe(new DataView(request.buffer))}\n${CSB.describe(bytes)}`
  return new NxVerificationError({ cc: csb.cc, ce: csb.ce, detail, dump })
}
