// SPDX-License-Identifier: MIT
import { NxUsageError } from '../../errors.js'
import { CPB, DHT_BYTES, IN_DHT_OFFSET } from '../../format/cpb.js'
import { CRB, CRB_HINT, ONLY_CHECKSUM, OVERRUN, type OnlyChecksum } from '../../format/crb.js'
import type { JobRecord, MemoryRecord } from '../../job/job-record.js'
import type { Job, JobResult } from '../../job/job.js'
import { readResult } from '../../job/result.js'
import { Slot, SLOT_BYTES, SLOT_CPB, SLOT_CSB } from '../../job/slot.js'

/** A job out of a record: as it was sent, and as it came out. */
export interface RecordedJob {
  /** With target memory of its own, of the same lengths. */
  readonly job: Job
  readonly result: JobResult
  /** What its target held in the end. */
  readonly target: readonly Uint8Array[]
}

/** @throws NxUsageError for a record without data */
export function recordedJob(record: JobRecord): RecordedJob {
  const slot = slotOf(record)
  const { view, bytes } = slot
  const source = record.source.map(dataOf)
  const target = record.target.map(dataOf)
  const fc = CRB.field.fc.get(view, 0)
  const input = (name: keyof typeof CPB.field) => CPB.field[name].get(view, SLOT_CPB)
  const dhtAt = SLOT_CPB + IN_DHT_OFFSET
  const checksum = onlyChecksum(CRB_HINT.field.checksum.get(view, 0))
  const job: Job = {
    fc,
    source: record.indirect.source ? source : source[0],
    target: record.indirect.target
      ? target.map(({ length }) => new Uint8Array(length))
      : new Uint8Array(target[0].length),
    cpb: {
      adler: input('in_adler'),
      crc: input('in_crc'),
      histlen: input('in_histlen'),
      subc: input('in_subc'),
      sfbt: input('in_sfbt'),
      rembytecnt: input('in_rembytecnt'),
      dhtlen: input('in_dhtlen'),
      dht: bytes.slice(dhtAt, dhtAt + DHT_BYTES),
    },
    effort: CRB_HINT.field.effort.get(view, 0),
    countsOnly: CRB_HINT.field.counts_only.get(view, 0) === 1,
    mayOverrun: CRB_HINT.field.overrun.get(view, 0) === OVERRUN,
    ...(checksum && { checksum }),
  }
  const faults = record.faults.map(BigInt)
  return { job, result: readResult(slot, job, record.attempts, faults), target }
}

function onlyChecksum(word: number): OnlyChecksum | undefined {
  return (Object.keys(ONLY_CHECKSUM) as OnlyChecksum[]).find((name) => ONLY_CHECKSUM[name] === word)
}

function slotOf({ crb, csb, cpb }: JobRecord): Slot {
  const slot = new Slot(new Uint8Array(SLOT_BYTES), 0n)
  slot.bytes.set(Buffer.from(crb, 'hex'), 0)
  slot.bytes.set(Buffer.from(csb, 'hex'), SLOT_CSB)
  slot.bytes.set(Buffer.from(cpb, 'hex'), SLOT_CPB)
  return slot
}

function dataOf({ data }: MemoryRecord): Uint8Array {
  if (data === undefined) {
    throw new NxUsageError('ERR_NX_INVALID_ARGUMENT', {
      detail: 'the record has digests only, and cannot be replayed; record with data',
    })
  }
  return new Uint8Array(Buffer.from(data, 'base64'))
}
