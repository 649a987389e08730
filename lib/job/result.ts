// SPDX-License-Identifier: MIT
import { endianness } from 'node:os'

import { CPB, LZCOUNTS, OUT_DHT_OFFSET } from '../format/cpb.js'
import { CE_TERMINATE, CSB } from '../format/csb.js'
import { gzipFunction } from '../format/function-codes.js'
import { isInDynamicBlock, isInStoredBlock } from '../format/sfbt.js'
import type { CpbOutput, Job, JobResult } from './job.js'
import { isRecording } from './recording.js'
import { SLOT_CPB, SLOT_CSB, SLOT_TARGET, type Slot } from './slot.js'

/** Byte of the CSB at which its address starts. */
const CSB_ADDRESS = CSB.field.address.firstBit / 8

const NO_DHT = new Uint8Array(0)
const IS_LITTLE_ENDIAN = endianness() === 'LE'

/** Reads the outcome of a finished job from its slot. */
export function readResult(slot: Slot, job: Job, attempts: number, faults: bigint[]): JobResult {
  const { view } = slot
  const { field } = CSB
  const csb = {
    v: field.v.get(view, SLOT_CSB),
    cc: field.cc.get(view, SLOT_CSB),
    ce: field.ce.get(view, SLOT_CSB),
    tpbc: field.tpbc.get(view, SLOT_CSB),
    address: readAddress(view),
  }
  const cpb = emptyOutput()
  // What a terminated job left is not valid (UM 6.6).
  if ((csb.ce & CE_TERMINATE) === 0) {
    readOutput(slot, job, cpb)
    if (slot.namesOwnTarget) deliver(slot, job, csb.tpbc)
  }
  return { csb, cpb, attempts, faults }
}

/** Mostly there is none, and numbers of 64 bits are dear. */
function readAddress(view: DataView): bigint {
  const isNone =
    view.getUint32(SLOT_CSB + CSB_ADDRESS) === 0 && view.getUint32(SLOT_CSB + CSB_ADDRESS + 4) === 0
  return isNone ? 0n : CSB.field.address.get(view, SLOT_CSB)
}

/** Brings the output of a job that wrote to its slot to where it belongs. */
function deliver({ bytes }: Slot, { fc, target, countsOnly }: Job, tpbc: number): void {
  // Of a job that only counts, the slot may still hold the output of an earlier one.
  if (countsOnly && gzipFunction(fc)?.count) return
  if (!(target instanceof Uint8Array)) return
  // A device that tells of more than there was room for is not to be believed.
  target.set(bytes.subarray(SLOT_TARGET, SLOT_TARGET + Math.min(tpbc, target.length)))
}

function emptyOutput(): CpbOutput {
  return {
    adler: 0,
    crc: 0,
    tebc: 0,
    subc: 0,
    sfbt: 0,
    rembytecnt: 0,
    dhtlen: 0,
    spbc: 0,
    dht: NO_DHT,
  }
}

function readOutput(slot: Slot, { fc, lzcount }: Job, output: CpbOutput): void {
  const { view, bytes } = slot
  const { field } = CPB
  const row = gzipFunction(fc)
  if (!row) return
  output.adler = field.out_adler.get(view, SLOT_CPB)
  output.crc = field.out_crc.get(view, SLOT_CPB)
  output.spbc = field[row.spbc].get(view, SLOT_CPB)
  if (row.operation === 'compress') output.tebc = field.out_tebc.get(view, SLOT_CPB)
  if (row.operation === 'decompress') {
    output.subc = field.out_subc.get(view, SLOT_CPB)
    output.sfbt = field.out_sfbt.get(view, SLOT_CPB)
    if (isInStoredBlock(output.sfbt)) output.rembytecnt = field.out_rembytecnt.get(view, SLOT_CPB)
    if (isInDynamicBlock(output.sfbt)) {
      output.dhtlen = field.out_dhtlen.get(view, SLOT_CPB)
      const at = SLOT_CPB + OUT_DHT_OFFSET
      output.dht = bytes.slice(at, at + Math.ceil(output.dhtlen / 8))
    }
  }
  if (row.count) output.lzcount = readCounts(slot, lzcount ?? new Uint32Array(LZCOUNTS))
}

/** Brings the counts into the order of this processor where they are, which is many times as fast as one by one. */
function readCounts({ counts, countWords }: Slot, to: Uint32Array): Uint32Array {
  if (IS_LITTLE_ENDIAN) counts.swap32()
  to.set(countWords)
  // Who records wants them as the device left them.
  if (IS_LITTLE_ENDIAN && isRecording()) counts.swap32()
  return to
}
