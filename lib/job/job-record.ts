// SPDX-License-Identifier: MIT
import { createHash } from 'node:crypto'

import type { Engine } from '../device/device.js'
import { NxError, NxUsageError } from '../errors.js'
import { CPB } from '../format/cpb.js'
import { CRB } from '../format/crb.js'
import { CSB } from '../format/csb.js'
import type { Job } from './job.js'
import { SLOT_CPB, SLOT_CSB, type Slot } from './slot.js'

/** What the files say they are. */
export const RECORD_FORMAT = 'nxzlib job record'
export const RECORD_VERSION = 1

/** A job as it was sent. */
export interface RecordedRequest {
  readonly engine: Engine | undefined
  readonly slot: Pick<Slot, 'bytes' | 'address'>
  readonly job: Job
  /** Milliseconds from its first paste to its end, as its thread saw it. */
  readonly ms: number
  readonly attempts: number
  readonly faults: readonly bigint[]
}

/** How it came out, and why that is recorded. */
export interface RecordedOutcome {
  readonly reason: string
  readonly error?: unknown
}

/** A piece of memory. */
export interface MemoryRecord {
  readonly bytes: number
  /** SHA-256, in hexadecimal. */
  readonly sha256: string
  /** The bytes in base64, unless only digests were wanted. */
  readonly data?: string
}

/**
 * The file of one job, version 1: JSON. Control blocks are in hexadecimal, as the manual draws them; everything in them is
 * as the job left it, addresses included. Source and target are lists even where the DDE was direct.
 */
export interface JobRecord {
  readonly format: typeof RECORD_FORMAT
  readonly version: typeof RECORD_VERSION
  /** Why it was recorded: `fault`, `CC=` and a number, `error`, `verification`, or `all`. */
  readonly reason: string
  /** When it ended, ISO 8601. */
  readonly time: string
  readonly ms: number
  readonly engine: Engine | undefined
  readonly attempts: number
  /** Addresses that faulted, in order. */
  readonly faults: readonly string[]
  /** The 128, 16 and 1680 bytes. */
  readonly crb: string
  readonly csb: string
  readonly cpb: string
  /** Whether each side is a list of DDEs. */
  readonly indirect: { readonly source: boolean; readonly target: boolean }
  readonly source: readonly MemoryRecord[]
  /** All of it, whatever part the job wrote. */
  readonly target: readonly MemoryRecord[]
  readonly error?: { readonly code: string; readonly message: string }
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

/** @param withData false: only lengths and digests of source and target */
export function jobRecord(
  { engine, slot: { bytes }, job, ms, attempts, faults }: RecordedRequest,
  { reason, error }: RecordedOutcome,
  withData: boolean,
): JobRecord {
  const memory = (pieces: Job['source']) => listOf(pieces).map((piece) => memoryRecord(piece, withData))
  return {
    format: RECORD_FORMAT,
    version: RECORD_VERSION,
    reason,
    time: new Date().toISOString(),
    ms,
    engine,
    attempts,
    faults: faults.map((address) => `0x${address.toString(16)}`),
    crb: hex(bytes.subarray(0, CRB.size)),
    csb: hex(bytes.subarray(SLOT_CSB, SLOT_CSB + CSB.size)),
    cpb: hex(bytes.subarray(SLOT_CPB, SLOT_CPB + CPB.size)),
    indirect: { source: !(job.source instanceof Uint8Array), target: !(job.target instanceof Uint8Array) },
    source: memory(job.source),
    target: memory(job.target),
    ...(error === undefined ? {} : { error: errorRecord(error) }),
  }
}

function errorRecord(error: unknown): { code: string; message: string } {
  return error instanceof NxError
    ? { code: error.code, message: error.message }
    : { code: '', message: String(error) }
}

function memoryRecord(bytes: Uint8Array, withData: boolean): MemoryRecord {
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const digest = { bytes: bytes.length, sha256 }
  return withData ? { ...digest, data: Buffer.from(bytes).toString('base64') } : digest
}

function listOf(memory: Job['source']): readonly Uint8Array[] {
  return memory instanceof Uint8Array ? [memory] : memory
}

/**
 * Reads a file's text.
 *
 * @throws NxUsageError for what is no job record, or is damaged
 */
export function parseJobRecord(text: string): JobRecord {
  const record = parseJson(text)
  if (record.format !== RECORD_FORMAT || record.version !== RECORD_VERSION) {
    throw damaged(`it is no ${RECORD_FORMAT} of version ${RECORD_VERSION}`)
  }
  const blocks = [
    ['crb', CRB.size],
    ['csb', CSB.size],
    ['cpb', CPB.size],
  ] as const
  for (const [name, size] of blocks) {
    const value: unknown = record[name]
    const isHex = typeof value === 'string' && /^[0-9a-f]*$/.test(value) && value.length === 2 * size
    if (!isHex) throw damaged(`${name} has not ${size} bytes in hexadecimal`)
  }
  for (const side of ['source', 'target'] as const) {
    const memory: unknown = record[side]
    if (!Array.isArray(memory) || !memory.every(isMemory)) throw damaged(`${side} is not valid`)
    const isIndirect: unknown = (record.indirect as Record<string, unknown> | undefined)?.[side]
    if (typeof isIndirect !== 'boolean' || (!isIndirect && memory.length !== 1)) {
      throw damaged(`indirect.${side} is not valid`)
    }
  }
  const { attempts, faults } = record
  const areFaults = Array.isArray(faults) && faults.every((fault) => /^0x[0-9a-f]{1,16}$/.test(String(fault)))
  if (!Number.isSafeInteger(attempts) || !areFaults) throw damaged('attempts or faults are not valid')
  return record as unknown as JobRecord
}

function parseJson(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>
  } catch {
    // Told below.
  }
  throw damaged('it is not JSON')
}

/** A length, its digest, and data of that length with that digest, if there is any. */
function isMemory(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const { bytes, sha256, data } = value as Record<string, unknown>
  if (!Number.isSafeInteger(bytes) || typeof sha256 !== 'string') return false
  if (data === undefined) return true
  if (typeof data !== 'string') return false
  const decoded = Buffer.from(data, 'base64')
  return decoded.length === bytes && createHash('sha256').update(decoded).digest('hex') === sha256
}

function damaged(detail: string): NxUsageError {
  return new NxUsageError('ERR_NX_INVALID_ARGUMENT', { detail: `the job record is of no use: ${detail}` })
}
